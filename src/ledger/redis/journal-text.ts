/** The journal's lines as the canonical JSON of their entries, with no entry made in between. */
import type { ResolvedEntry } from '../contract.js';
import { canonicalJson } from '../journal/canonical.js';
import { aroundHeld, aroundResolved, upstreamEnd, vectorJson } from '../journal/entry-text.js';
import { corrupt, readJsonWord, readVector } from './codec.js';
import { readEntries } from './journal.js';
import { accountOf } from './keys.js';

const WHOLE = '(0|[1-9]\\d{0,14})';
/** Of one hold, or of several that were made or ended alike: their ids follow one another. */
const HEAD = `${WHOLE} ${WHOLE} ((?:[0-9a-f]{32})+) (a:\\S*)`;
const ID = 32;
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
 * texts of a line are those of what {@link readEntries} makes of it; and where a line is of no shape that
 * most have, they are made that way.
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

  /**
   * Adds the texts of what one line tells.
   * @throws {LedgerUnavailable} for a line that no function of ours writes.
   */
  read(rootId: string, line: string, texts: string[]): void {
    if (rootId !== this.#rootId) this.#begin(rootId);
    const held = HELD.exec(line);
    const resolved = held === null ? RESOLVED.exec(line) : null;
    if (held !== null) this.#held(held, texts);
    else if (resolved !== null) this.#resolved(resolved, texts);
    else
      for (const entry of readEntries(this.#tenant, rootId, line)) texts.push(canonicalJson(entry));
  }

  #begin(rootId: string): void {
    this.#rootId = rootId;
    this.#root = `${this.#tenant}/${rootId}`;
    this.#rootText = unquoted(this.#root);
    this.#reservations = unquoted(`r1.${this.#tenant}.${rootId}.`);
    this.#accounts.clear();
  }

  #held(words: readonly string[], texts: string[]): void {
    const { before, between, after } = aroundHeld({
      about: this.#word(words[9] ?? ''),
      account: this.#account(words[4] ?? ''),
      deadlineMs: words[7] ?? '',
      fingerprint: textOfWord(words[8] ?? ''),
      granted: this.#vector(words[6] ?? ''),
      owner: words[5] === 'c' ? 'caller' : 'gateway',
      range: words[11] === '0' && words[12] === words[6] ? undefined : this.#range(words),
      root: this.#rootText,
      setAside: '[]',
      timeMs: words[2] ?? '',
      tracked: '[]',
    });
    const ids = words[3] ?? '';
    const first = Number(words[1]);
    for (let at = 0; at < ids.length; at += ID) {
      const reservation = `${this.#reservations}${ids.slice(at, at + ID)}`;
      texts.push(`${before}${reservation}${between}${first + at / ID}${after}`);
    }
  }

  #range(words: readonly string[]): string {
    const [step, steps, least = '', most = ''] = words.slice(10);
    const ends = `"least":${this.#vector(least)},"most":${this.#vector(most)}`;
    return `{"cost":{${ends},"steps":${steps}},"step":${step}}`;
  }

  #resolved(words: readonly string[], texts: string[]): void {
    const kind = words[1] as ResolvedEntry['kind'];
    const { before, between, after } = aroundResolved({
      about: this.#word(words[9] ?? ''),
      account: this.#account(words[5] ?? ''),
      by: BY[words[8] as keyof typeof BY],
      charged: kind === 'released' ? NOTHING : this.#vector(words[7] ?? ''),
      granted: this.#vector(words[6] ?? ''),
      kind,
      root: this.#rootText,
      timeMs: words[3] ?? '',
    });
    const ids = words[4] ?? '';
    const said = (words[10] ?? '').split(',');
    if (said.length * ID !== ids.length) throw corrupt('journal', words[0] ?? '');
    const first = Number(words[2]);
    for (const [i, upstream] of said.entries()) {
      const reservation = `${this.#reservations}${ids.slice(ID * i, ID * (i + 1))}`;
      const end = upstreamEnd(upstreamText(upstream));
      texts.push(`${before}${reservation}${between}${first + i}${after}${end}`);
    }
  }

  #account(leaf: string): string {
    const known = this.#accounts.get(leaf);
    if (known !== undefined) return known;
    return remember(this.#accounts, leaf, unquoted(accountOf(this.#root, leaf)));
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

/** As JSON writes it between its quotes. */
function unquoted(name: string): string {
  return canonicalJson(name).slice(1, -1);
}

function remember(known: Map<string, string>, word: string, text: string): string {
  if (known.size >= MAX_REMEMBERED) known.clear();
  known.set(word, text);
  return text;
}
