import { expect, onTestFinished, vi } from 'vitest';
import { LEDGER_DEFAULTS, type Ledger } from '../../../src/ledger/contract.js';
import { openLedger } from '../../../src/ledger/open.js';
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
import { type Step, type Victim, victimsOf } from './victim.js';

const ROOT_LIMIT = 1_000_000;

export interface KillRun {
  readonly ledger: string;
  readonly redisPort?: number;
  readonly gateways: number;
  readonly steps: readonly Step[];
  /** At each step. */
  readonly times: number;
}

/** Each gateway takes the next step of the list, dies at it, and is started again. */
async function killThrough(victims: readonly Victim[], { steps, times }: KillRun): Promise<void> {
  const order = Array.from({ length: times }, () => steps).flat();
  await Promise.all(
    victims.map(async (victim) => {
      for (let step = order.shift(); step !== undefined; step = order.shift()) {
        await victim.killAt(step);
        await victim.start();
      }
    }),
  );
}

/**
 * Gateways killed with SIGKILL under load, and started again. Afterwards: no account was ever over
 * its limit, nothing is left open past its deadline and one sweep, and every call that reached the
 * tool was charged once.
 */
export async function killed(run: KillRun): Promise<void> {
  const gateways = fleet(run.ledger, 'tools: { costs: { work: 1 } }');
  const root = await gateways.mint(String(ROOT_LIMIT));
  const reached = new Map<string, number>();
  const victims = victimsOf(gateways, reached, run.gateways);
  await Promise.all(victims.map((victim) => victim.open(run.redisPort)));
  const ledger = await openBeside(run.ledger, gateways.folder);
  const [known] = await ledger.roots(1);
  const { tenant = '', rootId = '' } = known?.genesis ?? {};
  const journal = () => wholeJournal(ledger, tenant, gateways.stateDirs);

  const load = new Load(root, victims);
  try {
    await killThrough(victims, run);
  } finally {
    await load.stop();
  }
  await Promise.all(victims.map((victim) => victim.stop()));
  await pastDeadlines(callsTold(await journal(), limitOf));
  // Nobody is there but one that has just been started: its first sweep ends what is left.
  const last = await gateways.start();
  await vi.waitFor(() => nothingHeld(ledger, `${tenant}/${rootId}`), {
    timeout: 30_000,
    interval: 20,
  });
  await last.stop();
  const entries = await journal();
  const told = callsTold(entries, limitOf);
  chargedOnce(told, reached, load.outcomes);
  noneOverspent(load.outcomes, reached);
  await countersAsTold(ledger, `${tenant}/${rootId}`, entries, told);
  // It was a run worth the name: some ended by themselves, and some were left by the killed.
  const ends = new Set([...told.values()].map(({ ended }) => ended));
  expect([...ends]).toEqual(expect.arrayContaining(['settled', 'presumed_spent']));
}

export async function openBeside(ledger: string, folder: string): Promise<Ledger> {
  const url = ledger.replace(/^sqlite:/, `sqlite:${folder}/`);
  const options = { ...LEDGER_DEFAULTS, timeoutMs: 10_000, clock: Date.now };
  const opened = await openLedger(url, options);
  onTestFinished(() => opened.close());
  return opened;
}
