import { expect, it } from 'vitest';
import { composeCaveats } from '../../../src/caveats/compose.js';
import { attenuate } from '../../../src/macaroon/index.js';
import { fc, runs } from '../../support/property.js';
import { type GatewayUnderTest, gatewayUnderTest } from '../harness.js';
import { keyed, post, type ReservationBody, spentAndHeld } from './asking.js';

/** What the law itself knows of a hold: nothing of how the gateway or the ledger keep it. */
interface Known {
  readonly reservation: string;
  readonly owner: number;
  readonly held: number;
  deadlineMs: number;
  state: 'open' | 'over';
  charged: number;
}

const BUDGET = 60;
const PRICE = 5;

const who = fc.integer({ min: 0, max: 3 });
const which = fc.nat({ max: 7 });
const step = fc.oneof(
  fc.record({
    do: fc.constant('reserve' as const),
    who,
    credits: fc.integer({ min: 1, max: 20 }),
    key: fc.constantFrom('', 'k', 'l'),
  }),
  fc.record({
    do: fc.constant('settle' as const),
    who,
    which,
    credits: fc.integer({ min: 0, max: 22 }),
  }),
  fc.record({ do: fc.constantFrom('release' as const, 'extend' as const), who, which }),
  fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 400 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

class World {
  readonly #gateway: GatewayUnderTest;
  readonly #macaroons: readonly string[];
  readonly #holds: Known[] = [];

  constructor(gateway: GatewayUnderTest, root: string) {
    this.#gateway = gateway;
    const child = attenuate(root, composeCaveats({ holder: 'a' }));
    const grandchild = attenuate(child, composeCaveats({ holder: 'b' }));
    const sibling = attenuate(root, composeCaveats({ holder: 'c' }));
    this.#macaroons = [root, child, grandchild, sibling];
  }

  async take(step: Step): Promise<void> {
    const { clock, ledger } = this.#gateway;
    if (step.do === 'wait') {
      clock.nowMs += step.seconds * 1_000;
      await ledger.sweep('main', 100);
      for (const hold of this.#holds) {
        if (hold.state !== 'open' || hold.deadlineMs > clock.nowMs) continue;
        Object.assign(hold, { state: 'over', charged: hold.held });
      }
    } else if (step.do === 'reserve') await this.#reserve(step);
    else await this.#end(step);
    await this.#agrees();
  }

  async #reserve({ who, credits, key }: Extract<Step, { do: 'reserve' }>): Promise<void> {
    const macaroon = this.#macaroons[who] ?? '';
    const headers = key === '' ? {} : keyed(key);
    const body = { tool: 'web_search', credits };
    const response = await post(this.#gateway, macaroon, '', body, headers);
    if (response.status !== 201) {
      expect([402, 409, 422]).toContain(response.status);
      return;
    }
    const { reservation, held, deadline = '' } = (await response.json()) as ReservationBody;
    const known = this.#holds.find((hold) => hold.reservation === reservation);
    if (known !== undefined) {
      // Only an open hold of the same account and content is answered again.
      expect(known).toMatchObject({ state: 'open', owner: who, held: held?.['credits'] });
      return;
    }
    expect(held?.['credits']).toBe(Math.max(PRICE, credits));
    this.#holds.push({
      reservation,
      owner: who,
      held: Math.max(PRICE, credits),
      deadlineMs: Date.parse(deadline),
      state: 'open',
      charged: 0,
    });
  }

  async #end(step: Exclude<Step, { do: 'reserve' | 'wait' }>): Promise<void> {
    const hold = this.#holds[step.which];
    if (hold === undefined) return;
    const body = step.do === 'settle' ? { credits: step.credits } : {};
    const macaroon = this.#macaroons[step.who] ?? '';
    const path = `/${hold.reservation}/${step.do}`;
    const { status } = await post(this.#gateway, macaroon, path, body);
    if (hold.owner !== step.who) return expect(status).toBe(404);
    if (status !== 200) return expect([409, 422]).toContain(status);
    if (step.do === 'extend') {
      expect(hold.state).toBe('open');
      hold.deadlineMs = Math.max(hold.deadlineMs, this.#gateway.clock.nowMs + 600_000);
      return;
    }
    if (step.do === 'settle') expect(step.credits).toBeLessThanOrEqual(hold.held);
    hold.charged = step.do === 'settle' ? step.credits : 0;
    hold.state = 'over';
  }

  /** The root has spent and holds just what its own and its children's reservations come to. */
  async #agrees(): Promise<void> {
    const sum = (of: (hold: Known) => number) => this.#holds.reduce((all, h) => all + of(h), 0);
    const held = sum((hold) => (hold.state === 'open' ? hold.held : 0));
    const spent = sum((hold) => (hold.state === 'open' ? 0 : hold.charged));
    const balance = await spentAndHeld(this.#gateway, this.#macaroons[0] ?? '');
    expect(balance).toMatchObject({ spent: { credits: spent }, held: { credits: held } });
    expect(spent + held).toBeLessThanOrEqual(BUDGET);
  }
}

it('law: whatever callers ask, in whatever order, the root has what their reservations come to', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const gateway = gatewayUnderTest();
      const world = new World(gateway, await gateway.mint(String(BUDGET)));
      for (const one of steps) await world.take(one);
    }),
    { numRuns: runs(60) },
  );
});
