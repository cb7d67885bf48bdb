// eventsource-parser over Node's own fetch.

import { createParser } from 'eventsource-parser';

const { BASE_URL, API_KEY, BODY, IDEMPOTENCY_KEY } = process.env;
const print = (message) => console.log(JSON.stringify(message));

const headers = { Authorization: `Bearer ${API_KEY}`, 'Content-Type': 'application/json' };
if (IDEMPOTENCY_KEY) headers['Idempotency-Key'] = IDEMPOTENCY_KEY;
const response = await fetch(`${BASE_URL}/v1/lexi/chat/stream`, { method: 'POST', headers, body: BODY });
if (!response.ok) throw new Error(`HTTP ${response.status}: ${await response.text()}`);

const parser = createParser({
  onEvent: (event) => print({ event: event.event ?? 'message', id: event.id ?? '', raw: event.data }),
  onError: (error) => {
    throw error;
  },
});
const decoder = new TextDecoder();
for await (const bytes of response.body) parser.feed(decoder.decode(bytes, { stream: true }));
print({ end: true });
