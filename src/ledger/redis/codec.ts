/** The texts of a root's record (see keys.ts) and of the scripts' arguments, written and read. */
import { isMicros } from '../../money/micros.js';
import {
  isUnit,
  isWindow,
  type Limit,
  type Micros,
  UNITS,
  type Unit,
  type Vector,
  WINDOWS,
} from '../../money/units.js';
import {
  type AccountState,
  type CallAbout,
  type Carve,
  type Genesis,
  LedgerUnavailable,
  type Mark,
  type Standing,
  type WindowState,
} from '../contract.js';
import { neverCharged } from '../rules/counters.js';

const LIMIT = /^([a-z]+)(?:\/([a-z]+))?(\+carved)?=(\d+)$/;

/** Amounts by unit: `15000000,,,1000000`. */
export function vectorText({ credits, usd, tokens, calls }: Vector): string {
  return `${credits ?? ''},${usd ?? ''},${tokens ?? ''},${calls ?? ''}`;
}

export function readVector(text: string): Vector {
  const vector: { [U in Unit]?: Micros } = {};
  const parts = text.split(',');
  if (parts.length !== UNITS.length) throw corrupt('amounts by unit', text);
  for (let i = 0; i < parts.length; i++) {
    const unit = UNITS[i];
    const part = parts[i];
    if (unit !== undefined && part !== '') vector[unit] = readWhole(part);
  }
  return vector;
}

/** `credits=1000000;usd/day=5000000;`, or `-` for none. */
export function limitsText(limits: readonly Limit[]): string {
  if (limits.length === 0) return '-';
  let text = '';
  for (const { unit, window, limitMicros, carved } of limits) {
    const name = window === 'life' ? unit : `${unit}/${window}`;
    text += `${name}${carved ? '+carved' : ''}=${limitMicros};`;
  }
  return text;
}

function readLimits(text: string): Limit[] {
  if (text === '-') return [];
  return text
    .split(';')
    .slice(0, -1)
    .map((part) => {
      const [, unit = '', window = 'life', carved, amount] = LIMIT.exec(part) ?? [];
      if (!isUnit(unit) || !isWindow(window)) throw corrupt('limits', text);
      return { unit, window, limitMicros: readWhole(amount), carved: carved !== undefined };
    });
}

const STANDINGS: Readonly<Record<string, Standing>> = { p: 'paused', r: 'revoked', c: 'closed' };

/** What an account's field has, its windows as they were last written. */
export function readAccount(account: string, text: string | null | undefined): AccountState {
  if (typeof text !== 'string') return neverCharged(account);
  const words = text.split(' ');
  const counters: Record<Unit, { spent: Micros; held: Micros }> = { ...neverCharged('').counters };
  UNITS.forEach((unit, i) => {
    counters[unit] = { spent: readWhole(words[2 * i]), held: readWhole(words[2 * i + 1]) };
  });
  const [openHolds, accounts] = [readWhole(words[8]), readWhole(words[9])];
  const limitsLastSeen = readLimits(words[10] ?? '');
  const state = { ...neverCharged(account), counters, openHolds, accounts, limitsLastSeen };
  return words.slice(11).reduce(withWord, state);
}

/** `s=p`, `t=…`, `v=…`, `w=…`: see keys.ts. */
function withWord(state: AccountState, word: string): AccountState {
  const value = word.slice(2);
  switch (word.slice(0, 2)) {
    case 's=':
      return { ...state, standing: STANDINGS[value] ?? 'open' };
    case 't=':
      return { ...state, toppedUp: readVector(value) };
    case 'v=':
      return { ...state, carves: readCarves(value) };
    case 'w=':
      return { ...state, windows: readList(value).map(readWindow) };
    default:
      throw corrupt('account', word);
  }
}

function readCarves(text: string): AccountState['carves'] {
  const carves: { [U in Unit]?: Carve } = {};
  for (const [unit, micros, end] of readList(text)) {
    carves[readUnit(unit)] = { amountMicros: readWhole(micros), endMs: readWhole(end) };
  }
  return carves;
}

