import { expect, it, vi } from 'vitest';
import { createMetrics } from '../../gateway/metrics.js';
import { startSweeper } from '../../gateway/sweeper.js';
import { LEDGER_DEFAULTS, LedgerUnavailable } from '../../src/ledger/contract.js';
import { CREDIT, counters, opened, request, rootOf } from '../ledger/fixtures.js';
import { ModelLedger } from '../ledger/model.js';

it('a tenant whose node is gone keeps no other from being swept', async () => {
  const time = { nowMs: 1_800_000_000_000 };
  const clock = () => time.nowMs;
  const ledger = new ModelLedger({ ...LEDGER_DEFAULTS, clock }, clock);
  await opened(ledger, { tenant: 'acme' });
  const root = await opened(ledger);
  await ledger.reserve(request(root, { ttlMs: 1_000 }));
  time.nowMs += 2_000;
  const sweep = ledger.sweep.bind(ledger);
  ledger.sweep = async (tenant, batch) => {
    if (tenant === 'main') return sweep(tenant, batch);
    throw new LedgerUnavailable('disconnected', 'no connection to the store');
  };
  const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const stop = startSweeper({ ledger, metrics: createMetrics(), log, everyMs: 60_000 });
  await stop();
  expect(await counters(ledger, rootOf(root))).toEqual({ spent: CREDIT, held: 0 });
  expect(log.warn).toHaveBeenCalledWith({ tenant: 'main', holds: 1 }, expect.any(String));
  expect(log.error).not.toHaveBeenCalled();
});
