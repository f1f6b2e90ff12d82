import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { appendFile, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TenantDrain, type TenantDrainDeps } from '../../../gateway/journal/drain-tenant.js';
import { JournalFolder, JournalForked } from '../../../gateway/journal/folder.js';
import { chainLines, listSegments } from '../../../gateway/journal/segments.js';
import { type Genesis, LEDGER_DEFAULTS, type Ledger } from '../../../src/ledger/contract.js';
import { readLine } from '../../../src/ledger/journal/chain.js';
import { ChainCheck } from '../../../src/ledger/journal/verify.js';
import { opened, request } from '../../ledger/fixtures.js';
import { ModelLedger } from '../../ledger/model.js';
import { fc, runs } from '../../support/property.js';
import { crashingFiles, crashingLedger, STEPS } from './crashing.js';

type Step = (typeof STEPS)[number];

const LEASE_MS = 30_000;
let folder = '';
let nowMs = 1_800_000_000_000;
let ledger: Ledger;
let root: Genesis;
let drainers = 0;
/** Of drainers that crashed, as the system would close them. */
const open: JournalFolder[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-drain-'));
  await fresh();
});
afterEach(async () => {
  await closeAll();
  rmSync(folder, { recursive: true, force: true });
});

async function closeAll(): Promise<void> {
  await Promise.all(open.splice(0).map((files) => files.close()));
}

async function fresh(): Promise<void> {
  const clock = () => nowMs;
  ledger = new ModelLedger({ ...LEDGER_DEFAULTS, clock }, clock);
  root = await opened(ledger);
}

async function holds(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await ledger.reserve(request(root));
}

class Crash extends Error {}

/** A drainer of its own, that crashes at a step, or never. */
function drain(path: string, crashAt?: Step, batch = 3, maxBytes = 4_000): TenantDrain {
  const at = {
    due: (step: Step) => step === crashAt,
    end: (step: Step): never => {
      throw new Crash(step);
    },
  };
  drainers += 1;
  const files = new JournalFolder(path, maxBytes, crashingFiles(at));
  open.push(files);
  return new TenantDrain({
    ledger: crashingLedger(ledger, at),
    tenant: 'main',
    holder: `gateway-${drainers}`,
    folder: files,
    leaseMs: LEASE_MS,
    batch,
  });
}

const never = () => false;
const unreachable = (): never => {
  throw new Error('nothing crashes here');
};

async function crashes(path: string, step?: Step): Promise<void> {
  await drain(path, step)
    .run(never)
    .catch((error: unknown) => {
      if (!(error instanceof Crash)) throw error;
    });
}

/** What the folders say, held against what the ledger did: all of it, once, in a whole chain. */
async function expectWhole(folders: readonly string[], through: number): Promise<void> {
  const { head } = await ledger.journal({ tenant: 'main', after: 0, max: 1 });
  expect(head.number).toBe(through);
  const check = new ChainCheck('main', head);
  const numbers: (number | undefined)[] = [];
  for await (const text of chainLines(folders)) {
    check.take(text);
    numbers.push(readLine(text)?.number);
  }
  expect(check.finish()).toEqual([]);
  expect(numbers).toEqual(Array.from({ length: through }, (_, i) => i + 1));
}

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
    const oldestMs = nowMs;
    const second = drain(folder);
    expect(await second.run(never)).toEqual({ entries: 2, oldestMs });
    await first.close();
    expect(await second.run(never)).toEqual({ entries: 0, oldestMs: undefined });
    await expectWhole([folder], 5);
  });

  it('that another drains before the lease is had is no fault, and the lease is kept', async () => {
    await holds(2);
    const other = join(folder, 'other');
    const first = drain(other);
    const late: TenantDrainDeps['ledger'] = {
      ...crashingLedger(ledger, { due: () => false, end: unreachable }),
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
      nowMs += LEASE_MS + 1;
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
      nowMs += LEASE_MS + 1;
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
          nowMs += passesMs;
        }
        nowMs += LEASE_MS + 1;
        await drain(join(path, 'a')).run(never);
        await closeAll();
        await expectWhole(paths, total);
      }),
      { numRuns: runs(60) },
    );
  });
});

