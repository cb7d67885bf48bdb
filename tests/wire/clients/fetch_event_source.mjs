// @microsoft/fetch-event-source in a real Chromium. The page and the API share an origin through a proxy that passes
// bytes on as they come.

import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { chromium } from 'playwright-core';

const { BASE_URL, API_KEY, BODY, IDEMPOTENCY_KEY, CHROMIUM = '/usr/bin/chromium' } = process.env;
const library = new URL('../node_modules/@microsoft/fetch-event-source/lib/esm/', import.meta.url);
const print = (message) => console.log(JSON.stringify(message));

const proxy = http.createServer((request, response) => {
  if (request.url.startsWith('/v1/')) return forward(request, response);
  if (request.url === '/') return send(response, 'text/html', '<!doctype html><title>wire</title>');
  if (request.url.startsWith('/library/')) return sendModule(request, response);
  response.writeHead(404).end();
});

function forward(request, response) {
  const target = new URL(request.url, BASE_URL);
  const options = { method: request.method, headers: { ...request.headers, host: target.host }, agent: false };
  const upstream = http.request(target, options, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.on('data', (bytes) => response.write(bytes));
    answer.on('end', () => response.end());
    answer.on('error', () => response.destroy());
  });
  upstream.on('error', () => response.destroy());
  request.pipe(upstream);
}

// The library names its own modules without the ending that a browser needs.
async function sendModule(request, response) {
  const name = request.url.slice('/library/'.length);
  if (!/^[a-z]+(\.js)?$/.test(name)) return response.writeHead(404).end();
  const text = await readFile(new URL(name.endsWith('.js') ? name : `${name}.js`, library));
  send(response, 'text/javascript', text);
}

function send(response, type, text) {
  response.writeHead(200, { 'Content-Type': type }).end(text);
}

// Runs in the page: reads one stream and hands every message to `report`.
async function readStream({ key, body, idempotencyKey }) {
  const { fetchEventSource } = await import('/library/index.js');
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
  if (idempotencyKey) headers['Idempotency-Key'] = idempotencyKey;
  await fetchEventSource('/v1/lexi/chat/stream', {
    method: 'POST',
    headers,
    body,
    openWhenHidden: true,
    onmessage: (message) => window.report({ event: message.event, id: message.id, raw: message.data }),
    onerror: (error) => {
      throw error;
    },
  });
}

await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
const args = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];
// A launch without a profile of its own uses a fresh one and removes it.
const browser = await chromium.launch({ executablePath: CHROMIUM, args });
try {
  const page = await browser.newPage();
  await page.exposeFunction('report', print);
  await page.goto(`http://127.0.0.1:${proxy.address().port}/`);
  await page.evaluate(readStream, { key: API_KEY, body: BODY, idempotencyKey: IDEMPOTENCY_KEY });
  print({ end: true });
} finally {
  await browser.close();
  proxy.closeAllConnections();
  proxy.close();
}
