import { hash as hashOnce } from 'node:crypto';
import type { JournalEntry, JournalHead } from '../contract.js';
import { canonicalJson } from './canonical.js';

/**
 * A drained entry, one line of canonical JSON: `{"entry":…,"hash":…,"number":…,"previous":…}`.
 * `hash` is the SHA-256 of the same line without it, and `previous` is the one of the entry before,
 * so that no entry can leave, change, move or come between without a trace.
 */
export interface ChainLine {
  readonly number: number;
  /** 64 lowercase hex digits; for number 1, {@link startOfChain}. */
  readonly previous: string;
  readonly hash: string;
  readonly entry: JournalEntry;
}

const START = '{"entry":';

/** What number 1 follows: of the tenant alone, so that no chain can be passed off as another's. */
export function startOfChain(tenant: string): string {
  return sha256(`bursar/journal/v1 ${tenant}`);
}

/** The hash that the next entry names, at a head of the store. */
export function hashAt(tenant: string, { number, hash }: JournalHead): string {
  return number === 0 ? startOfChain(tenant) : hash;
}

/**
 * One entry as a line, without its end. The same entry after the same hash is the same line.
 * @param previous is the hash of the entry before, or {@link startOfChain}
 * @param entry in canonical JSON
 */
export function chainLine(
  previous: string,
  number: number,
  entry: string,
): { readonly text: string; readonly hash: string } {
  const unhashed = `${START}${entry},"number":${canonicalJson(number)},"previous":"${previous}"}`;
  const hash = sha256(unhashed);
  // Cut out of the one that is whole by now: joining all of its parts again costs twice as much.
  const end = START.length + entry.length;
  return { text: `${unhashed.slice(0, end)},"hash":"${hash}"${unhashed.slice(end)}`, hash };
}

/** Entries as the lines of a chain. */
export interface ChainLines {
  /** Each line with its end. */
  readonly bytes: Uint8Array;
  /** Of the last of them. */
  readonly hash: string;
}

const LINE_FEED = 0x0a;
/** Of one UTF-16 unit in UTF-8. */
const MOST_BYTES = 3;
const HASH_HEX = 64;
/** Of `,"hash":"…"`. */
const HASH_MEMBER = ',"hash":""'.length + HASH_HEX;
/** Of a line, beside its entry and its end: `{"entry":,"number":…,"previous":"…"}` and the hash. */
const AROUND =
  START.length + ',"number":9007199254740991,"previous":""}'.length + HASH_HEX + HASH_MEMBER;

/**
 * What {@link chainLine} says of each, one after another, as the bytes that are hashed and written: as
 * texts, each line would be made twice, and copied once more.
 * @param first the number of the first of them
 * @param entries in canonical JSON, at least one
 */
export function chainLines(
  previous: string,
  first: number,
  entries: readonly string[],
): ChainLines {
  let most = 0;
  for (const entry of entries) most += MOST_BYTES * entry.length + AROUND + 1;
  const bytes = Buffer.allocUnsafe(most);
  let at = 0;
  let number = first;
  let hash = previous;
  for (const entry of entries) {
    const start = at;
    at += bytes.write(START, at, 'latin1');
    at += bytes.write(entry, at);
    const entryEnd = at;
    at += bytes.write(`,"number":${number},"previous":"${hash}"}`, at, 'latin1');
    hash = hashOnce('sha256', bytes.subarray(start, at), 'hex');
    // It has been hashed without its hash, which comes in between.
    bytes.copyWithin(entryEnd + HASH_MEMBER, entryEnd, at);
    bytes.write(`,"hash":"${hash}"`, entryEnd, 'latin1');
    at += HASH_MEMBER;
    bytes[at] = LINE_FEED;
    at += 1;
    number += 1;
  }
  return { bytes: bytes.subarray(0, at), hash };
}

/** A line as it says it is: whether its hash is right, {@link isIntact} says. Undefined for no line. */
export function readLine(text: string): ChainLine | undefined {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof line !== 'object' || line === null) return undefined;
  const { number, previous, hash, entry } = line as Record<string, unknown>;
  if (typeof previous !== 'string' || typeof hash !== 'string') return undefined;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1) return undefined;
  if (typeof entry !== 'object' || entry === null || !('kind' in entry)) return undefined;
  // Its members are as they were written, once the hash is found to be right.
  return { number, previous, hash, entry: entry as JournalEntry };
}

/** Whether a line says what it said when it was hashed, to the byte. */
export function isIntact(text: string, { number, previous, hash, entry }: ChainLine): boolean {
  try {
    const line = chainLine(previous, number, canonicalJson(entry));
    return hash === line.hash && text === line.text;
  } catch {
    return false;
  }
}

function sha256(text: string): string {
  return hashOnce('sha256', text, 'hex');
}
