import { expect } from 'vitest';
import { type Genesis, type Ledger, LedgerUnavailable } from '../../../src/ledger/contract.js';
import { CREDIT, counters, genesis, limit, request, rootOf } from '../fixtures.js';

/** Whole credits of each root: less than its agent asks for, so that its end is reached. */
const BUDGET = 40;
const PAUSE_MS = 10;

/** One agent on a root of its own, which knows to the micro-credit what it was told. */
export interface Agent {
  readonly root: Genesis;
  /** What was acknowledged, in micro-credits: as the ledger must have it. */
  readonly told: { spent: number; held: number };
  /** Holds that were granted, and refusals for lack of budget. */
  held: number;
  refused: number;
  /** Answers that were no decision. */
  failed: number;
  /** The ledger says that the root has lost state: named, and closed. */
  lost: boolean;
}

/** Light load: an agent a tenant, each with a call after the other. */
export async function startAgents(ledger: Ledger, tenants: readonly string[]) {
  const agents: Agent[] = [];
  for (const tenant of tenants) {
    const root = genesis({ tenant, limits: [limit(BUDGET)] });
    expect(await ledger.openRoot(root)).toMatchObject({ status: 'opened' });
    const told = { spent: 0, held: 0 };
    agents.push({ root, told, held: 0, refused: 0, failed: 0, lost: false });
  }
  const state = { isOver: false };
  const running = agents.map((agent) => work(ledger, agent, state));
  return {
    agents,
    /** Lets each finish what it has begun: an outcome that is not known is asked for by its id. */
    stop: async () => {
      state.isOver = true;
      await Promise.all(running);
    },
  };
}

/** Every root has what its agent was told, to the micro-credit, and never more than its budget. */
export async function expectLaws(ledger: Ledger, agents: readonly Agent[]): Promise<void> {
  for (const agent of agents) {
    if (agent.lost) continue;
    const has = await counters(ledger, rootOf(agent.root));
    expect(has, agent.root.tenant).toEqual(agent.told);
    expect(has.spent + has.held).toBeLessThanOrEqual(BUDGET * CREDIT);
  }
  // A kill may come between the answer to a call and its way to the replica: one call's, if at all.
  expect(agents.filter(({ lost }) => lost).length).toBeLessThanOrEqual(1);
}

/** Waits until every agent was answered so often since now. */
export async function answered(agents: readonly Agent[], times: number): Promise<void> {
  const answers = ({ held, refused }: Agent) => held + refused;
  const before = new Map(agents.map((agent) => [agent, answers(agent)]));
  const isDone = (agent: Agent) => agent.lost || answers(agent) >= (before.get(agent) ?? 0) + times;
  while (!agents.every(isDone)) await pause();
}

/** Of each three holds, one is settled, one released, and one left open. */
async function work(ledger: Ledger, agent: Agent, state: { readonly isOver: boolean }) {
  for (let i = 0; !state.isOver && !agent.lost; i++) {
    const asked = request(agent.root);
    const outcome = await untilKnown(agent, () => ledger.reserve(asked));
    if (outcome?.status === 'held') {
      agent.held += 1;
      agent.told.held += CREDIT;
      const { reservation } = asked;
      if (i % 3 < 2) {
        const ended = await untilKnown(agent, () =>
          i % 3 === 0
            ? ledger.settle({ reservation, cost: { credits: CREDIT / 2 } })
            : ledger.release({ reservation }),
        );
        if (ended !== undefined) agent.told.held -= CREDIT;
        if (ended?.status === 'settled') agent.told.spent += CREDIT / 2;
      }
    } else if (outcome !== undefined) {
      expect(outcome).toMatchObject({ status: 'refused', reason: 'budget_exhausted' });
      agent.refused += 1;
    }
    await pause();
  }
}

/** As whoever does not know: the same id again. */
async function untilKnown<T>(agent: Agent, call: () => Promise<T>): Promise<T | undefined> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
      if (error.reason === 'state_lost') {
        agent.lost = true;
        return undefined;
      }
      agent.failed += 1;
      await pause();
    }
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
