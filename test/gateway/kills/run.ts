import { expect, onTestFinished, vi } from 'vitest';
import { attenuate, composeCaveats, parseLimit } from '../../../src/index.js';
import { LEDGER_DEFAULTS, type Ledger } from '../../../src/ledger/contract.js';
import { openLedger } from '../../../src/ledger/open.js';
import { foldJournal } from '../../../src/ledger/rules/fold.js';
import { CREDIT } from '../../ledger/fixtures.js';
import { fleet } from '../fleet.js';
import { callsTold, JournalReader, type Told } from './journaled.js';
import { type Step, Victim } from './victim.js';

const GATEWAYS = 3;
const CALLERS = 12;
/** Of each agent, in whole credits; the next agent comes when one has run dry. */
const AGENT_LIMIT = 25;
const ROOT_LIMIT = 1_000_000;

export interface KillRun {
  readonly ledger: string;
  readonly redisPort?: number;
  readonly steps: readonly Step[];
  /** At each step. */
  readonly times: number;
}

interface Outcome {
  readonly id: string;
  /** Undefined: the connection broke. */
  readonly status: number | undefined;
}

/** Calls by agents with little each, through whichever gateway is there, until told to stop. */
class Load {
  readonly outcomes: Outcome[] = [];
  readonly #victims: readonly Victim[];
  readonly #root: string;
  #agent = 0;
  #macaroon = '';
  #calls = 0;
  #stopped = false;
  readonly #callers: readonly Promise<void>[];

  constructor(root: string, victims: readonly Victim[]) {
    this.#root = root;
    this.#victims = victims;
    this.#nextAgent(0);
    this.#callers = Array.from({ length: CALLERS }, () => this.#calling());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#callers);
  }

