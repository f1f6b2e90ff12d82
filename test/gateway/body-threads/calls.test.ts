import { afterEach, describe, expect, it } from 'vitest';
import type { BodyThreads } from '../../../gateway/body-threads/pool.js';
import { chat, errorOf, gatewayUnderTest, leafBalance } from '../harness.js';
import { SHIPPED } from '../model-calls/rig.js';
import { everyBody, FRAGILE } from './support.js';

let threads: BodyThreads | undefined;
afterEach(() => threads?.close());

function gateway(dearBytes: number) {
  threads = everyBody({ code: FRAGILE, dearBytes });
  return gatewayUnderTest({ bodyThreads: threads, prices: () => SHIPPED });
}

const asking = (content: string, model = 'gpt-4o') =>
  JSON.stringify({ stream: true, model, messages: [{ role: 'user', content }] });

const sentOf = ({ upstream }: ReturnType<typeof gateway>) =>
  upstream.seen.map(({ body }) => Buffer.from(body ?? []).toString());

describe('a call whose body a thread reads', () => {
  it.each(['10usd', '100'])('sends, holds and answers as any other: %s', async (budget) => {
    const [there, here] = [gateway(0), gatewayUnderTest({ prices: () => SHIPPED })];
    for (const one of [there, here]) {
      const macaroon = await one.mint(budget);
      const response = await chat(one, macaroon, 'gpt-4o', { body: asking('hello') });
      expect(response.status).toBe(200);
      await response.text();
    }
    expect(sentOf(there)).toEqual(sentOf(here));
    expect(sentOf(there)[0]).toContain('"include_usage":true');
  });

  it('is refused as any other', async () => {
    const one = gateway(0);
    const body = JSON.stringify({ model: 'gpt-4o', messages: 7 });
    const response = await chat(one, await one.mint('10usd'), 'gpt-4o', { body });
    expect(response.status).toBe(400);
    expect((await errorOf(response)).error.param).toBe('messages');
    expect(one.upstream.seen).toEqual([]);
  });

  it('holds nothing when its thread fails', async () => {
    const one = gateway(0);
    const macaroon = await one.mint('10usd');
    const response = await chat(one, macaroon, 'gpt-4o', { body: asking('die!') });
    expect(response.status).toBe(503);
    expect((await errorOf(response)).error.code).toBe('reading_failed');
    expect(one.upstream.seen).toEqual([]);
    expect((await leafBalance(one, macaroon)).held['usd'] ?? 0).toBe(0);
    const next = await chat(one, macaroon, 'gpt-4o', { body: asking('hello') });
    expect(next.status).toBe(200);
  });

  it('leaves its thread when no upstream has the model', async () => {
    const one = gateway(0);
    const macaroon = await one.mint('10usd');
    const lost = await chat(one, macaroon, '', { body: asking('hello', 'no-such-model') });
    expect(lost.status).toBe(404);
    const next = await chat(one, macaroon, 'gpt-4o', { body: asking('hello') });
    expect(next.status).toBe(200);
  });

  it('is one with a large body: a small one meets no thread', async () => {
    const one = gateway(asking('die!').length + 1);
    const macaroon = await one.mint('10usd');
    const small = await chat(one, macaroon, 'gpt-4o', { body: asking('die!') });
    expect(small.status).toBe(200);
    const large = await chat(one, macaroon, 'gpt-4o', { body: asking('die! ') });
    expect(large.status).toBe(503);
  });
});
