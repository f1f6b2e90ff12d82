import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import Database from 'libsql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TenantDrain } from '../../gateway/journal/drain-tenant.js';
import { JournalFolder } from '../../gateway/journal/folder.js';
import { journalFolder } from '../../gateway/journal/segments.js';
import { LEDGER_DEFAULTS } from '../../src/ledger/contract.js';
import { rootKey } from '../../src/ledger/redis/keys.js';
import { openSqliteLedger } from '../../src/ledger/sqlite/engine.js';
import { startPatient } from '../ledger/fence/gateways.js';
import {
  CREDIT,
  counters,
  FAR_MS,
  limit,
  opened,
  request,
  rootOf,
  verdict,
} from '../ledger/fixtures.js';
import { version1File } from '../ledger/sqlite-version-1.js';
import { startRedis } from '../support/redis.js';
import { emptyFolder, runInside } from './harness.js';

/** An SQLite ledger that an older version made, brought up, and used since. */
async function upgraded(): Promise<string> {
  const folder = emptyFolder();
  await runInside(['init', '--dir', folder]);
  const file = join(folder, 'ledger.db');
  const root = {
    ...{ tenant: 'main', rootId: '0'.repeat(32), kid: 'k1', holder: 'operator', labels: {} },
    ...{ limits: [limit(100)], expiresAtMs: FAR_MS },
  };
  const db = new Database(file);
  db.exec(version1File(root, Date.now()));
  db.close();
  const ledger = await openSqliteLedger(file, { ...LEDGER_DEFAULTS, clock: Date.now });
  for (const account of [rootOf(root), rootOf(await opened(ledger))]) {
    await ledger.control({ account, action: 'pause', actor: 'operator' });
  }
  const drain = new TenantDrain({
    ...{ ledger, tenant: 'main', holder: 'test', leaseMs: 30_000, batch: 100 },
    folder: new JournalFolder(journalFolder(join(folder, 'state'), 'main'), 1_000_000),
  });
  await drain.run(() => false);
  await drain.close();
  await ledger.close();
  return join(folder, 'bursar.yaml');
}

describe('an SQLite ledger whose journal begins where it was brought up', () => {
  it('is said to be so by verify, and is nothing that recover could rebuild', async () => {
    const env = { BURSAR_CONFIG: await upgraded() };
    const verified = await runInside(['journal', 'verify'], { env });
    expect(verified).toMatchObject({
      status: 0,
      err: expect.stringMatching(/^note: roots whose journal begins after they were minted: 1\./),
    });
    expect(JSON.parse(verified.out)).toMatchObject({ ok: true, rootsBegunBefore: 1 });
    expect(await runInside(['recover'], { env })).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringMatching(/^error: the ledger is an SQLite file, .* begins at the upgrade/),
    });
  });
});

/** Two gateways that have spent one credit each at one root, and are gone; and a command beside the first. */
async function twoGone() {
  const server = await startRedis();
  onTestFinished(() => server.dispose());
  const admin = new Redis(server.url);
  onTestFinished(() => admin.disconnect());
  const [own, other] = [await startPatient(server.url), await startPatient(server.url)];
  const root = await opened(own.ledger);
  for (const { ledger } of [own, other]) {
    const asked = request(root);
    await ledger.reserve(asked);
    await ledger.settle({ ...asked, cost: {} });
  }
  for (const gateway of [own, other]) await gateway.close();
  const folder = emptyFolder();
  const config = join(folder, 'bursar.yaml');
  const settings = 'tools: { defaultCost: 1 }\noperatorKeyFile: operator.key\n';
  writeFileSync(config, `ledger: ${server.url}\nstateDir: ${own.stateDir}\n${settings}`);
  const recover = (...args: string[]) =>
    runInside(['recover', '--config', config, ...args], { clock: Date.now });
  return { url: server.url, admin, own, other, root, recover };
}

describe('bursar recover', () => {
  it('finds a root that is gone, asks for every gateway, and tells what it changes', async () => {
    const { url, admin, own, other, root, recover } = await twoGone();
    expect(await recover()).toMatchObject({
      ...{ status: 0, out: '', err: 'no tenant has lost state: nothing to recover\n' },
    });
    expect(await recover('--tenant', 'nobody')).toMatchObject({
      ...{ status: 1, err: 'error: found no tenant nobody, in the ledger or in a stateDir\n' },
    });
    await admin.del(rootKey(root.tenant, root.rootId));
    expect(await recover()).toMatchObject({
      status: 1,
      err: expect.stringContaining(`found no marks of ${other.name}; expected each gateway's`),
    });
    // The journal, which is in the store, knows what the other did.
    const without = await recover('--without', other.name, '--json');
    const account = rootOf(root);
    const spent = ['credits', 'calls'].map((unit) => ({ unit, before: 0, after: 2 }));
    const changes = { account, holdsEnded: 0, spent, toppedUp: [] };
    const told = {
      ...{ tenant: 'main', epoch: 2, done: false, journal: [] },
      why: expect.stringMatching(/found no such root, expected [24]:/),
      roots: [{ root: account, openedAgain: true, accounts: [changes] }],
    };
    expect(JSON.parse(without.out)).toEqual(told);
    expect(await admin.exists(rootKey(root.tenant, root.rootId))).toBe(0);

    const done = await recover('--state-dir', other.stateDir, '--yes', '--json');
    expect(JSON.parse(done.out)).toEqual({ ...told, done: true });
    const back = await startPatient(url, own.stateDir);
    expect(await counters(back.ledger, account)).toEqual({ spent: 2 * CREDIT, held: 0 });
    expect(verdict(await back.ledger.reserve(request(root)))).toBe('held');
    expect((await recover()).err).toBe('no tenant has lost state: nothing to recover\n');
  });

  it('finds a store that is empty, when no gateway is there to say so', async () => {
    const { url, admin, own, other, root, recover } = await twoGone();
    await admin.flushall();
    const done = await recover('--state-dir', other.stateDir, '--yes');
    expect(done.out).toContain(`${rootOf(root)}  spent 0 -> 2 credits\n`);
    expect(done.err).toContain('found epoch 0, expected epoch 1\n');
    const names = [own.name, other.name].sort().join(', ');
    expect(done.err).toContain(`tenant main: with the marks of ${names}\n`);
    // Its own marks are of an epoch that is over: it is no stranger, and may go on.
    const back = await startPatient(url, other.stateDir);
    expect(verdict(await back.ledger.reserve(request(root)))).toBe('held');
  });

  it('shows in its help what it needs, and an example', async () => {
    const { status, out } = await runInside(['recover', '--help']);
    expect(status).toBe(0);
    expect(out.replaceAll(/\s+/g, ' ')).toContain('Needs the stateDir of every gateway');
    expect(out).toMatch(/Example:\n {2}\$ bursar recover --state-dir \S+ --yes/);
  });
});
