/** The journal's lines as the canonical JSON of their entries, with no entry made in between. */
import type { ResolvedEntry } from '../contract.js';
import { canonicalJson } from '../journal/canonical.js';
import { entryText, heldText, resolvedText, vectorJson } from '../journal/entry-text.js';
import { readJsonWord, readVector } from './codec.js';
import { readEntry } from './journal.js';
import { accountOf } from './keys.js';

const WHOLE = '(0|[1-9]\\d{0,14})';
const HEAD = `${WHOLE} ${WHOLE} ([0-9a-f]{32}) (a:\\S*)`;
/** One that set nothing aside, and is tracked in no new window. */
const HELD = new RegExp(
  `^held ${HEAD} ([gc]) (\\S+) ${WHOLE} (\\S+) (\\S+) ${WHOLE} ${WHOLE} (\\S+) (\\S+) - -$`,
);
const RESOLVED = new RegExp(
  `^(settled|released|presumed_spent|corrected) ${HEAD} (\\S+) (\\S+) ([gcl]) (\\S+) (\\S+)$`,
);
/** What the gateway says of an upstream's answer, as a URL writes it, where nothing of it is escaped. */
const REQUEST_ID = /^%7B%22requestId%22%3A%22([\w.~!*'()-]*)%22%7D$/;
const BY = { g: 'gateway', c: 'caller', l: 'ledger' } as const;
const NOTHING = vectorJson({ credits: 0, usd: 0, tokens: 0, calls: 0 });
/** Words of one page; a caller may say another thing of itself with each call. */
const MAX_REMEMBERED = 1_000;

/**
 * Reads the lines of one page, in which the same accounts, amounts and words come again and again. The
 * text of a line is that of what {@link readEntry} makes of it; and where a line is of no shape that most
 * have, it is made that way.
 */
export class JournalTexts {
  readonly #tenant: string;
  readonly #words = new Map<string, string>();
  readonly #vectors = new Map<string, string>();
  readonly #accounts = new Map<string, string>();
  #rootId = '';
  #root = '';
  #rootText = '';
  #reservations = '';

  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  /** @throws {LedgerUnavailable} for a line that no function of ours writes. */
  read(rootId: string, line: string): string {
    if (rootId !== this.#rootId) this.#begin(rootId);
    const held = HELD.exec(line);
    if (held !== null) return this.#held(held);
    const resolved = RESOLVED.exec(line);
    if (resolved !== null) return this.#resolved(resolved);
    return entryText(readEntry(this.#tenant, rootId, line));
  }

  #begin(rootId: string): void {
    this.#rootId = rootId;
    this.#root = `${this.#tenant}/${rootId}`;
    this.#rootText = canonicalJson(this.#root);
    this.#reservations = canonicalJson(`r1.${this.#tenant}.${rootId}.`).slice(0, -1);
    this.#accounts.clear();
  }

  #held(words: readonly string[]): string {
    return heldText({
      about: this.#word(words[9] ?? ''),
      account: this.#account(words[4] ?? ''),
      deadlineMs: words[7] ?? '',
      fingerprint: textOfWord(words[8] ?? ''),
      granted: this.#vector(words[6] ?? ''),
      owner: words[5] === 'c' ? 'caller' : 'gateway',
      range: words[11] === '0' ? undefined : this.#range(words),
      reservation: `${this.#reservations}${words[3]}"`,
      root: this.#rootText,
      sequence: words[1] ?? '',
      setAside: '[]',
      timeMs: words[2] ?? '',
      tracked: '[]',
    });
  }

  #range(words: readonly string[]): string {
    const [step, steps, least = '', most = ''] = words.slice(10);
    const ends = `"least":${this.#vector(least)},"most":${this.#vector(most)}`;
    return `{"cost":{${ends},"steps":${steps}},"step":${step}}`;
  }

  #resolved(words: readonly string[]): string {
    const kind = words[1] as ResolvedEntry['kind'];
    return resolvedText({
      about: this.#word(words[9] ?? ''),
      account: this.#account(words[5] ?? ''),
      by: BY[words[8] as keyof typeof BY],
      charged: kind === 'released' ? NOTHING : this.#vector(words[7] ?? ''),
      granted: this.#vector(words[6] ?? ''),
      kind,
      reservation: `${this.#reservations}${words[4]}"`,
      root: this.#rootText,
      sequence: words[2] ?? '',
      timeMs: words[3] ?? '',
      upstream: upstreamText(words[10] ?? ''),
    });
  }

  #account(leaf: string): string {
    const known = this.#accounts.get(leaf);
    if (known !== undefined) return known;
    return remember(this.#accounts, leaf, canonicalJson(accountOf(this.#root, leaf)));
  }

  #vector(word: string): string {
    const known = this.#vectors.get(word);
    return known ?? remember(this.#vectors, word, vectorJson(readVector(word)));
  }

  #word(word: string): string | undefined {
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    const text = textOfWord(word);
    return text === undefined ? undefined : remember(this.#words, word, text);
  }
}

function upstreamText(word: string): string | undefined {
  if (word === '-') return undefined;
  const requestId = REQUEST_ID.exec(word)?.[1];
  return requestId === undefined ? textOfWord(word) : `{"requestId":"${requestId}"}`;
}

function textOfWord(word: string): string | undefined {
  if (word === '-') return undefined;
  return canonicalJson(readJsonWord(word));
}

function remember(known: Map<string, string>, word: string, text: string): string {
  if (known.size >= MAX_REMEMBERED) known.clear();
  known.set(word, text);
  return text;
}
