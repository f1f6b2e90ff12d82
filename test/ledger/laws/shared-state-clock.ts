import { describe, expect, it } from 'vitest';
import { type Ledger, PLACE_WITHOUT_HOLD_MS, REMEMBERED_MS } from '../../../src/ledger/contract.js';
import { genesis, HOUR_MS, limit, request } from '../fixtures.js';
import { entering, recall, remembering } from './shared-state.js';

/** As much of a ledger as these laws ask. */
export type Sharing = Pick<Ledger, 'shared' | 'openRoot' | 'reserve' | 'settle'>;

/** A fresh store whose clock a test sets. */
export interface SetClock {
  readonly open: () => Promise<Sharing>;
  /** The store's clock moves by so much, back too. */
  readonly pass: (ms: number) => Promise<void>;
}

/** What is told for how long, to the millisecond. */
export function sharedStateClockLaws(name: string, { open, pass }: SetClock): void {
  const root = genesis({ limits: [limit(9)] });
  const enter = async ({ shared }: Sharing, change: Parameters<typeof entering>[1] = {}) =>
    (await shared.enter(entering(root, { most: 1, ...change }))).status;

  describe(`shared state, by the clock of ${name}`, () => {
    it('a response is known for 30 days after it was told last', async () => {
      const { shared } = await open();
      const known = async () => {
        const found = await recall({ shared }, root, ['a', 'b']);
        return found.map(({ id }) => id).sort();
      };
      await shared.remember(remembering(root, { ids: ['a', 'b'] }));
      await pass(REMEMBERED_MS - 1);
      expect(await known()).toEqual(['a', 'b']);
      await shared.remember(remembering(root, { ids: ['b'] }));
      await pass(1);
      expect(await known()).toEqual(['b']);
      await pass(REMEMBERED_MS - 2);
      expect(await known()).toEqual(['b']);
      await pass(1);
      expect(await known()).toEqual([]);
    });

    it('what is told while the clock stands behind is the newest all the same', async () => {
      const { shared } = await open();
      await shared.remember(remembering(root, { ids: ['a', 'b'] }));
      await pass(-HOUR_MS);
      await shared.remember(remembering(root, { ids: ['b'], tokens: 8 }));
      await pass(HOUR_MS);
      expect(await recall({ shared }, root, ['b'])).toMatchObject([{ tokens: 8 }]);
    });

    it('a place without a hold lasts 60 s from its last entry', async () => {
      const ledger = await open();
      const { reservation } = entering(root);
      expect(await enter(ledger, { reservation })).toBe('entered');
      await pass(PLACE_WITHOUT_HOLD_MS - 1);
      expect(await enter(ledger)).toBe('full');
      expect(await enter(ledger, { reservation })).toBe('entered');
      await pass(PLACE_WITHOUT_HOLD_MS - 1);
      expect(await enter(ledger)).toBe('full');
      await pass(1);
      expect(await enter(ledger)).toBe('entered');
      expect(await enter(ledger, { reservation })).toBe('full');
    });

    it('one with a hold lasts as long as that, to the millisecond', async () => {
      const ledger = await open();
      await ledger.openRoot(root);
      const asked = request(root, { ttlMs: HOUR_MS });
      expect(await enter(ledger, asked)).toBe('entered');
      await pass(PLACE_WITHOUT_HOLD_MS);
      expect(await ledger.reserve(asked)).toMatchObject({ status: 'held' });
      await pass(HOUR_MS - 1);
      expect(await enter(ledger)).toBe('full');
      await pass(1);
      expect(await enter(ledger)).toBe('entered');
    });

    it('one whose hold has ended is over, however short a time ago it was entered', async () => {
      const ledger = await open();
      await ledger.openRoot(root);
      const asked = request(root);
      await enter(ledger, asked);
      await ledger.reserve(asked);
      await ledger.settle({ reservation: asked.reservation, cost: {} });
      expect(await enter(ledger)).toBe('entered');
    });

    it('of many, those leave that are over, and the others stay', async () => {
      const ledger = await open();
      await ledger.openRoot(root);
      const held = request(root);
      const settled = request(root);
      for (const asked of [entering(root), held, settled]) {
        expect(await enter(ledger, { reservation: asked.reservation, most: 3 })).toBe('entered');
      }
      await ledger.reserve(held);
      await ledger.reserve(settled);
      await ledger.settle({ reservation: settled.reservation, cost: {} });
      await pass(PLACE_WITHOUT_HOLD_MS);
      const young = [await enter(ledger, { most: 3 }), await enter(ledger, { most: 3 })];
      expect([...young, await enter(ledger, { most: 3 })]).toEqual(['entered', 'entered', 'full']);
    });

    it('none is kept for long by a clock that was ahead', async () => {
      const ledger = await open();
      await enter(ledger);
      await pass(-PLACE_WITHOUT_HOLD_MS + 1);
      expect(await enter(ledger)).toBe('full');
      await pass(-1);
      expect(await enter(ledger)).toBe('entered');
    });
  });
}
