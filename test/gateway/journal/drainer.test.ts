import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Denials } from '../../../gateway/journal/denials.js';
import { Drainer } from '../../../gateway/journal/drainer.js';
import { journalFolder, listSegments } from '../../../gateway/journal/segments.js';
import type { LogFields } from '../../../gateway/logging.js';
import { createMetrics } from '../../../gateway/metrics.js';
import { LEDGER_DEFAULTS, LedgerUnavailable } from '../../../src/ledger/contract.js';
import { opened, request } from '../../ledger/fixtures.js';
import { temporaryFolder } from '../../ledger/folder.js';
import { ModelLedger } from '../../ledger/model.js';

const folder = temporaryFolder();
let places = 0;

function drainers() {
  const time = { nowMs: 1_800_000_000_000 };
  const clock = () => time.nowMs;
  const ledger = new ModelLedger({ ...LEDGER_DEFAULTS, clock }, clock);
  const start = (holder: string) => {
    const stateDir = join(folder, String(places++));
    const warnings: { fields: LogFields; message: string }[] = [];
    const warn = (fields: LogFields, message: string) => warnings.push({ fields, message });
    const log = { debug: () => {}, info: () => {}, warn, error: warn };
    const metrics = createMetrics();
    const denials = new Denials({ stateDir, gateway: holder, clock });
    const deps = { ledger, denials, stateDir, holder, metrics, log, clock, everyMs: 60_000 };
    const lag = async () => {
      const [entries] = (await metrics.journalLagEntries.get()).values;
      const [seconds] = (await metrics.journalLagSeconds.get()).values;
      return { entries: entries?.value, seconds: seconds?.value };
    };
    return { stateDir, warnings, lag, drainer: new Drainer(deps) };
  };
  return { time, ledger, start };
}

describe('the drainers of two gateways', () => {
  it('take turns tenant by tenant, and show the same lag', async () => {
    const { time, ledger, start } = drainers();
    const main = await opened(ledger);
    await opened(ledger, { tenant: 'acme' });
    const [a, b] = [start('gateway-a'), start('gateway-b')];
    await a.drainer.round();
    expect(await a.lag()).toEqual({ entries: 0, seconds: 0 });
    expect(await listSegments(journalFolder(a.stateDir, 'acme'))).toHaveLength(1);
    await ledger.reserve(request(main));
    time.nowMs += 5_000;
    await b.drainer.round();
    expect(await b.lag()).toEqual({ entries: 1, seconds: 5 });
    expect(await listSegments(journalFolder(b.stateDir, 'main'))).toEqual([]);
    await a.drainer.stop();
    expect((await ledger.journal({ tenant: 'main', after: 0, max: 9 })).entries).toEqual([]);
    await ledger.reserve(request(main));
    await b.drainer.round();
    expect(await b.lag()).toEqual({ entries: 0, seconds: 0 });
    expect(await listSegments(journalFolder(b.stateDir, 'main'))).toMatchObject([{ first: 3 }]);
  });

  it('warn once a minute of what can’t be written, and of a lag of more than a minute', async () => {
    const { time, ledger, start } = drainers();
    await opened(ledger);
    const { drainer, stateDir, warnings, lag } = start('gateway-a');
    writeFileSync(stateDir, 'a file where the folder belongs');
    await drainer.round();
    await drainer.round();
    expect(warnings).toMatchObject([
      { message: 'the journal can not be drained', fields: { tenant: 'main' } },
    ]);
    time.nowMs += 61_000;
    await drainer.round();
    await drainer.round();
    expect(await lag()).toEqual({ entries: 1, seconds: 61 });
    expect(warnings.slice(1)).toMatchObject([
      { message: 'the journal can not be drained' },
      {
        message: expect.stringMatching(/lags/),
        fields: { tenant: 'main', entries: 1, seconds: 61 },
      },
    ]);
  });

  it('drain the other tenants where one can’t be read, and say so once a minute', async () => {
    const { time, ledger, start } = drainers();
    for (const tenant of ['acme', 'main']) await opened(ledger, { tenant });
    const { drainer, stateDir, warnings, lag } = start('gateway-a');
    const texts = ledger.journalTexts.bind(ledger);
    ledger.journalTexts = async (request) => {
      if (request.tenant !== 'acme') return texts(request);
      throw new LedgerUnavailable('store_error', 'the store’s journal can’t be read');
    };
    await drainer.round();
    await drainer.round();
    expect(await listSegments(journalFolder(stateDir, 'main'))).toHaveLength(1);
    expect(await lag()).toEqual({ entries: 0, seconds: 0 });
    expect(warnings).toMatchObject([
      { message: 'the journal can not be drained', fields: { tenant: 'acme' } },
    ]);
    ledger.journalTexts = texts;
    time.nowMs += 5_000;
    await drainer.round();
    expect(await listSegments(journalFolder(stateDir, 'acme'))).toHaveLength(1);
  });

  it('go on past a ledger that does not answer', async () => {
    const { ledger, start } = drainers();
    const { drainer, warnings } = start('gateway-a');
    await ledger.close();
    await drainer.round();
    await drainer.stop();
    expect(warnings).toEqual([]);
  });
});
