import { randomBytes } from 'node:crypto';
import {
  type ActivateOutcome,
  type ActivateRequest,
  type BalanceOutcome,
  type ControlOutcome,
  type ControlRequest,
  type ExtendOutcome,
  type ExtendRequest,
  type Genesis,
  type JournalPage,
  type JournalRequest,
  type JournalTextPage,
  type LeaseOutcome,
  type LeaseRequest,
  type Ledger,
  type LedgerOptions,
  LedgerUnavailable,
  type MarkKeeper,
  type MoveHeadOutcome,
  type MoveHeadRequest,
  type OpenOutcome,
  type ReleaseRequest,
  type ReserveOutcome,
  type ReserveRequest,
  type ResolveOutcome,
  type RevokeMacaroonOutcome,
  type RevokeMacaroonRequest,
  type RootState,
  type RootUnknown,
  type SettleRequest,
  type SweepOutcome,
  type TopUpOutcome,
  type TopUpRequest,
  type TreeOutcome,
  type TreeRequest,
  type TrimRequest,
} from '../contract.js';
import { rootName } from '../ids.js';
import { MemoryMarks } from '../marks.js';
import {
  validateAccount,
  validateActivate,
  validateControl,
  validateCount,
  validateExtend,
  validateGenesis,
  validateJournal,
  validateLease,
  validateMoveHead,
  validateRelease,
  validateReserve,
  validateRevokeMacaroon,
  validateRoots,
  validateSettle,
  validateTenant,
  validateTopUp,
  validateTree,
  validateTrim,
} from '../validate.js';
import { readPlace } from './address.js';
import { genesisText, jsonWord } from './codec.js';
import { moveHead, takeLease } from './draining.js';
import { Fence } from './fence.js';
import { GroupedCalls } from './grouped-calls.js';
import { readJournal, readJournalTexts, trimJournal } from './journal-pages.js';
import { accountField, rootsKey } from './keys.js';
import { createNonces } from './nonces.js';
import { openStore } from './open-store.js';
import {
  ASKED,
  type Asked,
  extending,
  readGroupGenesis,
  releasing,
  settling,
} from './operations.js';
import { GenesisCache, pathText } from './path-text.js';
import { persistenceWarnings } from './persistence.js';
import {
  type Answer,
  readActivateReply,
  readControlReply,
  readExtendReply,
  readOpenReply,
  readReleaseReply,
  readReserveReply,
  readRevokeReply,
  readSettleReply,
  readTopUpReply,
  unitPlace,
} from './replies.js';
import { RootCalls, type RootName, rootOf } from './root-calls.js';
import { RedisShared } from './shared.js';
import type { Store } from './store.js';
import { sweepTenant } from './sweep.js';
import { Tenants } from './tenants.js';
import { Views } from './views.js';

/**
 * A ledger kept in Redis 7.0 or newer. It does not wait for the store: a store that is down, or
 * unfit (too old, able to evict), is a {@link LedgerUnavailable} from each operation until it is
 * there, and then service begins without another call of this.
 * @param url as `address.ts` reads it: one server, a cluster's nodes, or sentinels and a name.
 * @throws {LedgerInputError} for any other URL.
 */
export async function openRedisLedger(url: string, options: LedgerOptions): Promise<Ledger> {
  return new RedisLedger(url, options);
}

class RedisLedger implements Ledger {
  readonly shared: RedisShared;
  readonly #store: Store;
  readonly #fence: Fence;
  readonly #marks: MarkKeeper;
  readonly #calls: RootCalls;
  readonly #asked: GroupedCalls<Asked>;
  readonly #geneses: GenesisCache;
  readonly #views: Views;
  readonly #tenants: Tenants;
  readonly #warned = new Set<string>();

