import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { costOf } from '../../../src/pricing/models/index.js';
import { NO_USAGE } from '../../../src/pricing/usage.js';
import type { StubAnswer } from '../../upstreams/answer.js';
import { dueOf, type Rig, SHIPPED, startRig } from './rig.js';

const rigs: Rig[] = [];
afterEach(() => Promise.all(rigs.splice(0).map((rig) => rig.close())));

async function start(...given: Parameters<typeof startRig>): Promise<Rig> {
  const rig = await startRig(...given);
  rigs.push(rig);
  return rig;
}

const MODEL = 'gpt-4o-2024-08-06';
const messages = [{ role: 'user', content: 'Hi' }];
const chat = (rig: Rig, macaroon: string, more: Readonly<Record<string, unknown>>) =>
  fetch(`${rig.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'x-api-key': macaroon },
    body: JSON.stringify({ model: MODEL, messages, ...more }),
  });

const EVENTS = 10_000;
/** A kibibyte each, so that whoever keeps them is found. */
const PADDING = 'x'.repeat(1_024);

function eventText(content: Readonly<Record<string, unknown>>): string {
  return `data: ${JSON.stringify({ id: 'c', ...content })}\n\n`;
}

/** What is in use once all that nobody holds is collected. */
function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('a response of 10,000 events, through the whole gateway', () => {
  it('passes event by event, none behind the next, in flat memory, and is charged what it used', async () => {
    const caller = new EventEmitter();
    const used: number[] = [];
    const sendEach = async (response: ServerResponse): Promise<void> => {
      for (let index = 0; index < EVENTS; index += 1) {
        const delta = { content: `w${index}` };
        const text = eventText({
          choices: [{ index: 0, delta }],
          usage: null,
          obfuscation: PADDING,
        });
        const read = once(caller, 'event');
        response.write(text);
        // The next is not made before the caller has this one, whole.
        expect(await read).toEqual([text]);
        if (index % (EVENTS / 20) === 0) used.push(usedBytes());
      }
      const usage = { prompt_tokens: 9, completion_tokens: EVENTS, total_tokens: 9 + EVENTS };
      response.end(`${eventText({ choices: [], usage })}data: [DONE]\n\n`);
    };
    const rig = await start({
      send: ({ contentType }, response) => {
        response.writeHead(200, { 'content-type': contentType });
        sendEach(response).catch((error: unknown) => response.destroy(error as Error));
      },
    });
    const macaroon = await rig.mint('1usd');
    const response = await chat(rig, macaroon, { max_tokens: 16_384, stream: true });
    let text = '';
    for await (const bytes of response.body ?? []) {
      text += Buffer.from(bytes).toString('latin1');
      if (!text.startsWith('data: {') || !text.endsWith('\n\n')) continue;
      caller.emit('event', text);
      text = '';
    }
    // Usage was not asked for, and so is not among them.
    expect(text).toMatch(/^data: \[DONE\]\n\n: bursar cost=/);
    const price = SHIPPED.find(MODEL);
    const cost = price && costOf(price, { ...NO_USAGE, input: 9, output: EVENTS });
    expect(cost).toMatchObject({ status: 'priced' });
    expect((await rig.spent(macaroon)).spent['usd']).toBe(
      (cost as { micros: number }).micros / 1e6,
    );
    // The first two are from before all is warm. A buffer is not always gone at once when it is
    // collected, so that the least of some is taken.
    const early = Math.min(...used.slice(2, 7));
    const late = Math.min(...used.slice(-5));
    // Six mebibytes went by in between.
    expect(late - early).toBeLessThan(3 * 1_024 * 1_024);
  });
});

describe.each([
  ['a plain answer', false],
  ['a stream', true],
] as const)('a gzip bomb from the upstream, as %s', (_, stream) => {
  const BOMB = gzipSync(Buffer.alloc(32 * 1_024 * 1_024));

  it('ends its call, at the hold, and not the gateway nor the calls beside it', async () => {
    const waiting = new EventEmitter();
    const sendBeside = ({ pieces, contentType }: StubAnswer, response: ServerResponse): void => {
      response.writeHead(200, { 'content-type': contentType });
      response.write(pieces[0]);
      waiting.once('go on', () => response.end(pieces.slice(1).join('')));
    };
    const rig = await start({
      send: (answer, response) => {
        if (rig.provider.seen.length !== 2) {
          sendBeside(answer, response);
          return;
        }
        // The gateway hangs up in the midst.
        response.on('error', () => {});
        const headers = { 'content-type': answer.contentType, 'content-encoding': 'gzip' };
        response.writeHead(200, headers).end(BOMB);
      },
    });
    const macaroon = await rig.mint('1usd');
    const victim = await rig.mint('1usd');
    const beside = await chat(rig, macaroon, { stream: true });
    const bombed = await chat(rig, victim, { stream, max_tokens: 100 });
    // It had begun to pass: what is longer than a mebibyte is not kept back.
    expect(bombed.status).toBe(200);
    await expect(bombed.arrayBuffer()).rejects.toThrow();
    await expect.poll(async () => (await rig.spent(victim)).held['usd']).toBe(0);
    const { spent } = await rig.spent(victim);
    // Its output alone: 100 tokens at 10 USD a million (prices.yaml).
    expect(spent['usd']).toBeGreaterThan(0.001);
    waiting.emit('go on');
    expect(await beside.text()).toContain('data: [DONE]\n\n: bursar cost=');
    const [call] = rig.provider.seen;
    if (call === undefined) throw new Error('nothing was sent');
    expect((await rig.spent(macaroon)).spent['usd']).toBe(dueOf(MODEL, call).usd / 1e6);
  });
});
