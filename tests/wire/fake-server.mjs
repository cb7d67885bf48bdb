// A server that speaks the contract's bytes and nothing else: the harness is tried against it. With a flaw named on
// the command line it makes that mistake, which the harness must notice.
//   node fake-server.mjs [FLAW]      prints its address

import http from 'node:http';

const conversation = '0198c5f0-0000-7000-8000-000000000001';
const flaw = process.argv[2] ?? 'none';
const step = (status, more) =>
  ['tool_step', `{"tool": "contacts.get", "status": "${status}", ${more}"call_id": "call_1"${status === 'completed' ? ', "is_error": false, "records": []' : ''}}`];
const text = (delta) => ['text', `{"delta": ${JSON.stringify(delta)}, "conversation_id": "${conversation}"}`];
const EVENTS = [
  ['thinking', '{"text": "Looking up the contact in your pipeline..."}'],
  step('started', ''),
  step('completed', '"summary": "Found 1 contact", '),
  text('Jane Doe is currently'),
  text(' in the Proposal stage – “50 %”,\u2028\n\n😀 '),
  text('data: [DONE]\n'),
  ['done', '{"credits_remaining": 4840, "message_id": "msg_01ARZ3NDEKTSV4RRFFQ69G5FAV", "credits_charged": 2, "finish_reason": "stop", "usage": {"input_tokens": 1, "output_tokens": 2}}'],
];

const FLAWS = {
  bom: (stream) => `\ufeff${stream}`,
  'ping-with-blank-line': (stream) => stream.replaceAll(': ping\n', ': ping\n\n'),
  'event-without-data': (stream) => stream.replaceAll(': ping\n', 'event: ping\n\n'),
  'retry-block': (stream) => `retry: 3000\n\n${stream}`,
  'no-done-frame': (stream) => stream.replace('data: [DONE]\n\n', ''),
  'after-the-end': (stream) => `${stream}: ping\n`,
  'lost-frame': (stream) => stream.replace(/(id: \d+\n)?event: done\ndata: .*\n\n/, ''),
  crlf: (stream) => stream.replaceAll('\n', '\r\n'),
};
if (flaw !== 'none' && !FLAWS[flaw]) throw new Error(`flaws are ${Object.keys(FLAWS).join(', ')}`);

function bytesOf(keyed) {
  const frames = EVENTS.map(([name, data], n) => `${keyed ? `id: ${n + 1}\n` : ''}event: ${name}\ndata: ${data}\n\n`);
  const stream = `: ping\n${frames.join(': ping\n: ping\n')}data: [DONE]\n\n`;
  return Buffer.from((FLAWS[flaw] ?? String)(stream));
}

// In pieces that respect neither frames nor characters.
async function write(response, bytes) {
  for (let at = 0; at < bytes.length; at += 37) {
    response.write(bytes.subarray(at, at + 37));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  response.end();
}

const server = http.createServer((request, response) => {
  let body = '';
  request.on('data', (piece) => (body += piece));
  request.on('end', () => {
    JSON.parse(body);
    response.socket.setNoDelay(true);
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
      'X-Request-ID': 'req_01ARZ3NDEKTSV4RRFFQ69G5FAV',
      'X-Conversation-ID': conversation,
    });
    write(response, bytesOf('idempotency-key' in request.headers));
  });
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
