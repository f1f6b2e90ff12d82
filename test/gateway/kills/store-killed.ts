import { expect, vi } from 'vitest';
import { startRedis } from '../../support/redis.js';
import { fleet } from '../fleet.js';
import {
  chargedOnce,
  countersAsTold,
  noneOverspent,
  nothingHeld,
  pastDeadlines,
} from './checks.js';
import { callsTold, wholeJournal } from './journaled.js';
import { Load, limitOf } from './load.js';
import { openBeside } from './run.js';
import { type Victim, victimsOf } from './victim.js';

const GATEWAYS = 2;
const SERVED_BETWEEN = 15;

/**
 * A Redis with an append-only file, killed with SIGKILL under load and started again, so many times.
 * Service comes back each time, and afterwards the journal and the tool agree on every call.
 * @returns how often it was killed: fewer times, where the end was a loss that was named
 */
export async function storeKilled(fsync: 'always' | 'everysec', times: number): Promise<number> {
  const redis = await startRedis(['--appendonly', 'yes', '--appendfsync', fsync]);
  const gateways = fleet(redis.url, 'tools: { costs: { work: 1 } }');
  const root = await gateways.mint('1000000');
  const reached = new Map<string, number>();
  const victims = victimsOf(gateways, reached, GATEWAYS);
  await Promise.all(victims.map((victim) => victim.open(undefined)));

  const load = new Load(root, victims);
  let kills = 0;
  let isLost = false;
  try {
    await load.served(SERVED_BETWEEN);
    while (kills < times && !isLost) {
      await redis.kill();
      kills += 1;
      await redis.start();
      const lost = fsync === 'everysec' ? lossNamed(victims, load) : never();
      isLost = await Promise.race([load.served(SERVED_BETWEEN).then(() => false), lost.seen]);
      lost.enough();
    }
  } finally {
    await load.stop();
  }
  await Promise.all(victims.map((victim) => victim.stop()));
  noneOverspent(load.outcomes, reached);
  if (!isLost) await whole();
  await redis.dispose();
  return kills;

  async function whole(): Promise<void> {
    const ledger = await openBeside(redis.url, gateways.folder);
    const [known] = await ledger.roots(1);
    const { tenant = '', rootId = '' } = known?.genesis ?? {};
    const journal = () => wholeJournal(ledger, tenant, gateways.stateDirs);
    await pastDeadlines(callsTold(await journal(), limitOf));
    const last = await gateways.start();
    await vi.waitFor(() => nothingHeld(ledger, `${tenant}/${rootId}`), { timeout: 30_000 });
    await last.stop();
    const entries = await journal();
    const told = callsTold(entries, limitOf);
    chargedOnce(told, reached, load.outcomes);
    await countersAsTold(ledger, `${tenant}/${rootId}`, entries, told);
    expect([...told.values()].some(({ ended }) => ended === 'settled')).toBe(true);
    await ledger.close();
  }
}

interface LossWatch {
  readonly seen: Promise<boolean>;
  enough(): void;
}

function never(): LossWatch {
  return { seen: new Promise(() => {}), enough: () => {} };
}

/** Sees whether the gateways go on to say that state is lost, long after they could have agreed. */
function lossNamed(victims: readonly Victim[], load: Load): LossWatch {
  let enough = () => {};
  const seen = new Promise<boolean>((resolve, reject) => {
    const timer = setTimeout(() => {
      const codes = load.outcomes.slice(-victims.length * 4).map(({ code }) => code);
      if (codes.every((code) => code === 'ledger_state_lost')) resolve(true);
      else reject(new Error(`service is not back: found ${codes.join()}`));
    }, 20_000);
    enough = () => clearTimeout(timer);
  });
  return { seen, enough: () => enough() };
}
