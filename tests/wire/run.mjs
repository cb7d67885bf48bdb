// Runs every client against one server, without and with an Idempotency-Key. One line each.

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { judge } from './checks.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const venv = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
const python = existsSync(venv) ? venv : 'python3';
const CLIENT_WAIT_MS = 180_000;

const CLIENTS = [
  { name: 'curl -N', command: ['node', 'clients/curl.mjs'], showsFraming: true },
  { name: 'openai-python', command: [python, 'clients/openai_python.py'], showsFraming: false },
  { name: 'httpx-sse', command: [python, 'clients/httpx_sse_client.py'], showsFraming: true },
  { name: 'eventsource-parser', command: ['node', 'clients/eventsource_parser.mjs'], showsFraming: true },
  { name: 'fetch-event-source', command: ['node', 'clients/fetch_event_source.mjs'], showsFraming: true },
];

const [base, apiKey, body] = process.argv.slice(2);
if (!base || !apiKey || !body) {
  console.error('usage: tests/wire/run.sh BASE_URL API_KEY MESSAGE_JSON');
  console.error(`for example: tests/wire/run.sh http://127.0.0.1:8787 wbk_… '{"message": "Summarize my pipeline"}'`);
  process.exit(2);
}
JSON.parse(body);

function run(client, idempotencyKey) {
  const env = { ...process.env, BASE_URL: base.replace(/\/$/, ''), API_KEY: apiKey, BODY: body, IDEMPOTENCY_KEY: idempotencyKey };
  const [program, ...args] = client.command;
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: here, env, timeout: CLIENT_WAIT_MS, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (errors += text));
    child.on('error', (error) => resolve({ lines: [], failure: String(error) }));
    child.on('close', (code, signal) => {
      const lines = output.split('\n').filter(Boolean).map((line) => JSON.parse(line));
      const last = errors.trim().split('\n').filter((line) => /\w*Error\b/.test(line)).at(-1) ?? errors.trim().slice(-300);
      resolve({ lines, failure: code === 0 ? null : `exit ${code ?? signal}: ${last}` });
    });
  });
}

async function check(mode, keyFor) {
  const results = [];
  for (const client of CLIENTS) {
    const key = keyFor();
    const { lines, failure } = await run(client, key);
    const result = judge(lines, { keyed: key !== '', showsFraming: client.showsFraming });
    if (failure) result.problems.unshift(failure);
    results.push({ client, ...result });
  }
  // The text that most clients read is the one to compare with.
  const votes = (text) => results.filter((result) => result.text === text).length;
  const expected = results.map((result) => result.text).sort((a, b) => votes(b) - votes(a))[0];
  for (const result of results) {
    if (result.text !== expected) result.problems.push('the text differs from that of the other clients');
    print(mode, result);
  }
  return results.every((result) => result.problems.length === 0);
}

function print(mode, { client, count, pings, text, problems }) {
  const verdict = problems.length === 0 ? 'PASS' : 'FAIL';
  const kept = pings > 0 ? `, ${pings} keep-alives` : '';
  console.log(`${verdict} ${client.name.padEnd(19)} ${mode.padEnd(11)} ${count} events${kept}, text ${JSON.stringify(text)}`);
  for (const problem of problems) console.log(`     ${problem}`);
}

const shared = randomUUID();
const MODES = {
  'without-key': () => '',
  'own-key': randomUUID,
  // One run, and four that join or replay it.
  'same-key': () => shared,
};
let passed = true;
for (const mode of process.env.MODES?.split(' ') ?? Object.keys(MODES)) {
  passed = (await check(mode, MODES[mode])) && passed;
}
process.exit(passed ? 0 : 1);
