import { describe, expect, it, vi } from 'vitest';
import { LedgerUnavailable, MAX_TTL_MS } from '../../../src/ledger/contract.js';
import { deferred } from '../../support/deferred.js';
import { answerAs } from '../../upstreams/provider.js';
import { gatewayUnderTest, leafBalance, modelLedger, modelUpstream, NOW } from '../harness.js';
import { dueOf, SHIPPED } from './rig.js';

const MODEL = 'gpt-4o-2024-08-06';
const PATH = '/v1/chat/completions';
const asked = {
  model: MODEL,
  messages: [{ role: 'user', content: 'Hi' }],
  max_completion_tokens: 1_000,
  stream: true,
  stream_options: { include_usage: true },
};
const answer = answerAs(PATH, asked);
const due = dueOf(MODEL, { path: PATH, headers: {}, body: asked, answer }).usd;

/** A stream that has begun and goes on when it is told; its gateway; and time, which only the test moves. */
async function openStream() {
  const clock = { nowMs: NOW };
  const gate = deferred();
  const gateway = gatewayUnderTest({
    ledger: modelLedger(() => clock.nowMs),
    modelUpstreams: [
      modelUpstream({
        models: [{ name: 'gpt-', prefix: true }],
        upstream: {
          send: async () => ({
            status: 200,
            headers: { 'content-type': answer.contentType },
            body: {
              bytes: () => Promise.reject(new Error('read as a stream')),
              destroy: () => {},
              async *[Symbol.asyncIterator]() {
                yield Buffer.from(answer.pieces[0] ?? '');
                await gate.promise;
                yield Buffer.from(answer.pieces.slice(1).join(''));
              },
            },
          }),
          close: async () => {},
        },
      }),
    ],
    prices: () => SHIPPED,
    priceList: { defaultMicros: undefined, rules: [] },
  });
  const macaroon = await gateway.mint('1usd', undefined, '7d');
  const response = await gateway.app.request(PATH, {
    method: 'POST',
    headers: { 'x-api-key': macaroon },
    body: JSON.stringify(asked),
  });
  const hold = Number(/([\d.]+) usd/.exec(response.headers.get('x-bursar-held') ?? '')?.[1]) * 1e6;
  const micros = (value = 0) => Math.round(value * 1e6);
  return {
    gateway,
    hold: Math.round(hold),
    account: response.headers.get('x-bursar-account') ?? '',
    /** Time goes on in rounds of the keeper and of the sweeper. */
    pass: async (ms: number): Promise<number> => {
      let presumed = 0;
      for (const endMs = clock.nowMs + ms; clock.nowMs < endMs; ) {
        clock.nowMs = Math.min(endMs, clock.nowMs + gateway.keeper.everyMs);
        gateway.clock.nowMs = clock.nowMs;
        await gateway.keeper.extendDue();
        presumed += (await gateway.ledger.sweep('main', 100)).presumedSpent;
      }
      return presumed;
    },
    finish: async (): Promise<void> => {
      gate.resolve();
      await response.text();
    },
    standing: async () => {
      const { spent, held } = await leafBalance(gateway, macaroon);
      return { spent: micros(spent['usd']), held: micros(held['usd']) };
    },
  };
}

const HOLD_TTL_MS = 600_000;

describe('a stream longer than holdTtl', () => {
  it('stays held as long as it goes on, and is charged what it used', async () => {
    const { pass, finish, standing, hold } = await openStream();
    expect(hold).toBeGreaterThan(due);
    expect(await pass(3 * HOLD_TTL_MS)).toBe(0);
    expect(await standing()).toEqual({ spent: 0, held: hold });
    await finish();
    expect(await standing()).toEqual({ spent: due, held: 0 });
  });

  it('is not extended once it has ended', async () => {
    const { gateway, pass, finish } = await openStream();
    const extend = vi.spyOn(gateway.ledger, 'extend');
    await pass(HOLD_TTL_MS);
    const before = extend.mock.calls.length;
    expect(before).toBeGreaterThan(0);
    await finish();
    await pass(2 * HOLD_TTL_MS);
    expect(extend).toHaveBeenCalledTimes(before);
  });

  it('is extended at the next round where the ledger did not answer', async () => {
    const { gateway, pass, standing, hold } = await openStream();
    const through = gateway.ledger.extend.bind(gateway.ledger);
    let asked = 0;
    vi.spyOn(gateway.ledger, 'extend').mockImplementation((request) => {
      asked += 1;
      if (asked % 2 === 1) throw new LedgerUnavailable('deadline', 'nothing came back');
      return through(request);
    });
    expect(await pass(2 * HOLD_TTL_MS)).toBe(0);
    expect(asked).toBeGreaterThan(4);
    expect(await standing()).toEqual({ spent: 0, held: hold });
  });

  it('beyond the overall cap is presumed spent, and corrected at its end', async () => {
    const { pass, finish, standing, hold } = await openStream();
    expect(await pass(MAX_TTL_MS - 1)).toBe(0);
    expect(await pass(1)).toBe(1);
    expect(await standing()).toEqual({ spent: hold, held: 0 });
    await finish();
    expect(await standing()).toEqual({ spent: due, held: 0 });
  });

  it('is not extended while its account is paused', async () => {
    const { gateway, account, pass, standing, hold } = await openStream();
    const control = (action: 'pause' | 'resume') =>
      gateway.ledger.control({ account, action, actor: 'operator' });
    await control('pause');
    expect(await pass(HOLD_TTL_MS - 60_000)).toBe(0);
    await control('resume');
    expect(await pass(2 * HOLD_TTL_MS)).toBe(0);
    await control('pause');
    expect(await pass(HOLD_TTL_MS)).toBe(1);
    expect(await standing()).toEqual({ spent: hold, held: 0 });
  });

  it('is not extended once its account is revoked, and what it cost is charged all the same', async () => {
    const { gateway, account, pass, finish, standing, hold } = await openStream();
    await gateway.ledger.control({ account, action: 'revoke', actor: 'operator' });
    expect(await pass(HOLD_TTL_MS)).toBe(1);
    expect(await standing()).toEqual({ spent: hold, held: 0 });
    await finish();
    expect(await standing()).toEqual({ spent: due, held: 0 });
  });
});
