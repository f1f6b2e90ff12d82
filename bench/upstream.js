// An upstream that costs as little as it can: one fixed chat completion for every POST, or a fixed
// stream of 1,000 events where the body asks for one.
import { createServer } from 'node:http';
import { EVENTS } from './bodies.js';

const usage = { prompt_tokens: 40, completion_tokens: 80, total_tokens: 120 };
const body = JSON.stringify({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created: 0,
  model: 'gpt-4o-mini',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: 'A fixed answer of some eighty characters. '.repeat(8),
      },
      finish_reason: 'stop',
      logprobs: null,
    },
  ],
  usage,
});

/** As OpenAI writes them, down to the order of the members; each framed as one HTTP chunk. */
const events = Array.from({ length: EVENTS }, (_, index) => {
  const isLast = index === EVENTS - 1;
  const delta = index === 0 ? { role: 'assistant', content: '' } : { content: ' word' };
  const event = {
    id: 'chatcmpl-Bench0Bench0Bench0Bench0Bench',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'gpt-4o-mini-2024-07-18',
    service_tier: 'default',
    system_fingerprint: 'fp_0123456789',
    choices: isLast ? [] : [{ index: 0, delta, logprobs: null, finish_reason: null }],
    usage: isLast ? { ...usage, completion_tokens: EVENTS, total_tokens: 40 + EVENTS } : null,
  };
  const text = `data: ${JSON.stringify(event)}\n\n${isLast ? 'data: [DONE]\n\n' : ''}`;
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
});
const whole = Buffer.concat(events);
const [first = whole] = events;
const others = Buffer.concat(events.slice(1));
/** Until then whoever waits for the first event has it: this shares a core with the load. */
const OTHERS_AFTER_MS = 10;

/** @param {import('node:http').ServerResponse} response @param {string} asked */
function stream(response, asked) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  // Past Node's own framing: what is measured is on the other side, and this shares a core with the load.
  const { socket } = response;
  if (socket === null) return;
  if (asked.includes('"user":"first"')) {
    socket.write(first);
    setTimeout(() => {
      socket.write(others);
      response.end();
    }, OTHERS_AFTER_MS);
    return;
  }
  if (asked.includes('"user":"burst"')) {
    socket.write(whole);
    response.end();
    return;
  }
  let at = 0;
  /** One event a turn of the loop, in a packet of its own, and no faster than it is taken. */
  const next = () => {
    if (socket.destroyed) return;
    const event = events[at];
    if (event === undefined) {
      response.end();
      return;
    }
    at += 1;
    if (socket.write(event)) setImmediate(next);
    else socket.once('drain', next);
  };
  next();
}

const server = createServer((request, response) => {
  let asked = '';
  request.setEncoding('latin1');
  request.on('data', (text) => {
    asked += text;
  });
  request.on('end', () => {
    if (asked.includes('"stream":true')) {
      stream(response, asked);
      return;
    }
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.argv[2]), '127.0.0.1');
