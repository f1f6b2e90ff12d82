import { attenuate, composeCaveats, parseLimit } from '../../../src/index.js';

export const TEAMS = 10;
const AGENTS = 1_000;

/** What is given out, in whole credits, so that far more is wanted than there is at every level. */
export interface Plan {
  readonly attemptsEach: number;
  readonly root: number;
  readonly team: (team: number) => Budget;
  readonly agent: (agent: number) => Budget;
}

interface Budget {
  readonly credits: number;
  readonly carved: boolean;
}

/** Only ceilings: every credit that is left anywhere is the root's to give. */
export function plain(attemptsEach: number): Plan {
  return {
    attemptsEach,
    root: 300 * attemptsEach,
    // Together 400 times: the root runs dry while the teams race.
    team: () => ({ credits: 40 * attemptsEach, carved: false }),
    agent: () => ({ credits: Math.floor(0.6 * attemptsEach), carved: false }),
  };
}

/**
 * Half of the teams carved, and a third of the agents of each team, carved or not. The carved teams
 * are too small for their agents, but for the last, which is too large and leaves some. Of the carved
 * agents a third have set aside more than they can use. What is set aside last no longer fits.
 */
export function mixed(attemptsEach: number): Plan {
  return {
    ...plain(attemptsEach),
    team: (team) => {
      if (team % 2 === 0) return { credits: 40 * attemptsEach, carved: false };
      return { credits: (team === TEAMS - 1 ? 80 : 25) * attemptsEach, carved: true };
    },
    agent: (agent) => {
      const place = Math.floor(agent / TEAMS);
      if (place % 3 > 0) return { credits: Math.floor(0.6 * attemptsEach), carved: false };
      if (place % 9 > 0) return { credits: Math.floor(0.4 * attemptsEach), carved: true };
      return { credits: Math.ceil(1.4 * attemptsEach), carved: true };
    },
  };
}

/** A macaroon of each agent, in the order of their numbers: agent 17 is in team 7. */
export function agentsOf(root: string, plan: Plan): string[] {
  const teams = Array.from({ length: TEAMS }, (_, t) => cut(root, `team-${t}`, plan.team(t)));
  return Array.from({ length: AGENTS }, (_, a) =>
    cut(teams[a % TEAMS] ?? '', `agent-${a}`, plan.agent(a)),
  );
}

function cut(macaroon: string, holder: string, { credits, carved }: Budget): string {
  const limits = [parseLimit(String(credits), carved)];
  return attenuate(macaroon, composeCaveats({ holder, limits }));
}
