import { attenuate, composeCaveats, parseLimit } from '../../../src/index.js';
import { CREDIT } from '../../ledger/fixtures.js';
import { deferred } from '../../support/deferred.js';
import type { Victim } from './victim.js';

/** For each gateway. */
const CALLERS = 4;
/** Of each agent, in whole credits; the next agent comes when one has run dry. */
export const AGENT_LIMIT = 25;

/** What may be in use at an account that calls, in micro-credits. */
export function limitOf(account: string): number {
  return (account.includes('agent-') ? AGENT_LIMIT : 0) * CREDIT;
}

export interface Outcome {
  readonly id: string;
  /** Undefined: the connection broke. */
  readonly status: number | undefined;
  readonly agent: number;
  /** Of a refusal. */
  readonly code: string | undefined;
}

/** Calls by agents with little each, through whichever gateway is there, until told to stop. */
export class Load {
  readonly outcomes: Outcome[] = [];
  readonly #victims: readonly Victim[];
  readonly #root: string;
  #agent = 0;
  #macaroon = '';
  #calls = 0;
  #stopped = false;
  #awaited: { more: number; readonly resolve: () => void } | undefined;
  readonly #callers: readonly Promise<void>[];

  constructor(root: string, victims: readonly Victim[]) {
    this.#root = root;
    this.#victims = victims;
    this.#nextAgent(0);
    this.#callers = Array.from({ length: CALLERS * victims.length }, () => this.#calling());
  }

  /** Resolves once so many more calls have been served. */
  served(more: number): Promise<void> {
    const { promise, resolve } = deferred();
    this.#awaited = { more, resolve };
    return promise;
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
      const { status, code } = await post(victim, id, this.#macaroon);
      this.outcomes.push({ id, status, agent, code });
      if (status === 200) this.#oneServed();
      if (status === 402) this.#nextAgent(agent);
    }
  }

  #oneServed(): void {
    if (this.#awaited === undefined) return;
    this.#awaited.more -= 1;
    if (this.#awaited.more <= 0) this.#awaited.resolve();
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

async function post(
  victim: Victim,
  id: string,
  macaroon: string,
): Promise<Pick<Outcome, 'status' | 'code'>> {
  try {
    const response = await victim.pool?.request({
      method: 'POST',
      path: '/tools/work',
      headers: { authorization: `Bearer ${macaroon}`, 'x-bursar-tags': `id=${id}` },
      body: id,
    });
    const status = response?.statusCode;
    const text = (await response?.body.text()) ?? '';
    if (status === 200) victim.at('caller answered');
    return { status, code: /"code":"([a-z_]+)"/.exec(text)?.[1] };
  } catch {
    return { status: undefined, code: undefined };
  }
}
