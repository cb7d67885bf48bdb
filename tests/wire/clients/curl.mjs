// `curl -N`, and a reader of its bytes that forgives nothing: what curl prints must be the framing of the contract.

import { spawn } from 'node:child_process';

const { BASE_URL, API_KEY, BODY, IDEMPOTENCY_KEY } = process.env;
const print = (message) => console.log(JSON.stringify(message));

const args = ['-N', '-sS', '--fail-with-body', '--max-time', '120', '-X', 'POST', `${BASE_URL}/v1/lexi/chat/stream`];
args.push('-H', `Authorization: Bearer ${API_KEY}`, '-H', 'Content-Type: application/json');
args.push('-H', 'Accept: text/event-stream', '-d', BODY);
if (IDEMPOTENCY_KEY) args.push('-H', `Idempotency-Key: ${IDEMPOTENCY_KEY}`);
const curl = spawn('curl', args, { stdio: ['ignore', 'pipe', 'inherit'] });
const pieces = [];
curl.stdout.on('data', (bytes) => pieces.push(bytes));
const code = await new Promise((resolve) => curl.on('close', resolve));
let rest = Buffer.concat(pieces).toString('utf8');
if (code !== 0) throw new Error(`curl ended with ${code}: ${rest.slice(0, 500)}`);

const ping = /^: ping\n/;
const frame = /^(?:id: (\d+)\n)?event: ([a-z_]+)\ndata: (\{[^\r\n]*\})\n\n/;
const done = 'data: [DONE]\n\n';
while (rest !== done) {
  if (ping.test(rest)) {
    rest = rest.slice(': ping\n'.length);
    print({ ping: true });
    continue;
  }
  const match = frame.exec(rest);
  if (!match) throw new Error(`not a frame: ${JSON.stringify(rest.slice(0, 200))}`);
  print({ event: match[2], id: match[1] ?? '', raw: match[3] });
  rest = rest.slice(match[0].length);
}
print({ event: 'message', id: '', raw: '[DONE]' });
print({ end: true });
