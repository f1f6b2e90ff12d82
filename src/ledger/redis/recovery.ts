import { createHash, randomBytes } from 'node:crypto';
import { UNITS } from '../../money/units.js';
import {
  LEDGER_DEFAULTS,
  type LedgerOptions,
  LedgerUnavailable,
  MAX_CLOCK_LEAD_MS,
  type Mark,
} from '../contract.js';
import type { RootPlan } from '../recovery/plan.js';
import { windowPlace } from '../recovery/plan.js';
import type { Step, StoredHold, StoredRoot } from '../recovery/steps.js';
import {
  corrupt,
  genesisText,
  jsonWord,
  readAccount,
  readList,
  readVector,
  readWhole,
  vectorText,
} from './codec.js';
import {
  accountField,
  accountOf,
  dueKey,
  headKey,
  journalKey,
  recordKeys,
  rootKey,
  rootsKey,
  TENANTS,
} from './keys.js';
import { type MendedJournal, mendJournal } from './mend.js';
import { createNonces } from './nonces.js';
import { openStore } from './open-store.js';
import { recordedRoots, reindex } from './reindex.js';
import { unitPlace } from './replies.js';
import type { Store } from './store.js';
import { readStoredJournal, type StoredJournal } from './stored-journal.js';

/** The store does nothing else meanwhile: some 50 ms, far below what a sentinel takes for a failure. */
const STEPS_AT_ONCE = 1_000;
const READ_AT_ONCE = 500;

/** The store's side of a recovery: what it still has, and what is written back to it. */
export class RedisRecovery {
  readonly #store: Store;
  readonly #options: Pick<LedgerOptions, 'timeoutMs' | 'retainMs' | 'clock'>;
  readonly #nonce = createNonces(randomBytes);
  /** By which the store knows this recovery from another. */
  readonly #token = randomBytes(8).toString('hex');

  /** @throws {LedgerInputError} for a URL that names no Redis. */
  constructor(url: string, options: Pick<LedgerOptions, 'timeoutMs' | 'retainMs' | 'clock'>) {
    this.#store = openStore(url, options);
    this.#options = options;
  }