function readWindow(parts: readonly string[]): WindowState {
  const [unit, window, start, since, spent, held] = parts;
  return {
    unit: readUnit(unit),
    window: readSpan(window),
    startMs: readWhole(start),
    sinceSequence: readWhole(since),
    spentMicros: readWhole(spent),
    heldMicros: readWhole(held),
  };
}

/** `1:2:3;4:5:6;`: a list of lists, each item ended by a semicolon. */
export function readList(text: string): string[][] {
  return text
    .split(';')
    .slice(0, -1)
    .map((item) => item.split(':'));
}

/** A unit by its place, counted from 1 as Lua does. */
export function readUnit(place: string | undefined): Unit {
  const unit = UNITS[Number(place) - 1];
  if (unit === undefined) throw corrupt('unit', String(place));
  return unit;
}

/** A window by its place in {@link WINDOWS}, where 0 is no window. */
export function readSpan(place: string | undefined): WindowState['window'] {
  const window = WINDOWS[Number(place)];
  if (window === undefined || window === 'life') throw corrupt('window', String(place));
  return window;
}

/** Anything, as one word: `-` where there is nothing. */
export function jsonWord(value: unknown): string {
  return value === undefined ? '-' : encodeURIComponent(JSON.stringify(value));
}

/** What calls say of themselves is the same again and again, but for tags that some change. */
const MAX_WORDS = 1_000;
const aboutWords = new Map<string, string>();

export function aboutWord(about: CallAbout | undefined): string {
  if (about === undefined) return '-';
  const json = JSON.stringify(about);
  const known = aboutWords.get(json);
  if (known !== undefined) return known;
  if (aboutWords.size >= MAX_WORDS) aboutWords.clear();
  const word = encodeURIComponent(json);
  aboutWords.set(json, word);
  return word;
}

export function readJsonWord(word: string | undefined): unknown {
  if (word === undefined) throw corrupt('word', 'nothing');
  return word === '-' ? undefined : JSON.parse(decodeURIComponent(word));
}

/** The same content gives the same text: labels are in the order of their names. */
export function genesisText(genesis: Genesis): string {
  const { kid, expiresAtMs, limits, holder } = genesis;
  const labels = Object.fromEntries(
    Object.entries(genesis.labels).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return `${kid} ${expiresAtMs} ${limitsText(limits)} ${JSON.stringify({ holder, labels })}`;
}

export function readGenesis(tenant: string, rootId: string, text: string): Genesis {
  const match = /^(\S+) (\d+) (\S*) (\{.*\})$/su.exec(text);
  if (match === null) throw corrupt('genesis', text);
  const [, kid = '', expires, limits = '', json = ''] = match;
  const { holder, labels } = JSON.parse(json) as Pick<Genesis, 'holder' | 'labels'>;
  return {
    tenant,
    rootId,
    kid,
    holder,
    limits: readLimits(limits),
    expiresAtMs: readWhole(expires),
    labels,
  };
}

/** @throws {LedgerUnavailable} when it is no whole number from 0 to 2^53 − 1. */
export function readWhole(text: string | undefined): number {
  const number = text === undefined || text === '' ? Number.NaN : Number(text);
  if (!isMicros(number)) throw corrupt('number', String(text));
  return number;
}

/** A root's last change, out of its `m` (`keys.ts`). */
export function readMark(meta: string): Mark {
  const [, sequence, nonce = ''] = meta.split(' ', 3);
  if (!/^[0-9a-f]+$/.test(nonce)) throw corrupt('meta', meta);
  return { sequence: readWhole(sequence), nonce };
}

/** The store holds, or answers, what no script of ours writes. */
export function corrupt(what: string, found: string): LedgerUnavailable {
  const shown = JSON.stringify(found.slice(0, 64));
  return new LedgerUnavailable('store_error', `the store's ${what} can't be read: found ${shown}`);
}
