// An attacker for a while: a process of its own, paced, with nothing but a macaroon of a child that has
// almost no money. It ends by itself.
//
//   node soak-attacker.js URL MACAROON SECONDS
import { connect } from 'node:net';
import { Agent, fetch, setGlobalDispatcher } from 'undici';
import { attenuate } from '../../../dist/src/index.js';

const [, , url = '', mine = '', seconds = '0'] = process.argv;
const { hostname, port } = new URL(url);
const endsMs = performance.now() + Number(seconds) * 1_000;
/** One step every so often, and now and then a burst. */
const STEP_MS = 20;
const BURST = 60;
const SLOW_BODIES = 40;

setGlobalDispatcher(new Agent({ connections: 64, pipelining: 4 }));

/** @type {Map<string, number>} */
const seen = new Map();
let names = 0;

/** @param {string} macaroon @param {string} path @param {unknown} body @param {number} [leaveMs] */
async function post(macaroon, path, body, leaveMs) {
  const signal = AbortSignal.timeout(leaveMs ?? 20_000);
  const headers = { authorization: `Bearer ${macaroon}`, 'content-type': 'application/json' };
  try {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: text, signal });
    await response.text();
    note(`${path} ${response.status}`);
  } catch {
    note(`${path} broken`);
  }
}

/** @param {string} what */
function note(what) {
  seen.set(what, (seen.get(what) ?? 0) + 1);
}

/** @param {readonly string[]} caveats */
function child(caveats) {
  return attenuate(mine, [`holder = n${names++}`, ...caveats]);
}

/** @param {string} model @param {object} more */
function chat(model, more) {
  return { model, messages: [{ role: 'user', content: 'hi' }], ...more };
}

const RESERVATIONS = '/bursar/v1/reservations';
const CHAT = '/v1/chat/completions';

/** @type {(() => unknown)[]} */
const STEPS = [
  () => post(mine, RESERVATIONS, { tool: 'gratis', ttl: '24h' }),
  () => post(child(['budget = 1 credits']), RESERVATIONS, { tool: 'gratis' }),
  () => post(child(['budget = 0.000001 credits carved']), '/bursar/v1/activate', {}),
  () => post(child(['budget = 999 calls carved']), '/bursar/v1/activate', {}),
  () => post(mine, CHAT, chat('gratis', { n: 128, max_tokens: 2_000_000_000 })),
  () => post(mine, CHAT, chat('gratis', { stream: true }), 5),
  () => post(child(['budget = 9007199254 tokens']), CHAT, chat('gratis', { max_tokens: 1e9 })),
  () => post(mine, '/v1/moderations', { input: 'hi' }),
  () => post(mine, CHAT, chat('gratis', { user: '\u0327'.repeat(200_000) })),
  () => post(mine, CHAT, `{"a":${'['.repeat(50_000)}`),
  () => slowBody(),
];

/** @type {import('node:net').Socket[]} */
const slow = [];

function slowBody() {
  if (slow.length >= SLOW_BODIES) slow.shift()?.destroy();
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.resume();
  slow.push(socket);
  const length = 2 * 1024 * 1024;
  const head = `POST ${CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${mine}\r\n`;
  socket.write(`${head}content-length: ${length}\r\n\r\n${' '.repeat(length - 1)}`);
  note('slow body');
}

for (let step = 0; performance.now() < endsMs; step++) {
  const act = STEPS[step % STEPS.length];
  void act?.();
  if (step % 100 === 99) for (let i = 0; i < BURST; i++) void STEPS[((step / 100 + i) % 2) | 0]?.();
  await new Promise((resolve) => setTimeout(resolve, STEP_MS));
}
console.log(JSON.stringify(Object.fromEntries(seen)));
process.exit(0);
