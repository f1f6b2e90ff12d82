import { expect, vi } from 'vitest';
import type { Genesis, Ledger } from '../../src/ledger/contract.js';
import { CREDIT, counters, limit, opened, path, request, rootOf, verdict } from './fixtures.js';

/** Short, so that what is finished soon may leave. */
export const RETAIN_MS = 50;
const AGENTS = 20;
const AT_ONCE = 32;

/** What a store holds, in numbers that must stay as they are. */
export type Size = Readonly<Record<string, number>>;

/** The journal up to its end is safe elsewhere, and leaves. */
async function drained(ledger: Ledger, tenant: string): Promise<void> {
  const holder = 'steady';
  const leased = await ledger.lease({ tenant, holder, ttlMs: 60_000 });
  if (leased.status !== 'granted') throw new Error(`the lease was ${leased.status}`);
  const { nextNumber } = await ledger.journal({ tenant, after: 0, max: 1 });
  const to = { number: nextNumber - 1, hash: 'ab'.repeat(32) };
  await ledger.moveHead({ tenant, holder, from: leased.head, to });
  expect(await ledger.trimJournal({ tenant, through: to.number })).toBe(to.number);
}

/** One round of calls by the same agents: most settle, some are released, one in ten is neither. */
async function round(ledger: Ledger, root: Genesis, calls: number): Promise<void> {
  let left = calls;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let call = left--; call > 0; call = left--) {
        const holders = ['team', `agent-${call % AGENTS}`];
        const asked = request(root, { path: path(root, holders), ttlMs: 1_000 });
        expect(verdict(await ledger.reserve(asked))).toBe('held');
        const { reservation } = asked;
        if (call % 10 === 0) continue;
        if (call % 10 === 1) await ledger.release({ reservation });
        else await ledger.settle({ reservation, cost: {} });
      }
    }),
  );
}

/** Sweeps until all that the round made has left. */
async function swept(ledger: Ledger, tenant: string, calls: number): Promise<void> {
  let forgotten = 0;
  await vi.waitFor(
    async () => {
      for (let more = true; more; ) {
        const outcome = await ledger.sweep(tenant, 200);
        forgotten += outcome.forgotten;
        ({ more } = outcome);
      }
      expect(forgotten).toBe(calls);
    },
    { timeout: 20_000, interval: 20 },
  );
}

/**
 * The same load round after round. After each, the store is as large as after the first, and the
 * counters have all that was spent.
 */
export async function staysBounded(
  ledger: Ledger,
  { rounds, calls }: { readonly rounds: number; readonly calls: number },
  sizeNow: () => Promise<Size>,
): Promise<void> {
  const root = await opened(ledger, { limits: [limit(1_000_000)] });
  const sizes: Size[] = [];
  for (let i = 1; i <= rounds; i++) {
    await round(ledger, root, calls);
    await swept(ledger, root.tenant, calls);
    await drained(ledger, root.tenant);
    sizes.push(await sizeNow());
    const spent = Math.round(0.9 * calls) * i * CREDIT;
    expect(await counters(ledger, rootOf(root))).toEqual({ spent, held: 0 });
  }
  const [first = {}, ...later] = sizes;
  for (const size of later) {
    for (const [what, amount] of Object.entries(size)) {
      // A counter that has one digit more is a byte longer.
      const most = what.endsWith('bytes') ? (first[what] ?? 0) * 1.1 + 4_096 : first[what];
      expect([what, Math.max(amount, most ?? 0)]).toEqual([what, most]);
    }
  }
}
