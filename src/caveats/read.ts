import type { Identifier } from '../macaroon/identifier.js';
import type { ProvedChain } from '../macaroon/verify.js';
import { carveMistake } from '../money/carve.js';
import type { Allowance, AllowedAccount, ToolRule } from './allowance.js';
import { formatLimit } from './budget.js';
import { type Caveat, parseCaveat } from './caveat.js';
import { CaveatError } from './errors.js';

/**
 * What a proved chain allows. Everything narrows: several `expires` count as the earliest, several
 * `tools` must all match, several budgets on one account all hold.
 *
 * Not checked here: whether it has expired, and what the ledger says of its accounts.
 * @throws {CaveatError} on an unknown key, a malformed value, or a chain that no root may have.
 */
export function readAllowance(proved: ProvedChain): Allowance {
  return interpretCaveats(proved.identifier, proved.caveats);
}

/**
 * The same reading of caveats that nobody proved. For `mint`, which has just written them, and
 * `inspect`, which says that it proves nothing; never for a decision.
 * @throws {CaveatError}
 */
export function interpretCaveats(identifier: Identifier, lines: readonly string[]): Allowance {
  const caveats = lines.map(parseCaveat);
  const path = splitAccounts(caveats);
  const [root] = path;
  if (root === undefined)
    throw new CaveatError('caveats: expected the first to be holder, found none');
  checkRoot(root);

  let account = `${identifier.tenant}/${identifier.rootId}`;
  let endsMs = Number.POSITIVE_INFINITY;
  const accounts = path.map(({ given, ...own }, level): AllowedAccount => {
    checkCarved({ ...own, given }, path.slice(0, level));
    if (level > 0) account = `${account}/${own.holder}`;
    // What comes after the next holder is the grandchild's own, and can't close this account.
    endsMs = Math.min(endsMs, own.expiresAtMs ?? endsMs);
    const isCarved = own.limits.some(({ carved }) => carved);
    return isCarved ? { account, ...own, carveEndsMs: endsMs } : { account, ...own };
  });
  const expiries = accounts.flatMap((own) => own.expiresAtMs ?? []);
  return {
    tenant: identifier.tenant,
    rootId: identifier.rootId,
    kid: identifier.kid,
    path: accounts,
    tools: caveats.flatMap((caveat): (readonly ToolRule[])[] =>
      caveat.kind === 'tools' ? [caveat.rules] : [],
    ),
    expiresAtMs: Math.min(...expiries),
  };
}

interface OwnPart extends Omit<AllowedAccount, 'account'> {
  /** Of the limits, those before the first `expires`: the part's giver closed it with that. */
  readonly given: AllowedAccount['limits'];
}

/**
 * Cuts the chain at each `holder`: what follows one belongs to the account that it opened.
 *
 * A caveat does not say who wrote it. What stands before the first `expires` of a part was given to the
 * account, if its giver wrote one, as `delegate` does; what stands behind that may be the account's own
 * doing, and is there to restrict it: it is no carve-out, and lets nothing be set aside below.
 */
function splitAccounts(caveats: readonly Caveat[]): OwnPart[] {
  const parts: {
    holder: string;
    limits: OwnPart['limits'][number][];
    given: OwnPart['limits'][number][];
    expiresAtMs: number | undefined;
  }[] = [];
  for (const caveat of caveats) {
    if (caveat.kind === 'holder') {
      parts.push({ holder: caveat.name, limits: [], given: [], expiresAtMs: undefined });
      continue;
    }
    const own = parts.at(-1);
    if (own === undefined) {
      throw new CaveatError(`caveats: expected the first to be holder, found ${caveat.kind}`);
    }
    if (caveat.kind === 'budget') {
      const isGiven = own.expiresAtMs === undefined;
      own.limits.push(isGiven ? caveat.limit : { ...caveat.limit, carved: false });
      if (isGiven) own.given.push(caveat.limit);
    } else if (caveat.kind === 'expires') {
      own.expiresAtMs = Math.min(own.expiresAtMs ?? caveat.atMs, caveat.atMs);
    }
  }
  return parts;
}

/** DESIGN §3, rule 4. What can't be set aside refuses the whole macaroon. */
function checkCarved(own: OwnPart, above: readonly OwnPart[]): void {
  const mistake =
    carveMistake(
      own.given,
      above.map(({ given }) => given),
    ) ??
    carveMistake(
      own.limits,
      above.map(({ limits }) => limits),
    );
  if (mistake === undefined) return;
  const found = own.limits.find(({ unit, carved }) => carved && unit === mistake.unit);
  const shown = found === undefined ? mistake.unit : formatLimit(found);
  throw new CaveatError(`budget "${shown}" of ${own.holder}: expected ${mistake.expected}`);
}

function checkRoot(root: OwnPart): void {
  if (root.limits.length === 0) {
    throw new CaveatError(
      `root ${root.holder}: expected at least one budget before the next holder`,
    );
  }
  if (root.expiresAtMs === undefined) {
    throw new CaveatError(`root ${root.holder}: expected an expires before the next holder`);
  }
}
