import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LEDGER_DEFAULTS, type Ledger } from '../../../src/ledger/contract.js';
import { openLedger } from '../../../src/ledger/open.js';
import { temporaryFolder } from '../../ledger/folder.js';
import { deferred } from '../../support/deferred.js';
import { type RedisServer, startRedis } from '../../support/redis.js';
import { modelLedger } from '../harness.js';
import { dueOf, type Rig, startRig } from './rig.js';

const CALLS = 200;
const AFFORDED = 37;
const MODEL = 'gpt-4o-2024-08-06';
const folder = temporaryFolder();
let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.dispose());
const rigs: Rig[] = [];
const ledgers: Ledger[] = [];
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
  await Promise.all(ledgers.splice(0).map((ledger) => ledger.close()));
});

const request = (max?: number) => ({
  model: MODEL,
  messages: [{ role: 'user', content: 'Tell me something.' }],
  stream: true,
  ...(max === undefined ? {} : { max_completion_tokens: max }),
});

const open = (url: string): Promise<Ledger> =>
  openLedger(url, { ...LEDGER_DEFAULTS, timeoutMs: 60_000, clock: Date.now });

const openers: [string, () => Promise<Ledger>][] = [
  ['the model', async () => modelLedger(Date.now)],
  ['SQLite', () => open(`sqlite:${join(folder, `${randomUUID()}.db`)}`)],
  ['Redis', () => open(redis.url)],
];

/**
 * Asks so many times at once. The upstream says nothing to anybody before every call is either
 * with it or refused: all of them are open at once.
 */
async function crowd(open: () => Promise<Ledger>, budgetMicros: number, max?: number) {
  const gate = deferred();
  let decided = 0;
  const decide = (): void => {
    decided += 1;
    if (decided === CALLS) gate.resolve();
  };
  const rig = await startRig(
    {
      send: ({ pieces, contentType }, response) => {
        decide();
        response.writeHead(200, { 'content-type': contentType });
        void gate.promise.then(() => response.end(pieces.join('')));
      },
    },
    { ledger: await open() },
  );
  // The store's clock is the real one.
  rig.clock.nowMs = Date.now();
  rigs.push(rig);
  ledgers.push(rig.ledger);
  const macaroon = await rig.mint(`${budgetMicros / 1e6}usd`);
  const answers = await Promise.all(
    Array.from({ length: CALLS }, async () => {
      const response = await fetch(`${rig.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${macaroon}` },
        body: JSON.stringify(request(max)),
      });
      if (response.status === 402) decide();
      return { status: response.status, text: await response.text() };
    }),
  );
  const due = rig.provider.seen.map((call) => dueOf(MODEL, call).usd);
  const { spent, held } = await rig.spent(macaroon);
  return {
    paid: answers.filter(({ status }) => status === 200),
    refused: answers.filter(({ status }) => status === 402),
    due: due.reduce((a, b) => a + b, 0),
    charged: Math.round((spent['usd'] ?? 0) * 1e6),
    held: held['usd'],
    seen: rig.provider.seen,
  };
}

/** What one such call holds, in micro-dollars. */
async function holdOf(max: number): Promise<number> {
  const rig = await startRig();
  rigs.push(rig);
  const response = await rig.app.request('/v1/chat/completions', {
    method: 'POST',
    headers: { 'x-api-key': await rig.mint('1usd') },
    body: JSON.stringify(request(max)),
  });
  await response.text();
  const [, usd] = /^([\d.]+) usd/.exec(response.headers.get('x-bursar-held') ?? '') ?? [];
  return Math.round(Number(usd) * 1e6);
}

describe.each(openers)('200 streams at once on one dollar budget, on %s', (_, open) => {
  it('that affords 37 of them: so many pass, the rest get 402, and none runs out on the way', async () => {
    const hold = await holdOf(2_500);
    // Not one micro-dollar is missing for one more.
    const budget = hold * (AFFORDED + 1) - 1;
    const { paid, refused, charged, due, held } = await crowd(open, budget, 2_500);
    expect([paid.length, refused.length]).toEqual([AFFORDED, CALLS - AFFORDED]);
    expect(charged).toBe(due);
    expect(charged).toBeLessThanOrEqual(budget);
    expect(held).toBe(0);
    for (const { text } of paid) expect(text).toContain('data: [DONE]\n\n: bursar cost=');
  });

  it('that state no maximum: each is granted what was left, and all grants fit', async () => {
    const budget = 1_000_000;
    const { paid, refused, charged, due, seen, held } = await crowd(open, budget);
    expect(paid.length + refused.length).toBe(CALLS);
    expect(refused.length).toBeGreaterThan(0);
    const granted = seen.map(({ body }) => Number(body['max_completion_tokens']));
    expect(Math.max(...granted)).toBe(4_096);
    expect(Math.min(...granted)).toBeLessThan(4_096);
    expect(Math.min(...granted)).toBeGreaterThanOrEqual(16);
    expect(charged).toBe(due);
    expect(charged).toBeLessThanOrEqual(budget);
    expect(held).toBe(0);
  });
});