  constructor(url: string, options: LedgerOptions) {
    const nonce = createNonces(randomBytes);
    const { marks = new MemoryMarks(), timeoutMs, warn } = options;
    const hasReplicas = readPlace(url).kind !== 'server';
    const fence = new Fence({
      store: () => this.#store,
      ...{ marks, timeoutMs, nonce, warn, hasReplicas },
    });
    const store = openStore(url, options, () => {
      fence.storeIsThere();
      if (warn !== undefined) void this.#warnOfSettings(warn);
    });
    this.#store = store;
    this.#marks = marks;
    this.shared = new RedisShared(store);
    // Whoever minted it may not have noted it, and its journal not be drained yet.
    this.#geneses = new GenesisCache((genesis) => marks.note({ kind: 'opened', genesis }));
    this.#fence = fence;
    this.#calls = new RootCalls({ store, options, marks, fence, nonce });
    // Where replicas are waited for, what ends is sent though they are short.
    this.#asked = new GroupedCalls(this.#calls, ASKED, options.wait === undefined);
    this.#tenants = new Tenants(store);
    this.#views = new Views({ store, marks, fence, latestMs: () => this.#calls.latestMs() });
  }

  async openRoot(genesis: Genesis): Promise<OpenOutcome> {
    validateGenesis(genesis);
    const { tenant } = genesis;
    await this.#tenants.add(tenant);
    const args = [genesisText(genesis)];
    const { rest } = await this.#calls.run('openRoot', genesis, args, [rootsKey(tenant)]);
    this.#tenants.note(tenant);
    return readOpenReply(rest[0]);
  }

