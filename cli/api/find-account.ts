import { parseAccount } from '../../src/ledger/ids.js';
import { Refusal, UsageError } from '../errors.js';
import type { Io } from '../io.js';
import { type RootsAnswer, readAccountAnswer, readRootsAnswer } from './answers.js';
import type { Ask } from './ask.js';
import { matchBelow, matchRoot } from './resolve-account.js';

/** As deep as any path. */
const ALL_LEVELS = 15;

/**
 * The account that the text means: a root's holder, or an account or a unique beginning of one, in
 * which the holder may stand for the root. A root's whole name is taken as it is.
 * @throws {UsageError | Refusal} for none, and for several: then it lists them.
 */
export async function findAccount(ask: Ask, text: string): Promise<string> {
  // What an unset variable of the shell becomes, and the beginning of every name.
  if (text === '') throw new UsageError('account: found "", expected a name or its beginning');
  if (parseAccount(text)?.below === '') return text;
  const match = matchRoot(text, await allRoots(ask));
  if (match.isWhole) return match.root;
  const { below } = match;
  if (await isStored(ask, below)) return below;
  const page = readAccountAnswer(await askTree(ask, { account: match.root, after: below }));
  return matchBelow(below, page.children, page.next !== undefined);
}

/** Every root, page by page. */
async function allRoots(ask: Ask): Promise<RootsAnswer['roots']> {
  const roots: RootsAnswer['roots'] = [];
  for await (const page of pagesOfRoots(ask)) roots.push(...readRootsAnswer(page).roots);
  return roots;
}

async function isStored(ask: Ask, account: string): Promise<boolean> {
  if (parseAccount(account) === undefined) return false;
  const { path } = readAccountAnswer(await askTree(ask, { account, depth: 0 }));
  return (path.at(-1)?.accounts ?? 0) > 0;
}

/**
 * {@link findAccount} for what changes the account. With `exact`, the text is its whole name, and
 * it may be one that nothing was charged to yet.
 * @throws {UsageError | Refusal}
 */
export async function findTarget(
  io: Pick<Io, 'err'>,
  ask: Ask,
  text: string,
  exact: boolean,
): Promise<string> {
  const isWhole = parseAccount(text) !== undefined;
  if (exact && isWhole) return text;
  if (exact) {
    throw new UsageError(
      `account: found ${JSON.stringify(text)}, expected the whole name with --exact, ` +
        'as in main/0123456789abcdef0123456789abcdef/scraper-1',
    );
  }
  try {
    const account = await findAccount(ask, text);
    // A name that made no call yet can be the beginning of one that did: scraper-1, scraper-10.
    if (isWhole && account !== text) {
      io.err.write(`note: took ${account}, the only one that begins so; --exact takes no other\n`);
    }
    return account;
  } catch (error) {
    if (!isWhole || !(error instanceof Refusal)) throw error;
    throw new Refusal(`${error.message}; --exact takes the name as it is, charged or not`);
  }
}

interface TreePage {
  readonly account: string;
  /** Accounts whose names come after this. */
  readonly after?: string | undefined;
  /** All levels, if nothing else is said. */
  readonly depth?: number;
  readonly limit?: number;
}

/** One page of what is below an account, with the account itself. */
export function askTree(
  ask: Ask,
  { account, after, depth = ALL_LEVELS, limit }: TreePage,
): Promise<string> {
  const query = new URLSearchParams({ account, depth: String(depth) });
  if (after !== undefined) query.set('after', after);
  if (limit !== undefined) query.set('limit', String(limit));
  return ask({ method: 'GET', path: `accounts?${query}` });
}

/** The answers about one account, all levels, until there is no more. */
export async function* pagesOfTree(ask: Ask, account: string): AsyncGenerator<string> {
  for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; ) {
    const page = await askTree(ask, { account, after });
    yield page;
    after = readAccountAnswer(page).next;
    isFirst = false;
  }
}

export async function* pagesOfRoots(ask: Ask): AsyncGenerator<string> {
  for (let path: string | undefined = 'accounts'; path !== undefined; ) {
    const page: string = await ask({ method: 'GET', path });
    yield page;
    const { next } = readRootsAnswer(page);
    path = next === undefined ? undefined : `accounts?${new URLSearchParams({ after: next })}`;
  }
}