  async #calling(): Promise<void> {
    while (!this.#stopped) {
      const there = this.#victims.filter(({ pool }) => pool !== undefined);
      const victim = there[this.#calls % there.length];
      if (victim === undefined) {
        await Promise.race(this.#victims.map((one) => one.up()));
        continue;
      }
      const agent = this.#agent;
      const id = `call-${this.#calls++}`;
      const status = await post(victim, id, this.#macaroon);
      this.outcomes.push({ id, status });
      if (status === 402) this.#nextAgent(agent);
    }
  }

  /** Every other one has its budget set aside. */
  #nextAgent(after: number): void {
    if (after !== this.#agent) return;
    this.#agent += 1;
    const limits = [parseLimit(String(AGENT_LIMIT), this.#agent % 2 === 0)];
    const holder = `agent-${this.#agent}`;
    this.#macaroon = attenuate(this.#root, composeCaveats({ holder, limits }));
  }
}

async function post(victim: Victim, id: string, macaroon: string): Promise<number | undefined> {
  try {
    const response = await victim.pool?.request({
      method: 'POST',
      path: '/tools/work',
      headers: { authorization: `Bearer ${macaroon}`, 'x-bursar-tags': `id=${id}` },
      body: id,
    });
    await response?.body.dump();
    if (response?.statusCode === 200) victim.at('caller answered');
    return response?.statusCode;
  } catch {
    return undefined;
  }
}

/** Each gateway takes the next step of the list, dies at it, and is started again. */
async function killThrough(
  victims: readonly Victim[],
  { steps, times }: KillRun,
  afterEach: () => Promise<void>,
): Promise<void> {
  const order = Array.from({ length: times }, () => steps).flat();
  await Promise.all(
    victims.map(async (victim) => {
      for (let step = order.shift(); step !== undefined; step = order.shift()) {
        await victim.killAt(step);
        await victim.start();
        await afterEach();
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
  const victims = Array.from({ length: GATEWAYS }, () => new Victim(gateways, reached));
  await Promise.all(victims.map((victim) => victim.open(run.redisPort)));
  const ledger = await openBeside(run, gateways.folder);
  const [known] = await ledger.roots(1);
  const { tenant = '', rootId = '' } = known?.genesis ?? {};
  const journal = new JournalReader(ledger, tenant);

  const load = new Load(root, victims);
  try {
    await killThrough(victims, run, () => journal.readOn());
  } finally {
    await load.stop();
  }
  await Promise.all(victims.map((victim) => victim.stop()));
  await journal.readOn();
  await pastDeadlines(callsTold(journal.entries, limitOf));
  // Nobody is there but one that has just been started: its first sweep ends what is left.
  const last = await gateways.start();
  await vi.waitFor(() => nothingHeld(ledger, `${tenant}/${rootId}`), {
    timeout: 10_000,
    interval: 20,
  });
  await last.stop();
  await journal.readOn();
  const told = callsTold(journal.entries, limitOf);
  chargedOnce(told, reached, load.outcomes);
  await countersAsTold(ledger, `${tenant}/${rootId}`, journal, told);
}

const limitOf = (account: string) => (account.includes('agent-') ? AGENT_LIMIT : 0) * CREDIT;

async function openBeside({ ledger }: KillRun, folder: string): Promise<Ledger> {
  const url = ledger.replace(/^sqlite:/, `sqlite:${folder}/`);
  const options = { ...LEDGER_DEFAULTS, timeoutMs: 10_000, clock: Date.now };
  const opened = await openLedger(url, options);
  onTestFinished(() => opened.close());
  return opened;
}

/** The deadlines of real holds are real time. */
async function pastDeadlines(told: ReadonlyMap<string, Told>): Promise<void> {
  const open = [...told.values()].filter(({ ended }) => ended === undefined);
  const waitMs = Math.max(0, ...open.map(({ deadlineMs }) => deadlineMs - Date.now()));
  await new Promise((resolve) => setTimeout(resolve, waitMs + 1));
}

/** But for what is set aside for agents that have not used all of it. */
async function nothingHeld(ledger: Ledger, account: string): Promise<void> {
  const tree = await ledger.tree({ account });
  if (tree.status !== 'found') throw new Error(tree.reason);
  for (const state of tree.accounts.slice(1)) {
    expect([state.account, state.counters.credits.held]).toEqual([state.account, 0]);
  }
}

function chargedOnce(
  told: ReadonlyMap<string, Told>,
  reached: ReadonlyMap<string, number>,
  outcomes: readonly Outcome[],
): void {
  for (const [id, { ended, charged, requestId }] of told) {
    expect([id, ended]).not.toEqual([id, undefined]);
    expect([id, charged]).toEqual([id, ended === 'released' ? 0 : 1]);
    if (requestId !== undefined) expect(requestId).toBe(`seen-${id}`);
  }
  for (const [id, times] of reached) {
    expect([id, times, told.get(id)?.charged]).toEqual([id, 1, 1]);
  }
  for (const { id, status } of outcomes) {
    if (status === 200) expect([id, reached.get(id)]).toEqual([id, 1]);
    if (status === 402 || status === 503) expect([id, reached.get(id)]).toEqual([id, undefined]);
  }
}

async function countersAsTold(
  ledger: Ledger,
  account: string,
  { entries }: JournalReader,
  told: ReadonlyMap<string, Told>,
): Promise<void> {
  const tree = await ledger.tree({ account });
  if (tree.status !== 'found') throw new Error(tree.reason);
  const folded = foldJournal(entries);
  expect(folded.holds.size).toBe(0);
  const calls = [...told.values()];
  const [root] = tree.accounts;
  const total = calls.reduce((sum, { charged }) => sum + charged, 0);
  expect(root?.counters.credits.spent).toBe(total * CREDIT);
  for (const state of tree.accounts) {
    expect([state.account, folded.accounts.get(state.account)?.counters]).toEqual([
      state.account,
      state.counters,
    ]);
  }
  // It was a run worth the name: some ended by themselves, and some were left by the killed.
  const ends = new Set(calls.map(({ ended }) => ended));
  expect([...ends]).toEqual(expect.arrayContaining(['settled', 'presumed_spent']));
}
