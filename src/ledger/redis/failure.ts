/** The one place that says what a failed call to Redis means. */
import { ReplyError } from 'ioredis';
import { LedgerInputError, LedgerUnavailable } from '../contract.js';

/** Of `BADINPUT …` the scripts' own words, without where in the script it was. */
const BAD_INPUT = /^BADINPUT (.*?)(?: script: \w+, on @user_\w+:\d+\.)?$/s;
/** The fence's words, without where in the script it was. */
const STATE_LOST = /^(?:STATELOST|CLOSED) /;
/** Our own complaints, and a script's own fault: the only replies that are repeated whole. */
const OWN = /^(?:BADSTATE|ERR user_function)/;

/** A node of a cluster says that another one has the slot. It has done nothing. */
export class Moved extends LedgerUnavailable {
  readonly slot: number;
  /** `HOST:PORT`; an empty host is the node's own. */
  readonly address: string;
  constructor(slot: number, address: string) {
    super('store_error', 'the store answered MOVED');
    this.slot = slot;
    this.address = address;
  }
}

/**
 * What a caller of the ledger is thrown. No message has the store's URL, and of what the store
 * said only the first word (`OOM`, `READONLY`, `WRONGPASS`): some replies repeat the command, and
 * that may be AUTH.
 * @param hung the connection was given up because nothing came over it.
 */
export function ledgerError(error: unknown, hung: boolean): LedgerUnavailable | LedgerInputError {
  if (error instanceof LedgerInputError) return error;
  const [, refused] = (error instanceof ReplyError && BAD_INPUT.exec(said(error))) || [];
  return refused === undefined ? unavailable(error, hung) : new LedgerInputError(refused);
}

/** The same, for what can't be a caller's fault. */
export function unavailable(error: unknown, hung: boolean): LedgerUnavailable {
  if (error instanceof LedgerUnavailable) return error;
  if (error instanceof ReplyError) {
    const message = said(firstOf(error));
    const [, slot, address = ''] = /^MOVED (\d+) (\S+)$/.exec(message) ?? [];
    if (slot !== undefined) return new Moved(Number(slot), address);
    if (STATE_LOST.test(message)) return new LedgerUnavailable('state_lost', ownWords(message));
    const shown = OWN.test(message) ? message.slice(0, 200) : message.split(' ', 1)[0];
    return new LedgerUnavailable('store_error', `the store answered ${shown}`);
  }
  if (hung) return new LedgerUnavailable('deadline', 'the store does not answer');
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return new LedgerUnavailable('disconnected', `no connection to the store${code}`);
}

/** Of a transaction that was not run: why. */
function firstOf(error: unknown): unknown {
  const { previousErrors } = error as { readonly previousErrors?: readonly unknown[] };
  return previousErrors?.[0] ?? error;
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : '';
}

function ownWords(message: string): string {
  return message.replace(/ script: \w+, on @user_\w+:\d+\.$/s, '');
}

/** A function changed nothing, since its tenant is not open for this store. */
export function isClosed(error: unknown): boolean {
  return error instanceof LedgerUnavailable && error.message.startsWith('CLOSED ');
}

/** A root is not as this gateway last saw it. */
export function isBehind(error: unknown): boolean {
  return error instanceof LedgerUnavailable && error.message.startsWith('STATELOST ');
}

/** It was refused before it ran. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof LedgerUnavailable && error.message === 'the store answered OOM';
}

export function isFunctionMissing(error: unknown): boolean {
  return error instanceof ReplyError && said(error) === 'ERR Function not found';
}

export function isLibraryThere(error: unknown): boolean {
  return error instanceof ReplyError && /^ERR Library '\w+' already exists/.test(said(error));
}
