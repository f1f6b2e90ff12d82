import { describe, expect, it } from 'vitest';
import { fc, runs } from '../support/property.js';
import {
  chat,
  delegate,
  errorOf,
  type GatewayUnderTest,
  gatewayUnderTest,
  leafBalance,
  NOW,
} from './harness.js';
import { accountOf, operate } from './operate.js';

/**
 * The law of what is shown: what `balance` says remains is what the next call is decided by, with
 * windows, top-ups and a carved sibling. Prices: gpt-4o 15 credits, gpt-4o-mini 1.
 */
const MINUTE_MS = 60_000;
const WHO = ['root', 'plain', 'carved'] as const;
type Who = (typeof WHO)[number];

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('call' as const), who: fc.constantFrom(...WHO) }),
  },
  fc.record({
    kind: fc.constant('topup' as const),
    who: fc.constantFrom(...WHO),
    amount: fc.constantFrom('1', '14.5', '20', '3calls', '5usd'),
  }),
  fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 90 }) }),
  fc.record({ kind: fc.constant('activate' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
const budgets = fc.record({
  root: fc.integer({ min: 20, max: 120 }),
  window: fc.constantFrom('minute', 'hour', 'day', 'week', 'month'),
  perWindow: fc.integer({ min: 10, max: 60 }),
  calls: fc.integer({ min: 1, max: 8 }),
  plain: fc.integer({ min: 0, max: 60 }),
  carved: fc.integer({ min: 1, max: 60 }),
});

interface Shown {
  readonly limits: readonly { unit: string; remaining: number; window: string; limit: number }[];
}

/** Every account of the plain child's path, as its own balance shows it. */
async function shownPath({ app }: GatewayUnderTest, macaroon: string): Promise<readonly Shown[]> {
  const headers = { authorization: `Bearer ${macaroon}` };
  const response = await app.request('/bursar/v1/balance', { headers });
  return ((await response.json()) as { path: Shown[] }).path;
}

function fits(path: readonly Shown[], credits: number): boolean {
  const needed: Readonly<Record<string, number>> = { credits, calls: 1 };
  return path.every(({ limits }) =>
    limits.every(({ unit, remaining }) => remaining >= (needed[unit] ?? 0)),
  );
}

describe('what balance shows', () => {
  it('law: a call of a plain child is let through exactly where all that remains has room', async () => {
    let seen = { paid: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(budgets, fc.array(step, { maxLength: 14 }), async (given, steps) => {
        const gateway = gatewayUnderTest();
        const { root: pool, window, perWindow, calls } = given;
        const root = await gateway.mint([
          `${pool}`,
          `${perWindow}credits/${window}`,
          `${calls}calls/hour`,
        ]);
        const expiresAtMs = NOW + 60 * MINUTE_MS;
        const macaroons: Record<Who, string> = {
          root,
          plain: delegate(root, 'plain', `${given.plain}credits/hour`),
          carved: delegate(root, 'carved', String(given.carved), { carved: true, expiresAtMs }),
        };
        for (const one of steps) await take(gateway, macaroons, one);
        for (const [model, price] of [
          ['gpt-4o', 15],
          ['gpt-4o-mini', 1],
        ] as const) {
          const room = fits(await shownPath(gateway, macaroons.plain), price);
          const response = await chat(gateway, macaroons.plain, model);
          expect(response.status).toBe(room ? 200 : 402);
          seen = { paid: seen.paid + Number(room), refused: seen.refused + Number(!room) };
          if (!room) await holdsWhatItSays(gateway, macaroons.plain, response, model);
        }
      }),
      { numRuns: runs(150) },
    );
    // Neither answer is the rule.
    expect(seen.paid).toBeGreaterThan(20);
    expect(seen.refused).toBeGreaterThan(20);
  });
});

async function take(
  gateway: GatewayUnderTest,
  macaroons: Readonly<Record<Who, string>>,
  one: Step,
): Promise<void> {
  if (one.kind === 'wait') {
    gateway.clock.nowMs += one.minutes * MINUTE_MS;
    // What a carve-out past its end gives back is shown once a sweep has found it.
    await gateway.ledger.sweep('main', 100);
  } else if (one.kind === 'call') await chat(gateway, macaroons[one.who], 'gpt-4o');
  else if (one.kind === 'activate') {
    const headers = { authorization: `Bearer ${macaroons.carved}` };
    await gateway.app.request('/bursar/v1/activate', { method: 'POST', headers });
  } else {
    // The carved one has expired an hour after the start, and its balance can't be asked for then.
    const account = `${await accountOf(gateway, macaroons.root)}${one.who === 'root' ? '' : `/${one.who}`}`;
    await operate(gateway, 'topup', { account, amount: one.amount });
  }
}

/** Where a refusal says that waiting helps, its limit has room then; where it does not, it never has. */
async function holdsWhatItSays(
  gateway: GatewayUnderTest,
  macaroon: string,
  response: Response,
  model: string,
): Promise<void> {
  const { unit, window = 'life', required = 0, resetsAt } = await errorOf(response);
  if (resetsAt === undefined || Date.parse(resetsAt) >= NOW + 24 * 60 * MINUTE_MS) return;
  const before = gateway.clock.nowMs;
  expect(Date.parse(resetsAt)).toBeGreaterThan(before);
  gateway.clock.nowMs = Date.parse(resetsAt);
  const path = await shownPath(gateway, macaroon);
  const room = path.flatMap(({ limits }) =>
    limits.filter((limit) => limit.unit === unit && limit.window === window),
  );
  expect(
    room.some(({ remaining }) => remaining >= required),
    model,
  ).toBe(true);
  gateway.clock.nowMs = before;
  expect((await leafBalance(gateway, macaroon)).holder).toBe('plain');
}
