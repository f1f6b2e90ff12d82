import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TenantDrain, type TenantDrainDeps } from '../../../gateway/journal/drain-tenant.js';
import { JournalFolder } from '../../../gateway/journal/folder.js';
import { chainLines, listSegments } from '../../../gateway/journal/segments.js';
import { readLine } from '../../../src/ledger/journal/chain.js';
import { fc, runs } from '../../support/property.js';
import { crashingLedger, STEPS } from './crashing.js';
import {
  afreshForEach,
  closeAll,
  crashes,
  drain,
  expectWhole,
  folder,
  fresh,
  holds,
  LEASE_MS,
  ledger,
  never,
  nowMs,
  open,
  pass,
  unreachable,
} from './drain-rig.js';

afreshForEach();

describe('a tenant’s journal', () => {
  it('leaves the store for files of a bounded size, and only then is trimmed', async () => {
    await holds(20);
    const before = await ledger.journal({ tenant: 'main', after: 0, max: 100 });
    expect(await drain(folder).run(never)).toEqual({ entries: 0, oldestMs: undefined });
    const after = await ledger.journal({ tenant: 'main', after: 0, max: 100 });
    expect(after).toMatchObject({ entries: [], trimmedThrough: 21, nextNumber: 22 });
    await expectWhole([folder], 21);
    expect((await listSegments(folder)).length).toBeGreaterThan(2);
    const entries: unknown[] = [];
    for await (const text of chainLines([folder])) entries.push(readLine(text)?.entry);
    expect(entries).toEqual(before.entries.map(({ entry }) => JSON.parse(JSON.stringify(entry))));
  });

  it('is drained by one at a time, and by another once that one is gone', async () => {
    await holds(2);
    const first = drain(folder);
    await first.run(never);
    await holds(2);
    const oldestMs = nowMs();
    const second = drain(folder);
    expect(await second.run(never)).toEqual({ entries: 2, oldestMs });
    await first.close();
    expect(await second.run(never)).toEqual({ entries: 0, oldestMs: undefined });
    await expectWhole([folder], 5);
  });

  it('is drained to where it ended when less than a batch was left, and on from there the next time', async () => {
    await holds(4);
    const leases: string[] = [];
    const busy: TenantDrainDeps['ledger'] = {
      ...crashingLedger(ledger, { due: never, end: unreachable }),
      lease: (request) => {
        leases.push(request.holder);
        return ledger.lease(request);
      },
      moveHead: async (request) => {
        await holds(1);
        return ledger.moveHead(request);
      },
    };
    const files = new JournalFolder(folder, 4_000);
    open.push(files);
    const deps = { tenant: 'main', holder: 'gateway-busy', folder: files, leaseMs: LEASE_MS };
    const drained = new TenantDrain({ ...deps, ledger: busy, batch: 3 });
    // The root's own entry and four holds, and one more for each of the two batches.
    expect(await drained.run(never)).toEqual({ entries: 0, oldestMs: undefined });
    expect(leases).toHaveLength(3);
    await expectWhole([folder], 7);
    await drained.run(never);
    expect(leases).toHaveLength(4);
    await expectWhole([folder], 8);
  });

  it('that another drains before the lease is had is no fault, and the lease is kept', async () => {
    await holds(2);
    const other = join(folder, 'other');
    const first = drain(other);
    const late: TenantDrainDeps['ledger'] = {
      ...crashingLedger(ledger, { due: never, end: unreachable }),
      lease: async (request) => {
        await first.run(never);
        await first.close();
        return ledger.lease(request);
      },
    };
    const files = new JournalFolder(folder, 4_000);
    open.push(files);
    const holder = 'gateway-late';
    const deps = { tenant: 'main', holder, folder: files, leaseMs: LEASE_MS, batch: 3 };
    const second = new TenantDrain({ ...deps, ledger: late });
    expect(await second.run(never)).toEqual({ entries: 0, oldestMs: undefined });
    await holds(1);
    expect(await drain(other).run(never)).toMatchObject({ entries: 1 });
    expect(await second.run(never)).toMatchObject({ entries: 0 });
    await expectWhole([folder, other], 4);
    await second.close();
    await holds(1);
    expect(await drain(other).run(never)).toMatchObject({ entries: 0 });
  });

  it('goes to and fro between two, each into files of its own, in order', async () => {
    const other = join(folder, 'other');
    const [first, second] = [drain(folder), drain(other)];
    for (const each of [first, second, first, second]) {
      await holds(2);
      await each.run(never);
      pass(LEASE_MS + 1);
    }
    await expectWhole([folder, other], 9);
    const firsts = async (path: string) => (await listSegments(path)).map((its) => its.first);
    expect([await firsts(folder), await firsts(other)]).toEqual([
      [1, 6],
      [4, 8],
    ]);
  });

  it.each(STEPS)('is whole after a crash: %s', async (step) => {
    await holds(7);
    for (const path of [folder, join(folder, 'other')]) {
      await crashes(path, step);
      await holds(1);
      pass(LEASE_MS + 1);
    }
    await drain(folder).run(never);
    await expectWhole([folder, join(folder, 'other')], 10);
  });

  it('is whole after any number of crashes, take-overs and two at once', async () => {
    const event = fc.record({
      entries: fc.nat({ max: 7 }),
      where: fc.constantFrom('a', 'a', 'b'),
      crashAt: fc.option(fc.constantFrom(...STEPS)),
      passesMs: fc.constantFrom(0, LEASE_MS + 1),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 12 }), async (events) => {
        await fresh();
        const path = mkdtempSync(join(folder, 'run-'));
        const paths = ['a', 'b'].map((name) => join(path, name));
        let total = 1;
        for (const { entries, where, crashAt, passesMs } of events) {
          await holds(entries);
          total += entries;
          await Promise.all([
            crashes(join(path, where), crashAt ?? undefined),
            crashes(join(path, 'a')),
          ]);
          pass(passesMs);
        }
        pass(LEASE_MS + 1);
        await drain(join(path, 'a')).run(never);
        await closeAll();
        await expectWhole(paths, total);
      }),
      { numRuns: runs(60) },
    );
  });
});
