// What must hold for the messages that one client handed out.

const NAMES = ['thinking', 'tool_step', 'text', 'error', 'done'];

// The name of an event by its data, for a client that hands out nothing else.
function nameOf(data) {
  if (typeof data?.delta === 'string') return 'text';
  if (data?.tool) return 'tool_step';
  if (data?.message_id) return 'done';
  if (data?.code) return 'error';
  return typeof data?.text === 'string' ? 'thinking' : 'unknown';
}

// Some clients keep the last id for the frames without one.
function checkIds(events, keyed, problems) {
  const ids = events.map((event) => event.id ?? '');
  if (!keyed && ids.some((id) => id !== '')) problems.push(`ids without a key: ${ids}`);
  if (keyed && ids.some((id, index) => id !== String(index + 1))) problems.push(`ids are not 1, 2, 3 …: ${ids}`);
}

function checkTools(events, problems) {
  const steps = events.filter((event) => event.name === 'tool_step').map((event) => event.data);
  const ids = (status) => steps.filter((s) => s.status === status).map((s) => s.call_id).sort().join();
  if (ids('started') !== ids('completed')) problems.push('a tool started and did not complete');
}

/** Reads a client's lines; gives its events, its text, and what is wrong with them. */
export function judge(lines, { keyed, showsFraming }) {
  const problems = [];
  const messages = lines.filter((line) => !line.end && !line.ping);
  if (!lines.at(-1)?.end) problems.push('the client did not reach the end');
  if (showsFraming && messages.pop()?.raw !== '[DONE]') problems.push('the last message is not [DONE]');

  const events = [];
  for (const message of messages) {
    try {
      const data = showsFraming ? JSON.parse(message.raw) : message.data;
      const name = nameOf(data);
      if (name === 'unknown' || (showsFraming && message.event !== name)) throw new Error('unexpected');
      events.push({ name, id: message.id, data });
    } catch {
      problems.push(`an empty or extra message: ${JSON.stringify(message).slice(0, 200)}`);
    }
  }
  const text = events.filter((event) => event.name === 'text').map((event) => event.data.delta).join('');
  if (text === '') problems.push('no text');
  const last = events.at(-1);
  if (last?.name !== 'done') problems.push(`ends with ${last?.name} ${JSON.stringify(last?.data)}, not done`);
  if (events.some((event) => !NAMES.includes(event.name))) problems.push('an event of another name');
  if (showsFraming) checkIds(events, keyed, problems);
  checkTools(events, problems);
  return { count: events.length, pings: lines.filter((line) => line.ping).length, text, problems };
}
