import { parseAccount } from '../../src/ledger/ids.js';
import { Refusal, UsageError } from '../errors.js';
import type { Io } from '../io.js';
import { readAccountAnswer, readRootsAnswer } from './answers.js';
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
  const answer = await ask({ method: 'GET', path: 'accounts' });
  const match = matchRoot(text, readRootsAnswer(answer).roots);
  if (match.isWhole) return match.root;
  return matchBelow(match.below, readAccountAnswer(await askTree(ask, match.root)).children);
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

/** The answer about one account with everything below it. */
export function askTree(ask: Ask, account: string): Promise<string> {
  const query = new URLSearchParams({ account, depth: String(ALL_LEVELS) });
  return ask({ method: 'GET', path: `accounts?${query}` });
}
