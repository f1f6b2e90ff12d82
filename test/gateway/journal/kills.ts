import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { TenantDrain } from '../../../gateway/journal/drain-tenant.js';
import { JournalFolder } from '../../../gateway/journal/folder.js';
import { chainLines } from '../../../gateway/journal/segments.js';
import { type Genesis, LEDGER_DEFAULTS, type Ledger } from '../../../src/ledger/contract.js';
import { readLine } from '../../../src/ledger/journal/chain.js';
import { ChainCheck } from '../../../src/ledger/journal/verify.js';
import { openLedger } from '../../../src/ledger/open.js';
import { limit, opened, request } from '../../ledger/fixtures.js';
import type { Step } from './crashing.js';

const SCRIPT = fileURLToPath(new URL('./drainer-process.js', import.meta.url));
const DIST = new URL('../../../dist/', import.meta.url).href;

/** What the drainer finds at least, and soon: as much as its steps take some times over. */
const AHEAD = 200;

export interface DrainerKills {
  readonly url: string;
  readonly folder: string;
  /** The next process dies at the next of them. */
  readonly steps: readonly Step[];
  readonly kills: number;
  /** Each waits for the lease of the one before it to run out; or all go by one name, to be quick. */
  readonly ownNames: boolean;
}

/**
 * Processes that drain a ledger under load, each killed at the next of all steps, in two folders by
 * turns. Afterwards every entry is there once, in a chain that verifies, and the last is the head.
 */
export async function killDrainers(run: DrainerKills): Promise<void> {
  const { url, folder, steps, kills, ownNames } = run;
  const options = { ...LEDGER_DEFAULTS, timeoutMs: 30_000, clock: Date.now };
  const ledger = await openLedger(url, options);
  const folders = [join(folder, 'a'), join(folder, 'b')];
  try {
    const root = await opened(ledger, { limits: [limit(1_000_000)] });
    for (let kill = 0; kill < kills; kill++) {
      const step = steps[kill % steps.length] ?? 'after sync';
      const time = 1 + (Math.floor(kill / steps.length) % 3);
      const [path = ''] = folders.slice(Math.floor(kill / 4) % 2);
      const holder = ownNames ? `drainer-${kill}` : 'drainer';
      const argv = [SCRIPT, DIST, url, path, step, String(time), holder];
      const child = spawn(process.execPath, argv, { stdio: ['ignore', 'inherit', 'inherit'] });
      const ended = once(child, 'exit');
      let isOver = false;
      void ended.then(() => {
        isOver = true;
      });
      // A file of its own begins with every size reached, so that each step comes again.
      while (!isOver) await keepAhead(ledger, root);
      expect((await ended)[1], `${step}, time ${time}`).toBe('SIGKILL');
    }
    await drainRest(ledger, folders[0] ?? '');
    const page = await ledger.journal({ tenant: 'main', after: 0, max: 1 });
    expect(page).toMatchObject({ entries: [], head: { number: page.nextNumber - 1 } });
    const check = new ChainCheck('main', page.head);
    let count = 0;
    for await (const text of chainLines(folders)) {
      check.take(text);
      count += 1;
      expect(readLine(text)?.number).toBe(count);
    }
    expect(check.finish()).toEqual([]);
    expect(count).toBe(page.nextNumber - 1);
  } finally {
    await ledger.close();
  }
}

/** There is always something to drain, and never so much that the rest takes longer than the kills. */
async function keepAhead(ledger: Ledger, root: Genesis): Promise<void> {
  const { head, nextNumber } = await ledger.journal({ tenant: 'main', after: 0, max: 1 });
  if (nextNumber - 1 - head.number > AHEAD) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return;
  }
  const outcomes = await Promise.all(
    Array.from({ length: 8 }, () => ledger.reserve(request(root))),
  );
  expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['held']));
}

/** Once the lease of the last one that was killed has run out. */
async function drainRest(ledger: Ledger, path: string): Promise<void> {
  const drain = new TenantDrain({
    ...{ ledger, tenant: 'main', holder: 'last', folder: new JournalFolder(path, 20_000) },
    ...{ leaseMs: 1_000, batch: 1_000 },
  });
  while ((await drain.run(() => false)).entries > 0) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await drain.close();
}
