import type {
  AccountState,
  ActivateOutcome,
  ActivateRequest,
  BalanceOutcome,
  ControlOutcome,
  ControlRequest,
  ExtendOutcome,
  ExtendRequest,
  Genesis,
  JournalPage,
  JournalRequest,
  Ledger,
  LedgerOptions,
  OpenOutcome,
  ReleaseRequest,
  ReserveOutcome,
  ReserveRequest,
  ResolveOutcome,
  RootState,
  RootUnknown,
  SettleRequest,
  SweepOutcome,
  TopUpOutcome,
  TopUpRequest,
  TreeOutcome,
  TreeRequest,
  TrimRequest,
} from '../contract.js';
import { MAX_CLOCK_LEAD_MS } from '../contract.js';
import { accountAndAncestors } from '../ids.js';
import { neverCharged } from '../rules/counters.js';
import { notYet, refuseUnported, refuseUnportedBy, refuseUnportedReserve } from '../unported.js';
import {
  validateAccount,
  validateActivate,
  validateControl,
  validateCount,
  validateExtend,
  validateGenesis,
  validateJournal,
  validateRelease,
  validateReserve,
  validateSettle,
  validateTenant,
  validateTopUp,
  validateTree,
  validateTrim,
} from '../validate.js';
import { readAddress } from './address.js';
import { corrupt, genesisText, readAccount, readGenesis, vectorText } from './codec.js';
import { Connection } from './connection.js';
import { accountFields, dueKey, rootKey, rootsKey, TENANTS } from './keys.js';
import {
  asList,
  readOpenReply,
  readReserveReply,
  readResolveReply,
  reserveArguments,
} from './replies.js';
import { SCRIPTS } from './scripts.js';
import { readTree } from './tree.js';

const ROOT_UNKNOWN: RootUnknown = { status: 'refused', reason: 'root_unknown' };

/**
 * A ledger kept in Redis 7.0 or newer. It does not wait for the store: a store that is down, or
 * unfit (too old, able to evict), is a {@link LedgerUnavailable} from each operation until it is
 * there, and then service begins without another call of this.
 * @param url `redis://` or `rediss://`, [user:password@]host[:port][/database].
 * @throws {LedgerInputError} for any other URL.
 */
export async function openRedisLedger(url: string, options: LedgerOptions): Promise<Ledger> {
  return new RedisLedger(new Connection(readAddress(url), options.timeoutMs), options);
}

class RedisLedger implements Ledger {
  readonly #connection: Connection;
  readonly #options: LedgerOptions;

  constructor(connection: Connection, options: LedgerOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  async openRoot(genesis: Genesis): Promise<OpenOutcome> {
    validateGenesis(genesis);
    refuseUnported(genesis.limits);
    const { tenant, rootId } = genesis;
    await this.#connection.call((redis) => redis.sadd(TENANTS, tenant));
    const reply = await this.#connection.run(
      SCRIPTS.openRoot,
      [rootKey(tenant, rootId), rootsKey(tenant)],
      [genesisText(genesis), this.#latest()],
    );
    return readOpenReply(reply);
  }

  async reserve(request: ReserveRequest): Promise<ReserveOutcome> {
    validateReserve(request);
    refuseUnportedReserve(request);
    const { tenant, rootId, id } = reservationName(request.reservation);
    const reply = await this.#connection.run(
      SCRIPTS.reserve,
      [rootKey(tenant, rootId), dueKey(tenant)],
      reserveArguments(id, request, this.#latest(), this.#options),
    );
    return readReserveReply(request, tenant, rootId, reply);
  }

  async settle(request: SettleRequest): Promise<ResolveOutcome> {
    validateSettle(request);
    refuseUnportedBy(request.by);
    const { tenant, rootId, id } = reservationName(request.reservation);
    const reply = await this.#connection.run(
      SCRIPTS.settle,
      [rootKey(tenant, rootId), dueKey(tenant)],
      [id, vectorText(request.cost), this.#latest(), this.#options.retainMs],
    );
    return readResolveReply('settled', reply);
  }

  async release(request: ReleaseRequest): Promise<ResolveOutcome> {
    validateRelease(request);
    refuseUnportedBy(request.by);
    const { tenant, rootId, id } = reservationName(request.reservation);
    const reply = await this.#connection.run(
      SCRIPTS.release,
      [rootKey(tenant, rootId), dueKey(tenant)],
      [id, this.#latest(), this.#options.retainMs],
    );
    return readResolveReply('released', reply);
  }

  async extend(request: ExtendRequest): Promise<ExtendOutcome> {
    validateExtend(request);
    throw notYet('extending a hold');
  }

  async activate(request: ActivateRequest): Promise<ActivateOutcome> {
    validateActivate(request);
    throw notYet('activating a carve-out');
  }

  async control(request: ControlRequest): Promise<ControlOutcome> {
    validateControl(request);
    throw notYet(`to ${request.action} an account`);
  }

  async topUp(request: TopUpRequest): Promise<TopUpOutcome> {
    validateTopUp(request);
    throw notYet('a top-up');
  }

  async journal(request: JournalRequest): Promise<JournalPage> {
    validateJournal(request);
    throw notYet('the journal');
  }

  async trimJournal(request: TrimRequest): Promise<number> {
    validateTrim(request);
    throw notYet('the journal');
  }

  async balance(account: string): Promise<BalanceOutcome | RootUnknown> {
    validateAccount(account);
    const { tenant, rootId, below } = accountName(account);
    const [genesis, ...accounts] = await this.#connection.call((redis) =>
      redis.hmget(rootKey(tenant, rootId), 'g', ...accountFields(below)),
    );
    if (typeof genesis !== 'string') return ROOT_UNKNOWN;
    return {
      status: 'found',
      genesis: readGenesis(tenant, rootId, genesis),
      path: accountAndAncestors(account).map((name, i) => accountState(name, accounts[i])),
    };
  }