  /** The roots that the store lists, and those that it has a record of. */
  async roots(tenant: string): Promise<string[]> {
    const listed = await this.#store.call(headKey(tenant), (redis) =>
      redis.zrange(rootsKey(tenant), 0, '-1'),
    );
    return [...new Set([...listed, ...(await recordedRoots(this.#store, tenant))])].sort();
  }

  /** By the store's clock, in milliseconds since 1970. */
  async nowMs(tenant: string): Promise<number> {
    const [seconds] = await this.#store.call(headKey(tenant), (redis) => redis.time());
    return Number(seconds) * 1_000;
  }

  /** What the store has of a root; undefined for none. */
  async read(tenant: string, rootId: string): Promise<StoredRoot | undefined> {
    const record = await this.#fields(rootKey(tenant, rootId));
    const [g, m, u] = ['g', 'm', 'u'].map((field) => record.get(field));
    if (g === undefined || m === undefined) return undefined;
    const root = `${tenant}/${rootId}`;
    const accounts = new Map<string, ReturnType<typeof readAccount>>();
    const holds = new Map<string, StoredHold>();
    for (const [field, text] of record) {
      if (field.startsWith('a:')) {
        const account = accountOf(root, field);
        accounts.set(account, readAccount(account, text));
      } else if (field.startsWith('h:')) {
        holds.set(`r1.${tenant}.${rootId}.${field.slice(2)}`, readHold(root, text));
      }
    }
    const sequence = readSequence(u ?? m.split(' ')[1]);
    const revocations = readRevocations(record.get('x'));
    return { sequence, isUnfinished: u !== undefined, accounts, holds, revocations };
  }

  /** Of a hash, in parts: it may be large, and the store does nothing else while it reads. */
  async #fields(key: string): Promise<Map<string, string>> {
    const fields = new Map<string, string>();
    for (let from = '0'; ; ) {
      const [next, flat] = await this.#store.call(key, (redis) =>
        redis.hscan(key, from, 'COUNT', STEPS_AT_ONCE),
      );
      for (let i = 0; i < flat.length; i += 2) fields.set(flat[i] ?? '', flat[i + 1] ?? '');
      if (next === '0') return fields;
      from = next;
    }
  }

  /**
   * Nobody changes the tenant from now on but this recovery. It takes over from one that is at work, which
   * is refused from then on.
   * @param epoch the last one that anybody knows of
   * @returns the epoch that the recovery is to end in
   */
  async close(tenant: string, epoch: number): Promise<number> {
    await this.#store.change(TENANTS, (redis) => redis.sadd(TENANTS, tenant));
    return (await this.#reopen('close', tenant, epoch)) + 1;
  }

  /** Every gateway may register again, in the new epoch. */
  async open(tenant: string, epoch: number): Promise<void> {
    await reindex(this.#store, tenant);
    await this.#reopen('open', tenant, epoch);
  }

  /** The journal that is in the store, as far as it can be read. */
  journal(tenant: string): Promise<StoredJournal> {
    return readStoredJournal(this.#store, tenant);
  }

  /** Puts this journal in the place of the tenant's, which is closed for it. */
  mend(tenant: string, journal: MendedJournal): Promise<void> {
    return mendJournal(this.#store, tenant, journal, this.#token);
  }

  /**
   * The shortest time for which the store ever kept a hold that had ended, in ms: what was over for longer
   * may have been counted, and forgotten.
   */
  async retainMs(tenant: string): Promise<number> {
    const { retainMs } = this.#options;
    const head = headKey(tenant);
    const shortest = await this.#store.call(head, (redis) => redis.hget(head, 's'));
    return shortest === null ? retainMs : Math.min(retainMs, readWhole(shortest));
  }

  /**
   * Why the store can't have all that was acknowledged: the first root of these that does not have the
   * change that its mark tells of, nor a later one; undefined where all have.
   */
  async missing(
    tenant: string,
    marks: Iterable<readonly [string, Mark]>,
  ): Promise<string | undefined> {
    const all = [...marks].filter(([, { nonce }]) => nonce !== '-');
    for (let from = 0; from < all.length; from += READ_AT_ONCE) {
      const found = await Promise.all(
        all
          .slice(from, from + READ_AT_ONCE)
          .map(([root, mark]) => this.#behind(tenant, root, mark)),
      );
      const why = found.find((its) => its !== undefined);
      if (why !== undefined) return why;
    }
    return undefined;
  }

  async #behind(tenant: string, root: string, mark: Mark): Promise<string | undefined> {
    const key = rootKey(tenant, root.slice(tenant.length + 1));
    const meta = await this.#store.call(key, (redis) => redis.hget(key, 'm'));
    const [, sequence, nonce] = meta?.split(' ') ?? [];
    const isThere =
      Number(sequence) > mark.sequence ||
      (Number(sequence) === mark.sequence && nonce === mark.nonce);
    if (isThere) return undefined;
    const found = meta === null ? 'no such root' : `${sequence}:${nonce}`;
    return `root ${root}: found ${found}, expected ${mark.sequence}:${mark.nonce} or later`;
  }

  /**
   * One root's plan, in parts that each take the store some milliseconds. Broken off after any of them,
   * what is planned then is the rest; the same part again changes nothing.
   */
  async apply({ root, opens, after, steps }: RootPlan, epoch: number): Promise<void> {
    const [tenant = '', rootId = ''] = root.split('/');
    const keys = [...recordKeys(tenant, rootId), rootsKey(tenant)];
    const genesis = opens === undefined ? '-' : genesisText(opens.genesis);
    for (let from = 0; from === 0 || from < steps.length; from += STEPS_AT_ONCE) {
      const texts = steps.slice(from, from + STEPS_AT_ONCE).map((step) => stepText(root, step));
      const part = from + STEPS_AT_ONCE < steps.length ? 'more' : 'last';
      const id = digest(['recovery', String(epoch), root, ...texts].join('\n'));
      const args = [this.#header(), id, part, after, genesis, this.#token, ...texts];
      const reply = await this.#store.run('recover', keys, args);
      if (!Array.isArray(reply)) throw corrupt('answer', String(reply));
    }
  }

  #header(): string {
    const { maxAccountsPerRoot, maxHoldsPerRoot } = LEDGER_DEFAULTS;
    const { retainMs, clock } = this.#options;
    const latestMs = Math.floor(clock()) + MAX_CLOCK_LEAD_MS;
    return `${latestMs} ${this.#nonce()} ! ${retainMs} ${maxAccountsPerRoot} ${maxHoldsPerRoot}`;
  }

  disconnect(): Promise<void> {
    return this.#store.close();
  }

  async #reopen(step: 'close' | 'open', tenant: string, epoch: number): Promise<number> {
    const keys = [headKey(tenant), journalKey(tenant), rootsKey(tenant), dueKey(tenant)];
    return readWhole(String(await this.#store.run('reopen', keys, [step, epoch, this.#token])));
  }
}

/** 32 hex digits. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** `-` is that of a root that was not there. */
function readSequence(text: string | undefined): number {
  return text === '-' ? -1 : readWhole(text);
}

const STATES: Readonly<Record<string, StoredHold['state']>> = {
  o: 'open',
  p: 'presumed_spent',
  r: 'finished',
  s: 'finished',
  t: 'finished',
};

function readHold(root: string, text: string): StoredHold {
  const [letter = '', , , , , leaf = '', granted = ''] = text.split(' ');
  const state = STATES[letter];
  if (state === undefined)
    throw new LedgerUnavailable('store_error', `found a hold in state ${letter}`);
  return { state, account: accountOf(root, leaf), granted: readVector(granted) };
}

function stepText(root: string, step: Step): string {
  const field = (account: string) => accountField(account, root.length);
  const id = (reservation: string) => reservation.slice(-32);
  switch (step.kind) {
    case 'charge': {
      const windows = step.windows
        .map(
          ({ account, unit, window }) =>
            `${field(account)}:${unitPlace(unit)}:${windowPlace(window)};`,
        )
        .join('');
      const { reservation, account, cost, presumed } = step;
      const state = presumed ? 'p' : 's';
      return `charge ${id(reservation)} ${field(account)} ${vectorText(cost)} ${state} ${windows || '-'}`;
    }
    case 'settle':
      return `settle ${id(step.reservation)} ${vectorText(step.cost)}`;
    case 'release':
    case 'presume':
      return `${step.kind} ${id(step.reservation)}`;
    case 'topup': {
      const unit = UNITS.indexOf(step.unit) + 1;
      return `topup ${step.id} ${field(step.account)} ${unit} ${step.micros} ${jsonWord(step.actor)}`;
    }
    case 'macaroon':
      return `macaroon ${step.fingerprint} ${step.expiresAtMs} ${jsonWord(step.actor)}`;
    case 'standing':
      return `standing ${field(step.account)} ${step.standing.slice(0, 1)} ${jsonWord(step.actor)}`;
  }
}

/** `FINGERPRINT:EXPIRES;` each. */
function readRevocations(text = ''): Map<string, number> {
  return new Map(
    readList(text).map(([fingerprint = '', expires]) => [fingerprint, readWhole(expires)]),
  );
}
