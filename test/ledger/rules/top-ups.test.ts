import { expect, it } from 'vitest';
import { MAX_TOP_UPS } from '../../../src/ledger/contract.js';
import { openRoot } from '../../../src/ledger/rules/open-root.js';
import { topUp } from '../../../src/ledger/rules/top-up.js';
import { genesis, rootOf } from '../fixtures.js';
import { ModelStore } from '../model-store.js';

const clocks = { storeMs: 1_800_000_000_000, gatewayMs: 1_800_000_000_000 };

it('a root takes so many top-ups and no more; those that it has are still known', () => {
  const store = new ModelStore();
  const root = genesis();
  for (const change of openRoot(store, root, clocks).changes) store.apply(change);
  const asked = (digit: string) => {
    const id = digit.repeat(32);
    const request = { account: rootOf(root), unit: 'usd', micros: 1, id, actor: 'me' } as const;
    const { outcome, changes } = topUp(store, request, clocks);
    for (const change of changes) store.apply(change);
    return outcome;
  };
  store.topUps = () => MAX_TOP_UPS - 1;
  expect(asked('1')).toMatchObject({ status: 'topped_up', replayed: false });
  store.topUps = () => MAX_TOP_UPS;
  expect(asked('2')).toEqual({ status: 'refused', reason: 'too_many_top_ups' });
  expect(asked('1')).toMatchObject({ status: 'topped_up', replayed: true });
});