describe('what stands in the folder at a take-over', () => {
  const last = () => join(folder, readdirSync(folder).sort().at(-1) ?? '');

  it('a line that was never finished is cut, and what a power loss left behind it', async () => {
    await holds(3);
    await crashes(folder, 'after sync');
    const whole = readFileSync(last());
    for (const rest of ['{"entry":{"acc', `${'\0'.repeat(20)}\n${'\0'.repeat(9)}`]) {
      await appendFile(last(), rest);
      await crashes(folder, 'after lease');
      nowMs += LEASE_MS + 1;
      await crashes(folder, 'after sync');
      expect(readFileSync(last()).equals(whole)).toBe(true);
      nowMs += LEASE_MS + 1;
    }
    await drain(folder).run(never);
    await expectWhole([folder], 4);
  });

  it('entries that the store does not have stop it: the store has lost state', async () => {
    await holds(3);
    await drain(folder).run(never);
    await fresh();
    await expect(drain(folder).run(never)).rejects.toThrow(/lost state/);
    nowMs += LEASE_MS + 1;
    await holds(9);
    await expect(drain(folder).run(never)).rejects.toThrow(JournalForked);
    expect((await ledger.journal({ tenant: 'main', after: 0, max: 1 })).head.number).toBe(0);
  });

  it('a head that the files contradict stops it, and nothing is written', async () => {
    await holds(2);
    const other = join(folder, 'other');
    await drain(other, undefined, 1).run(never);
    await fresh();
    await holds(2);
    await drain(folder).run(never);
    nowMs += LEASE_MS + 1;
    await holds(1);
    const before = readdirSync(other);
    await expect(drain(other).run(never)).rejects.toThrow(/found entry 3 as .* expected/);
    expect(readdirSync(other)).toEqual(before);
  });

  it('an entry further up that was altered is left for verify, and draining goes on', async () => {
    await holds(3);
    await drain(folder).run(never);
    const text = readFileSync(last(), 'utf8');
    const [name] = readdirSync(folder).sort();
    const path = join(folder, name ?? '');
    await writeFile(path, readFileSync(path, 'utf8').replace('"operator"', '"mallory"'));
    expect(text).not.toBe('');
    nowMs += LEASE_MS + 1;
    await holds(1);
    await drain(folder).run(never);
    const check = new ChainCheck('main');
    for await (const line of chainLines([folder])) check.take(line);
    expect(check.finish()).toEqual([{ number: 1, fault: 'altered' }]);
  });

  it('an empty file is taken away', async () => {
    await holds(3);
    await crashes(folder, 'after open');
    await truncate(last(), 0);
    nowMs += LEASE_MS + 1;
    await drain(folder).run(never);
    await expectWhole([folder], 4);
  });
});

describe('a disk that fails', () => {
  function onDisk(path: string, isFull: () => boolean): TenantDrain {
    const files = crashingFiles({
      due: (step) => isFull() && (step === 'half a write' || step === 'before open'),
      end: () => {
        throw new Error('ENOSPC');
      },
    });
    drainers += 1;
    return new TenantDrain({
      ledger,
      tenant: 'main',
      holder: `gateway-${drainers}`,
      folder: new JournalFolder(path, 4_000, files),
      leaseMs: LEASE_MS,
      batch: 2,
    });
  }

  it('leaves the entries in the store, and the same drainer goes on when it is back', async () => {
    await holds(5);
    let full = true;
    const drainer = onDisk(folder, () => full);
    await expect(drainer.run(never)).rejects.toThrow('ENOSPC');
    expect(await drainer.lag()).toMatchObject({ entries: 6 });
    full = false;
    expect(await drainer.run(never)).toMatchObject({ entries: 0 });
    await expectWhole([folder], 6);
    await drainer.close();
  });

  it('keeps nobody else from it: a gateway whose disk is well takes over at once', async () => {
    await holds(5);
    const [full, well] = [onDisk(folder, () => true), onDisk(join(folder, 'other'), never)];
    await expect(full.run(never)).rejects.toThrow('ENOSPC');
    expect(await well.run(never)).toMatchObject({ entries: 0 });
    await holds(1);
    expect(await full.run(never)).toMatchObject({ entries: 1 });
    expect(await well.run(never)).toMatchObject({ entries: 0 });
    await expectWhole([folder, join(folder, 'other')], 7);
    await well.close();
  });
});
