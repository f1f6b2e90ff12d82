import { attenuate } from '../../../src/index.js';
import { fc } from '../../support/property.js';
import type { Arena, Telling } from './arena.js';
import { EVE } from './family.js';

/** One request, or a handful of the same, by whoever holds the attacker's macaroon. */
export type Step =
  | { readonly kind: 'append'; readonly of: number; readonly caveats: readonly string[] }
  | {
      readonly kind: 'chat';
      readonly of: number;
      readonly body: object;
      readonly telling: Telling;
      readonly model: string;
    }
  | { readonly kind: 'free'; readonly of: number }
  | { readonly kind: 'activate'; readonly of: number }
  | { readonly kind: 'reserve'; readonly of: number; readonly body: object; readonly times: number }
  | { readonly kind: 'resolve'; readonly of: number; readonly how: 'settle' | 'release' | 'extend' }
  | { readonly kind: 'slow'; readonly of: number; readonly bytes: number }
  | { readonly kind: 'names'; readonly of: number; readonly times: number };

const of = fc.nat({ max: 15 });

/** What a ledger counts in, up to the last amount that it takes. */
const amount = fc.oneof(
  fc.constantFrom('0', '0.000001', '1', '5', '10', '9007199254.740991', '9007199254'),
  fc.integer({ min: 0, max: 20 }).map(String),
);
const unit = fc.constantFrom('credits', 'usd', 'tokens', 'calls');
const window = fc.constantFrom('', '', '/minute', '/day');
const budget = fc
  .tuple(amount, unit, window, fc.boolean())
  .filter(([text, its]) => its === 'credits' || its === 'usd' || !text.includes('.'))
  .map(([text, its, per, carved]) => `budget = ${text} ${its}${per}${carved ? ' carved' : ''}`);
const caveat = fc.oneof(
  { weight: 4, arbitrary: budget },
  { weight: 2, arbitrary: fc.constantFrom('holder = a', 'holder = b', 'holder = sibling') },
  { weight: 1, arbitrary: fc.constant('tools = *:0') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('expires = 2026-01-01T00:00:00Z', 'expires = 2999-01-01T00:00:00Z'),
  },
);

const asked = fc.record(
  { credits: amount, usd: amount, calls: amount },
  // In usd there is no price but what is asked for.
  { requiredKeys: ['usd'] },
);
const output = fc.record(
  { n: fc.constantFrom(1, 2, 128), max_tokens: fc.constantFrom(1, 1_000, 2_000_000_000) },
  { requiredKeys: [] },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('append' as const),
    of,
    caveats: fc.array(caveat, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant('chat' as const),
    of,
    body: output,
    telling: fc.constantFrom<Telling>('usage', 'nothing', 'error'),
    model: fc.constantFrom('gpt-paid', 'gpt-gratis'),
  }),
  fc.record({ kind: fc.constant('free' as const), of }),
  fc.record({ kind: fc.constant('activate' as const), of }),
  fc.record({
    kind: fc.constant('reserve' as const),
    of,
    body: fc
      .tuple(fc.constantFrom('gratis', 'web_search'), asked)
      .map(([tool, more]) => ({ tool, ttl: '24h', ...more })),
    times: fc.constantFrom(1, 3, 80),
  }),
  fc.record({
    kind: fc.constant('resolve' as const),
    of,
    how: fc.constantFrom('settle' as const, 'release' as const, 'extend' as const),
  }),
  fc.record({ kind: fc.constant('slow' as const), of, bytes: fc.constantFrom(10, 60_000) }),
  fc.record({ kind: fc.constant('names' as const), of, times: fc.constantFrom(2, 14, 80) }),
);

export const attacks = fc.array(step, { minLength: 1, maxLength: 10 });

/** One attack under way: what the attacker has made of its macaroon, and what it holds. */
export class Attacker {
  readonly #arena: Arena;
  readonly #macaroons: string[];
  readonly #open: { readonly macaroon: string; readonly reservation: string }[] = [];
  #names = 0;

  constructor(arena: Arena, macaroon: string) {
    this.#arena = arena;
    this.#macaroons = [macaroon];
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const one of steps) await this.#take(one);
  }

  async #take(one: Step): Promise<void> {
    const macaroon = this.#macaroons[one.of % this.#macaroons.length] ?? '';
    switch (one.kind) {
      case 'append':
        return this.#append(macaroon, one.caveats);
      case 'chat':
        await this.#arena.chat(macaroon, one.model, one.telling, one.body);
        return;
      case 'free':
        await this.#arena.post(macaroon, '/v1/moderations', { input: 'hi' });
        return;
      case 'activate':
        await this.#arena.post(macaroon, '/bursar/v1/activate');
        return;
      case 'reserve':
        await together(one.times, () => this.#reserve(macaroon, one.body));
        return;
      case 'resolve':
        return this.#resolve(one.of, one.how);
      case 'slow':
        return this.#arena.slowBody(macaroon, one.bytes);
      case 'names':
        await together(one.times, () => this.#another(macaroon));
        return;
    }
  }

  #append(macaroon: string, caveats: readonly string[]): void {
    try {
      this.#macaroons.push(attenuate(macaroon, caveats));
    } catch {
      // Longer than a macaroon may be: the attacker goes on with what it has.
    }
  }

  async #reserve(macaroon: string, body: object): Promise<void> {
    const { status, body: answered } = await this.#arena.post(
      macaroon,
      '/bursar/v1/reservations',
      body,
    );
    if (status === 201) {
      this.#open.push({ macaroon, reservation: String(answered['reservation']) });
    }
  }

  async #resolve(place: number, how: 'settle' | 'release' | 'extend'): Promise<void> {
    const one = this.#open[place % Math.max(1, this.#open.length)];
    if (one === undefined) return;
    const path = `/bursar/v1/reservations/${one.reservation}/${how}`;
    await this.#arena.post(one.macaroon, path, how === 'extend' ? { ttl: '24h' } : {});
  }

  /** A child of its own by a new name, and a call of it that costs nothing. */
  async #another(macaroon: string): Promise<void> {
    let own = macaroon;
    try {
      own = attenuate(macaroon, [`holder = n${this.#names++}`, `budget = ${EVE[0]} credits`]);
    } catch {
      return;
    }
    await this.#arena.chat(own, 'gpt-gratis', 'usage');
  }
}

async function together(times: number, act: () => Promise<unknown>): Promise<void> {
  await Promise.all(Array.from({ length: times }, act));
}