  async tree(request: TreeRequest): Promise<TreeOutcome | RootUnknown> {
    validateTree(request);
    const { tenant, rootId } = accountName(request.account);
    const key = rootKey(tenant, rootId);
    const genesis = await this.#connection.call((redis) => redis.hget(key, 'g'));
    if (genesis === null) return ROOT_UNKNOWN;
    return {
      status: 'found',
      genesis: readGenesis(tenant, rootId, genesis),
      ...(await readTree(this.#connection, key, request)),
    };
  }

  async roots(max: number): Promise<readonly RootState[]> {
    validateCount('max', max);
    const found: RootState[] = [];
    for (const tenant of await this.tenants()) {
      if (found.length === max) break;
      const ids = await this.#connection.call((redis) =>
        redis.zrange(rootsKey(tenant), 0, String(max - found.length - 1)),
      );
      found.push(...(await Promise.all(ids.map((rootId) => this.#root(tenant, rootId)))));
    }
    return found;
  }

  async sweep(tenant: string, batch: number): Promise<SweepOutcome> {
    validateTenant(tenant);
    validateCount('batch', batch);
    const due = asList(
      await this.#connection.run(SCRIPTS.due, [dueKey(tenant)], [this.#latest(), batch + 1]),
    );
    const byRoot = new Map<string, string[]>();
    for (const member of due.slice(0, batch)) {
      const [rootId = '', id = ''] = String(member).split('.');
      byRoot.set(rootId, [...(byRoot.get(rootId) ?? []), id]);
    }
    const counts = await Promise.all(
      [...byRoot].map(([rootId, ids]) => this.#sweepRoot(tenant, rootId, ids)),
    );
    let presumedSpent = 0;
    let forgotten = 0;
    for (const [presumed, dropped] of counts) {
      presumedSpent += Number(presumed);
      forgotten += Number(dropped);
    }
    return { presumedSpent, carvesEnded: 0, forgotten, more: due.length > batch };
  }

  async tenants(): Promise<readonly string[]> {
    return (await this.#connection.call((redis) => redis.smembers(TENANTS))).sort();
  }

  async ping(): Promise<void> {
    await this.#connection.run(SCRIPTS.ping, [], []);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #sweepRoot(tenant: string, rootId: string, ids: readonly string[]) {
    return asList(
      await this.#connection.run(
        SCRIPTS.sweep,
        [rootKey(tenant, rootId), dueKey(tenant)],
        [this.#latest(), this.#options.retainMs, ...ids],
      ),
    );
  }

  async #root(tenant: string, rootId: string): Promise<RootState> {
    const account = `${tenant}/${rootId}`;
    const balance = await this.balance(account);
    const state = balance.status === 'found' ? balance.path[0] : undefined;
    if (balance.status !== 'found' || state === undefined) {
      throw corrupt('list of roots', `${account}, which has no record`);
    }
    return { genesis: balance.genesis, state };
  }

  /** The latest time of the store that this gateway believes. */
  #latest(): number {
    return Math.floor(this.#options.clock()) + MAX_CLOCK_LEAD_MS;
  }
}

function accountState(account: string, text: string | null | undefined): AccountState {
  if (typeof text !== 'string') return neverCharged(account);
  return { ...neverCharged(account), ...readAccount(text) };
}

/** The parts of a name that has been validated. */
function accountName(account: string): { tenant: string; rootId: string; below: string } {
  const [tenant = '', rootId = '', ...holders] = account.split('/');
  return { tenant, rootId, below: holders.join('/') };
}

function reservationName(reservation: string): { tenant: string; rootId: string; id: string } {
  const [, tenant = '', rootId = '', id = ''] = reservation.split('.');
  return { tenant, rootId, id };
}
