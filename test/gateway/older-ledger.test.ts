import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { TenantDrain } from '../../gateway/journal/drain-tenant.js';
import { JournalFolder } from '../../gateway/journal/folder.js';
import { whyOlder } from '../../gateway/journal/older-ledger.js';
import { journalFolder } from '../../gateway/journal/segments.js';
import { LEDGER_DEFAULTS, type Ledger } from '../../src/ledger/contract.js';
import { openSqliteLedger } from '../../src/ledger/sqlite/engine.js';
import { bursar, emptyFolder, runInside } from '../cli/harness.js';
import { opened } from '../ledger/fixtures.js';

let folder = '';
beforeEach(() => {
  folder = emptyFolder();
});
const file = () => join(folder, 'ledger.db');
const stateDir = () => join(folder, 'state');

/** With the ledger open, and the file whole and alone afterwards. */
async function using<T>(use: (ledger: Ledger) => Promise<T>): Promise<T> {
  const ledger = await openSqliteLedger(file(), { ...LEDGER_DEFAULTS, clock: Date.now });
  try {
    return await use(ledger);
  } finally {
    await ledger.close();
  }
}

async function drain(ledger: Ledger): Promise<void> {
  const drain = new TenantDrain({
    ...{ ledger, tenant: 'main', holder: 'test', leaseMs: 1_000, batch: 100 },
    folder: new JournalFolder(journalFolder(stateDir(), 'main'), 1_000_000),
  });
  await drain.run(() => false);
  await drain.close();
}

const mint = () => using((ledger) => opened(ledger));
const why = () => using((ledger) => whyOlder(ledger, stateDir()));

describe('an SQLite ledger beside a journal that was drained from it', () => {
  it('fits as it was, and when it has gone on', async () => {
    expect(await why()).toBeUndefined();
    await mint();
    await using(drain);
    expect(await why()).toBeUndefined();
    await mint();
    expect(await why()).toBeUndefined();
  });

  it('does not fit when it is made anew, or is older', async () => {
    await mint();
    copyFileSync(file(), join(folder, 'older'));
    await mint();
    await using(drain);
    const kept = journalFolder(stateDir(), 'main');
    rmSync(file());
    expect(await why()).toBe(`tenant main: found 0 changes, expected the 2 or more of ${kept}`);
    renameSync(join(folder, 'older'), file());
    expect(await why()).toBe(`tenant main: found 1 changes, expected the 2 or more of ${kept}`);
  });

  it('does not fit when it is another one', async () => {
    await mint();
    await using(drain);
    rmSync(file());
    renameSync(stateDir(), `${stateDir()}-other`);
    await mint();
    await using(drain);
    rmSync(stateDir(), { recursive: true });
    renameSync(`${stateDir()}-other`, stateDir());
    expect(await why()).toContain('found another change 1, expected the 1 or more of ');
  });

  it('is not served: serve says what was found, and what helps', async () => {
    await runInside(['init', '--dir', folder]);
    await mint();
    await using(drain);
    rmSync(file());
    const env = { BURSAR_CONFIG: join(folder, 'bursar.yaml') };
    const { status, err } = await bursar(['serve'], { env });
    expect(status).toBe(1);
    expect(err).toMatch(
      /error: the ledger has lost state, or is another one than before: tenant main: found 0 changes, .*move that folder away\. See docs\/lost-state\.md$/m,
    );
  });
});
