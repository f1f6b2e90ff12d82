import { readdirSync, readFileSync } from 'node:fs';
import { appendFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TenantDrain } from '../../../gateway/journal/drain-tenant.js';
import { JournalFolder, JournalForked } from '../../../gateway/journal/folder.js';
import { chainLines } from '../../../gateway/journal/segments.js';
import { ChainCheck } from '../../../src/ledger/journal/verify.js';
import { crashingFiles } from './crashing.js';
import {
  afreshForEach,
  crashes,
  drain,
  expectWhole,
  folder,
  fresh,
  holds,
  LEASE_MS,
  ledger,
  never,
  newHolder,
  pass,
} from './drain-rig.js';

afreshForEach();

describe('what stands in the folder at a take-over', () => {
  const last = () => join(folder, readdirSync(folder).sort().at(-1) ?? '');

  it('a line that was never finished is cut, and what a power loss left behind it', async () => {
    await holds(3);
    await crashes(folder, 'after sync');
    const whole = readFileSync(last());
    for (const rest of ['{"entry":{"acc', `${'\0'.repeat(20)}\n${'\0'.repeat(9)}`]) {
      await appendFile(last(), rest);
      await crashes(folder, 'after lease');
      pass(LEASE_MS + 1);
      await crashes(folder, 'after sync');
      expect(readFileSync(last()).equals(whole)).toBe(true);
      pass(LEASE_MS + 1);
    }
    await drain(folder).run(never);
    await expectWhole([folder], 4);
  });

  it('entries that the store does not have stop it: the store has lost state', async () => {
    await holds(3);
    await drain(folder).run(never);
    await fresh();
    await expect(drain(folder).run(never)).rejects.toThrow(/lost state/);
    pass(LEASE_MS + 1);
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
    pass(LEASE_MS + 1);
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
    pass(LEASE_MS + 1);
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
    pass(LEASE_MS + 1);
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
    return new TenantDrain({
      ledger,
      tenant: 'main',
      holder: newHolder(),
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
