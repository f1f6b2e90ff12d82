import { parseAccount } from '../../src/ledger/ids.js';
import { Refusal } from '../errors.js';
import type { AccountNode, RootsAnswer } from './answers.js';

const SHOWN = 10;

/** What is known before one tree was read: a root's account, or that only its tree can tell. */
export type RootMatch =
  | { readonly root: string; readonly isWhole: true }
  /** `below` is what the text means as the beginning of an account below the root. */
  | { readonly root: string; readonly isWhole: false; readonly below: string };

/**
 * The root that the text means: by its account or a unique beginning of it, or by its holder's
 * name; or the one that an account below it begins with, in which the root's holder may stand for
 * the root, as in `research/scraper-1`.
 * @throws {Refusal} for none, and for several: then it lists them.
 */
export function matchRoot(text: string, roots: RootsAnswer['roots']): RootMatch {
  const above = roots.find(({ account }) => text.startsWith(`${account}/`));
  if (above !== undefined) return { root: above.account, isWhole: false, below: text };
  const own = roots.filter(({ account, holder }) => holder === text || account.startsWith(text));
  const [holder = '', ...steps] = text.split('/');
  const isBelow = own.length === 0 && steps.length > 0;
  const found = isBelow ? roots.filter((root) => root.holder === holder) : own;
  const [only] = found;
  if (only === undefined) {
    throw new Refusal(
      `found no root with the holder ${JSON.stringify(holder)}, and no account that begins with ` +
        `${JSON.stringify(text)}: "bursar tree" lists the roots`,
    );
  }
  if (found.length > 1) {
    throw new Refusal(
      `${ambiguous(text, found.map(describeRoot))}\n${howToTell(found.map((one) => one.account))}`,
    );
  }
  if (!isBelow) return { root: only.account, isWhole: true };
  return { root: only.account, isWhole: false, below: [only.account, ...steps].join('/') };
}

/**
 * The account below a root that the text means: the very one, or the only one that begins so.
 * @param children those that come next behind the text by their names, or all
 * @param isMore there are more behind those
 * @throws {Refusal}
 */
export function matchBelow(text: string, children: readonly AccountNode[], isMore = false): string {
  const accounts = accountsOf(children);
  if (accounts.includes(text)) return text;
  const found = accounts.filter((account) => account.startsWith(text));
  const [only] = found;
  if (only === undefined) {
    const what =
      parseAccount(text) === undefined ? 'no account begins with' : 'nothing was charged to';
    throw new Refusal(`${what} ${text}: "bursar tree" with the root's name shows its accounts`);
  }
  if (found.length > 1) {
    throw new Refusal(ambiguous(text, found, isMore && found.length === accounts.length));
  }
  return only;
}

function describeRoot({ account, holder, root }: RootsAnswer['roots'][number]): string {
  return `${account} (${holder}, until ${root.expires.slice(0, 16)})`;
}

/** With the shortest beginning by which the first is none of the others. */
function howToTell([first = '', ...others]: readonly string[]): string {
  let length = first.indexOf('/') + 5;
  while (others.some((one) => one.startsWith(first.slice(0, length))) && length < first.length) {
    length++;
  }
  return `say the account, or as much of it as tells them apart: ${first.slice(0, length)}`;
}

function accountsOf(nodes: readonly AccountNode[]): string[] {
  return nodes.flatMap(({ account, children }) => [account, ...accountsOf(children)]);
}

function ambiguous(text: string, names: readonly string[], isMore = false): string {
  const count = isMore ? `${names.length} or more` : String(names.length);
  const left = isMore ? 'more' : `${names.length - SHOWN} more`;
  const rest = names.length > SHOWN ? [`and ${left}`] : [];
  const list = [...names.slice(0, SHOWN), ...rest].map((name) => `\n  ${name}`).join('');
  return `${JSON.stringify(text)} could be any of ${count} accounts:${list}`;
}
