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
