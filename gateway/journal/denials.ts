import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { accountAndAncestors, parseAccount } from '../../src/ledger/ids.js';
import { canonicalJson } from '../../src/ledger/journal/canonical.js';
import type { ProblemCode } from '../api/problem-codes.js';
import { journalFolder } from './segments.js';

/** How often calls of an account were refused for one cause within one minute, by one gateway. */
export interface DenialCount {
  /** The leaf of the macaroon; a root with `/*` stands for all below it that there was no room for. */
  readonly account: string;
  /** The code that the caller was answered. */
  readonly cause: string;
  readonly count: number;
  /** Which gateway process counted. */
  readonly gateway: string;
  /** When the minute began: `2026-11-22T08:03:00Z`. */
  readonly minute: string;
}

export interface DenialsDeps {
  readonly stateDir: string;
  readonly gateway: string;
  /** In milliseconds since 1970. */
  readonly clock: () => number;
}

/** What is a decision about the account that asked, and no mistake in the request or of the gateway. */
const CAUSES: ReadonlySet<ProblemCode> = new Set([
  'expired',
  'budget_exhausted',
  'tool_not_allowed',
  'price_unknown',
  'price_too_high',
  'account_paused',
  'account_revoked',
  'macaroon_revoked',
  'account_closed',
  'too_many_accounts',
  'too_many_holds',
]);

export function isDenial(code: ProblemCode): boolean {
  return CAUSES.has(code);
}

const MINUTE_MS = 60_000;
/** Counts within one minute: whoever holds one macaroon can invent names without end. */
const MAX_COUNTS = 1_000;
/** Further ones for what did not fit, by root and cause; past them, the root is left out too. */
const MAX_ROLLED = 1_000;

/**
 * Counts refusals outside of any atomic step (DESIGN §3, rule 12): in memory, at most a few thousand
 * counts a minute whatever is thrown at the gateway, and written once the minute is over. A gateway
 * that is killed loses the counts of the last minute or two. They are no part of the chain.
 */
export class Denials {
  readonly #deps: DenialsDeps;
  /** By minute, then by account and cause. */
  readonly #minutes = new Map<number, Map<string, number>>();

  constructor(deps: DenialsDeps) {
    this.#deps = deps;
  }

  /** @param account that of a proved macaroon, its leaf */
  note(account: string, cause: string): void {
    const startMs = Math.floor(this.#deps.clock() / MINUTE_MS) * MINUTE_MS;
    let counts = this.#minutes.get(startMs);
    if (counts === undefined) {
      counts = new Map();
      this.#minutes.set(startMs, counts);
    }
    const key = placeFor(counts, account, cause);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }

  /** Writes what is counted of minutes that are over, or of all. What fails is tried again. */
  async flush({ all }: { readonly all: boolean }): Promise<void> {
    const nowMs = this.#deps.clock();
    for (const [startMs, counts] of [...this.#minutes]) {
      if (!all && startMs + MINUTE_MS > nowMs) continue;
      this.#minutes.delete(startMs);
      const byTenant = new Map<string, string[]>();
      for (const [key, count] of counts) {
        const [account = '', cause = ''] = key.split(' ');
        const tenant = account.split('/', 1)[0] ?? '';
        const lines = byTenant.get(tenant) ?? [];
        lines.push(this.#line(account, cause, count, startMs));
        byTenant.set(tenant, lines);
      }
      try {
        for (const [tenant, lines] of byTenant) {
          await this.#append(tenant, startMs, lines);
          for (const key of [...counts.keys()].filter((its) => its.startsWith(`${tenant}/`))) {
            counts.delete(key);
          }
        }
      } catch (error) {
        this.#putBack(startMs, counts);
        throw error;
      }
    }
  }

  #line(account: string, cause: string, count: number, startMs: number): string {
    const minute = `${new Date(startMs).toISOString().slice(0, 19)}Z`;
    const { gateway } = this.#deps;
    return canonicalJson({ account, cause, count, gateway, minute } satisfies DenialCount);
  }

  /** One file a day and gateway process, so that no two write to one. */
  async #append(tenant: string, startMs: number, lines: readonly string[]): Promise<void> {
    const { stateDir, gateway } = this.#deps;
    const folder = denialsFolder(stateDir, tenant);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const day = new Date(startMs).toISOString().slice(0, 10);
    const file = await open(join(folder, `${day}-${gateway}.jsonl`), 'a', 0o600);
    try {
      await file.appendFile(`${lines.join('\n')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  #putBack(startMs: number, counts: ReadonlyMap<string, number>): void {
    // Minutes that could not be written for an hour make room for new ones.
    if (this.#minutes.size >= 60) return;
    const since = this.#minutes.get(startMs) ?? new Map<string, number>();
    for (const [key, count] of counts) since.set(key, (since.get(key) ?? 0) + count);
    this.#minutes.set(startMs, since);
  }
}

/** `stateDir/journal/TENANT/denials`. */
export function denialsFolder(stateDir: string, tenant: string): string {
  return join(journalFolder(stateDir, tenant), 'denials');
}

/** Under what a refusal is counted: itself while there is room, then its root, then its tenant. */
function placeFor(counts: ReadonlyMap<string, number>, account: string, cause: string): string {
  const own = `${account} ${cause}`;
  if (counts.size < MAX_COUNTS || counts.has(own)) return own;
  const rolled = `${accountAndAncestors(account)[0]}/* ${cause}`;
  if (counts.size < MAX_COUNTS + MAX_ROLLED || counts.has(rolled)) return rolled;
  return `${parseAccount(account)?.tenant}/* ${cause}`;
}