  reserve(request: ReserveRequest): Promise<ReserveOutcome> {
    return this.#asked.call(() => {
      validateReserve(request);
      const root = rootOf(request.reservation);
      const path = pathText(request.kid, request.expiresAtMs, request.path, request.revocations);
      return {
        root,
        item: { request, path },
        read: (answer) => {
          const minted = readGroupGenesis(this.#geneses, root, answer);
          if (minted !== undefined) this.#tenants.note(root.tenant);
          return readReserveReply(path, minted, answer);
        },
      };
    });
  }

  settle(request: SettleRequest): Promise<ResolveOutcome> {
    return this.#asked.call(() => {
      validateSettle(request);
      const root = rootOf(request.reservation);
      const read = (answer: Answer) => readSettleReply(rootName(root), answer);
      return { root, item: settling(request), read };
    });
  }

  release(request: ReleaseRequest): Promise<ResolveOutcome> {
    return this.#asked.call(() => {
      validateRelease(request);
      const root = rootOf(request.reservation);
      const read = (answer: Answer) => readReleaseReply(rootName(root), answer);
      return { root, item: releasing(request), read };
    });
  }

  extend(request: ExtendRequest): Promise<ExtendOutcome> {
    return this.#asked.call(() => {
      validateExtend(request);
      const root = rootOf(request.reservation);
      const read = (answer: Answer) => readExtendReply(rootName(root), answer);
      return { root, item: extending(request), read };
    });
  }

  async activate(request: ActivateRequest): Promise<ActivateOutcome> {
    validateActivate(request);
    const root = accountRoot(request.path[0]?.account ?? '');
    const path = pathText(request.kid, request.expiresAtMs, request.path, request.revocations);
    const { rest, nowMs } = await this.#calls.run('activate', root, [path.text]);
    const [genesis = '-', answer = ''] = rest;
    const minted = this.#geneses.read(root.tenant, root.rootId, genesis);
    return readActivateReply(path, minted, { words: answer.split(' '), nowMs });
  }

  async control(request: ControlRequest): Promise<ControlOutcome> {
    validateControl(request);
    const { account, action, actor } = request;
    const root = accountRoot(account);
    const args = [`${action} ${fieldOf(root, account)} ${jsonWord(actor)}`];
    const { rest, nowMs, sequence } = await this.#calls.run('control', root, args);
    const outcome = readControlReply({ words: (rest[0] ?? '').split(' '), nowMs });
    // What was so already is noted too, without a number: whoever did it may not have lived to note it.
    if (outcome.status === 'done') {
      const as = outcome.replayed ? {} : { sequence };
      this.#marks.note({ kind: action, account, actor, ...as });
    }
    return outcome;
  }

  async revokeMacaroon(request: RevokeMacaroonRequest): Promise<RevokeMacaroonOutcome> {
    validateRevokeMacaroon(request);
    const { root: account, fingerprint, actor } = request;
    const until = request.expiresAtMs ?? Number.MAX_SAFE_INTEGER;
    const args = [`${fingerprint} ${until} ${jsonWord(actor)}`];
    const { rest, nowMs } = await this.#calls.run('revokeMacaroon', accountRoot(account), args);
    const outcome = readRevokeReply({ words: (rest[0] ?? '').split(' '), nowMs });
    if (outcome.status === 'done') {
      const { expiresAtMs } = outcome;
      this.#marks.note({ kind: 'macaroon_revoked', account, fingerprint, expiresAtMs, actor });
    }
    return outcome;
  }

  async topUp(request: TopUpRequest): Promise<TopUpOutcome> {
    validateTopUp(request);
    const { account, unit, micros, id, actor } = request;
    const root = accountRoot(account);
    const field = fieldOf(root, account);
    const args = [`${id} ${field} ${unitPlace(unit)} ${micros} ${jsonWord(actor)}`];
    const { rest, nowMs } = await this.#calls.run('topUp', root, args);
    return readTopUpReply({ words: (rest[0] ?? '').split(' '), nowMs });
  }

  async journal(request: JournalRequest): Promise<JournalPage> {
    validateJournal(request);
    return readJournal(this.#store, request);
  }

  async journalTexts(request: JournalRequest): Promise<JournalTextPage> {
    validateJournal(request);
    return readJournalTexts(this.#store, request);
  }

  async lease(request: LeaseRequest): Promise<LeaseOutcome> {
    validateLease(request);
    return takeLease(this.#store, request);
  }

  async moveHead(request: MoveHeadRequest): Promise<MoveHeadOutcome> {
    validateMoveHead(request);
    return moveHead(this.#store, request);
  }

  async trimJournal(request: TrimRequest): Promise<number> {
    validateTrim(request);
    return trimJournal(this.#store, request);
  }

  async balance(account: string): Promise<BalanceOutcome | RootUnknown> {
    validateAccount(account);
    return this.#views.balance(account);
  }

  async tree(request: TreeRequest): Promise<TreeOutcome | RootUnknown> {
    validateTree(request);
    return this.#views.tree(request);
  }

  async roots(max: number, after?: string): Promise<readonly RootState[]> {
    validateRoots(max, after);
    const [afterTenant = '', afterId = ''] = after?.split('/') ?? [];
    const found: RootState[] = [];
    for (const tenant of await this.tenants()) {
      if (found.length === max) break;
      if (tenant < afterTenant) continue;
      const key = rootsKey(tenant);
      const from = tenant === afterTenant ? `(${afterId}` : '-';
      const ids = await this.#store.call(key, (redis) =>
        redis.zrange(key, from, '+', 'BYLEX', 'LIMIT', 0, max - found.length),
      );
      found.push(...(await Promise.all(ids.map((rootId) => this.#root(tenant, rootId)))));
    }
    return found;
  }

  async sweep(tenant: string, batch: number): Promise<SweepOutcome> {
    validateTenant(tenant);
    validateCount('batch', batch);
    return sweepTenant(this.#store, this.#calls, tenant, batch);
  }

  async tenants(): Promise<readonly string[]> {
    return this.#tenants.list();
  }

  async ping(): Promise<void> {
    await this.#store.ping();
    this.#fence.requireAnyOpen();
  }

  close(): Promise<void> {
    this.#fence.close();
    return this.#store.close();
  }

  /** Once for each: a store is connected to again and again. */
  async #warnOfSettings(warn: (message: string) => void): Promise<void> {
    for (const warning of await persistenceWarnings(this.#store)) {
      if (!this.#warned.has(warning)) warn(warning);
      this.#warned.add(warning);
    }
  }

  async #root(tenant: string, rootId: string): Promise<RootState> {
    const account = `${tenant}/${rootId}`;
    const root = await this.#views.root(account);
    if (root !== undefined) return root;
    const message = `root ${account}: found no such root, expected the one in the list of roots`;
    throw new LedgerUnavailable('state_lost', message);
  }
}

/** The root of an account whose name has been validated. */
function accountRoot(account: string): RootName {
  const [tenant = '', rootId = ''] = account.split('/');
  return { tenant, rootId };
}

function fieldOf({ tenant, rootId }: RootName, account: string): string {
  return accountField(account, tenant.length + 1 + rootId.length);
}
