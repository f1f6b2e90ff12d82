import { describe, expect, it } from 'vitest';
import { Problem } from '../../gateway/api/problem.js';
import { Departure } from '../../gateway/leaving.js';
import { createMetrics } from '../../gateway/metrics.js';
import { UnknownNames } from '../../gateway/unknown-names.js';
import type { EnterOutcome, EnterRequest, SharedState } from '../../src/ledger/contract.js';
import { newReservationId } from '../../src/ledger/ids.js';

const ROOT = '0'.repeat(32);
const MOST = 16;
let made = 0;
const newId = () => {
  made += 1;
  return newReservationId('main', ROOT, Buffer.alloc(16, made), made);
};
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The store of all gateways: so many places, and the names that are refused. */
class Places implements Pick<SharedState, 'enter' | 'leave' | 'refuseNames'> {
  readonly inside = new Set<string>();
  readonly refused = new Set<string>();
  asked = 0;

  async enter({ reservation, names, most }: EnterRequest): Promise<EnterOutcome> {
    this.asked += 1;
    const refused = names.filter((name) => this.refused.has(name));
    if (refused.length > 0) return { status: 'refused', names: refused };
    if (this.inside.size >= most) return { status: 'full' };
    this.inside.add(reservation);
    return { status: 'entered' };
  }

  async leave({ reservation }: { readonly reservation: string }): Promise<void> {
    this.inside.delete(reservation);
  }

  async refuseNames({ names }: { readonly names: readonly string[] }): Promise<void> {
    for (const name of names) this.refused.add(name);
  }
}

function gate(shared: Places, unknownWaitMs = 60_000) {
  return new UnknownNames({
    shared,
    unknownInFlight: MOST,
    unknownWaitMs,
    monotonicMs: () => performance.now(),
    metrics: createMetrics(),
    log: quiet,
  });
}

const call = (names = ['new_field']) => ({
  reservation: newId(),
  names,
  leaving: new Departure(),
});

const codeOf = (error: unknown) => (error instanceof Problem ? error.code : error);

describe('calls with unknown names', () => {
  it('are under way a few at once, and each of 200 has its turn, first come, first served', async () => {
    const shared = new Places();
    const names = gate(shared);
    const order: number[] = [];
    let most = 0;
    const calls = Array.from({ length: 200 }, async (_, i) => {
      const one = call();
      await names.enter(one);
      order.push(i);
      most = Math.max(most, shared.inside.size);
      await new Promise(setImmediate);
      shared.inside.delete(one.reservation);
      names.ended(one.reservation);
    });
    await Promise.all(calls);
    expect(most).toBe(MOST);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(shared.inside.size).toBe(0);
  });

  it('ask again for a place that another gateway gives back', async () => {
    const shared = new Places();
    for (let i = 0; i < MOST; i += 1) shared.inside.add(`elsewhere-${i}`);
    const entered = gate(shared).enter(call());
    await expect.poll(() => shared.asked).toBeGreaterThan(1);
    shared.inside.delete('elsewhere-0');
    await entered;
    expect(shared.inside.size).toBe(MOST);
  });

  it('are refused once they have waited long enough, those behind too', async () => {
    const shared = new Places();
    for (let i = 0; i < MOST; i += 1) shared.inside.add(`elsewhere-${i}`);
    const names = gate(shared, 20);
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => names.enter(call())));
    expect(outcomes.map((one) => one.status === 'rejected' && codeOf(one.reason))).toEqual([
      'too_many_unknown',
      'too_many_unknown',
      'too_many_unknown',
    ]);
  });

  it('take no place once their caller has left', async () => {
    const shared = new Places();
    for (let i = 0; i < MOST; i += 1) shared.inside.add(`elsewhere-${i}`);
    const one = call();
    const entered = gate(shared).enter(one);
    one.leaving.abort();
    await expect(entered).rejects.toMatchObject({ code: 'client_left' });
    expect(shared.inside.has(one.reservation)).toBe(false);
  });

  it('are refused by a name that made one dearer than its hold', async () => {
    const shared = new Places();
    const names = gate(shared);
    names.refuse('main', ['tools.type=new'], 'main/r', newId());
    await expect(names.enter(call(['other', 'tools.type=new']))).rejects.toMatchObject({
      code: 'price_unknown',
      details: { param: 'tools.type=new' },
    });
    await names.enter(call(['other']));
  });

  it('give their place back when nothing was held for them', async () => {
    const shared = new Places();
    const names = gate(shared);
    const one = call();
    await names.enter(one);
    names.leave(one.reservation);
    expect(shared.inside.size).toBe(0);
  });
});
