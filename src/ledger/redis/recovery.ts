import { createHash, randomBytes } from 'node:crypto';
import { UNITS } from '../../money/units.js';
import {
  type Genesis,
  type JournalHead,
  LEDGER_DEFAULTS,
  type LedgerOptions,
  LedgerUnavailable,
  MAX_CLOCK_LEAD_MS,
} from '../contract.js';
import type { RootPlan, Step, StoredHold, StoredRoot } from '../recovery/plan.js';
import { windowPlace } from '../recovery/plan.js';
import { corrupt, genesisText, jsonWord, readAccount, readVector, vectorText } from './codec.js';
import {
  accountField,
  accountOf,
  headKey,
  journalKey,
  recordKeys,
  rootKey,
  rootsKey,
  TENANTS,
} from './keys.js';
import { createNonces } from './nonces.js';
import { openStore } from './open-store.js';
import { unitPlace } from './replies.js';
import type { Store } from './store.js';

/** The store's side of a recovery: what it still has, and what is written back to it. */
export class RedisRecovery {
  readonly #store: Store;
  readonly #options: Pick<LedgerOptions, 'timeoutMs' | 'clock'>;
  readonly #nonce = createNonces(randomBytes);

  /** @throws {LedgerInputError} for a URL that names no Redis. */
  constructor(url: string, options: Pick<LedgerOptions, 'timeoutMs' | 'clock'>) {
    this.#store = openStore(url, options);
    this.#options = options;
  }

  /** The roots that the store lists. */
  roots(tenant: string): Promise<string[]> {
    return this.#store.call(headKey(tenant), (redis) => redis.zrange(rootsKey(tenant), 0, '-1'));
  }

  /** By the store's clock, in milliseconds since 1970. */
  async nowMs(tenant: string): Promise<number> {
    const [seconds] = await this.#store.call(headKey(tenant), (redis) => redis.time());
    return Number(seconds) * 1_000;
  }

  /** What the store has of a root; undefined for none. */
  async read(tenant: string, rootId: string): Promise<StoredRoot | undefined> {
    const key = rootKey(tenant, rootId);
    const record = await this.#store.call(key, (redis) => redis.hgetall(key));
    const { g, m } = record;
    if (g === undefined || m === undefined) return undefined;
    const root = `${tenant}/${rootId}`;
    const accounts = new Map<string, ReturnType<typeof readAccount>>();
    const holds = new Map<string, StoredHold>();
    for (const [field, text] of Object.entries(record)) {
      if (field.startsWith('a:')) {
        const account = accountOf(root, field);
        accounts.set(account, readAccount(account, text));
      } else if (field.startsWith('h:')) {
        holds.set(`r1.${tenant}.${rootId}.${field.slice(2)}`, readHold(root, text));
      }
    }
    return { sequence: Number(m.split(' ')[3]), accounts, holds };
  }

  /**
   * Nobody changes the tenant from now on but {@link apply}. What is journaled in it is numbered after
   * all that was drained.
   */
  async close(tenant: string, epoch: number, drained: JournalHead): Promise<void> {
    await this.#store.change(TENANTS, (redis) => redis.sadd(TENANTS, tenant));
    await this.#reopen('close', tenant, epoch, drained);
  }

  /** Every gateway may register again, in the new epoch. */
  async open(tenant: string, epoch: number): Promise<void> {
    await this.#reopen('open', tenant, epoch, { number: 0, hash: '' });
  }

  /** One root's plan in one step. The same again, after a recovery that broke off, changes nothing. */
  async apply({ root, opens, steps }: RootPlan, epoch: number): Promise<void> {
    const [tenant = '', rootId = ''] = root.split('/');
    const id = createHash('sha256').update(`recovery ${epoch} ${root}`).digest('hex').slice(0, 32);
    const { clock } = this.#options;
    const { retainMs, maxAccountsPerRoot, maxHoldsPerRoot } = LEDGER_DEFAULTS;
    const latestMs = Math.floor(clock()) + MAX_CLOCK_LEAD_MS;
    const header = `${latestMs} ${retainMs} ${maxAccountsPerRoot} ${maxHoldsPerRoot} ${this.#nonce()} !`;
    const keys = [...recordKeys(tenant, rootId), rootsKey(tenant)];
    const genesis = opens === undefined ? '-' : genesisText(opens satisfies Genesis);
    const args = [header, id, genesis, ...steps.map((step) => stepText(root, step))];
    const reply = await this.#store.run('recover', keys, args);
    if (!Array.isArray(reply)) throw corrupt('answer', String(reply));
  }

  disconnect(): Promise<void> {
    return this.#store.close();
  }

  async #reopen(
    step: 'close' | 'open',
    tenant: string,
    epoch: number,
    { number, hash }: JournalHead,
  ): Promise<void> {
    const keys = [headKey(tenant), journalKey(tenant)];
    await this.#store.run('reopen', keys, [step, epoch, number, hash === '' ? '-' : hash]);
  }
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
    case 'standing':
      return `standing ${field(step.account)} ${step.standing.slice(0, 1)} ${jsonWord(step.actor)}`;
  }
}
