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
} from '../../money/units.js';
import { type Counters, type Genesis, LedgerUnavailable } from '../contract.js';

const LIMIT = /^([a-z]+)(?:\/([a-z]+))?(\+carved)?=(\d+)$/;

/** Amounts by unit: `15000000,,,1000000`. */
export function vectorText({ credits, usd, tokens, calls }: Vector): string {
  return `${credits ?? ''},${usd ?? ''},${tokens ?? ''},${calls ?? ''}`;
}

export function readVector(text: string): Vector {
  const vector: { [U in Unit]?: Micros } = {};
  const parts = text.split(',');
  if (parts.length !== UNITS.length) throw corrupt('amounts by unit', text);
  UNITS.forEach((unit, i) => {
    const part = parts[i];
    if (part !== '') vector[unit] = readWhole(part);
  });
  return vector;
}

export function limitsText(limits: readonly Limit[]): string {
  let text = '';
  for (const { unit, window, limitMicros, carved } of limits) {
    const name = window === 'life' ? unit : `${unit}/${window}`;
    text += `${name}${carved ? '+carved' : ''}=${limitMicros};`;
  }
  return text;
}

function readLimits(text: string): Limit[] {
  return text
    .split(';')
    .slice(0, -1)
    .map((part) => {
      const [, unit = '', window = 'life', carved, amount] = LIMIT.exec(part) ?? [];
      if (!isUnit(unit) || !isWindow(window)) throw corrupt('limits', text);
      return { unit, window, limitMicros: readWhole(amount), carved: carved !== undefined };
    });
}

const NO_COUNTERS: Counters = {
  credits: { spent: 0, held: 0 },
  usd: { spent: 0, held: 0 },
  tokens: { spent: 0, held: 0 },
  calls: { spent: 0, held: 0 },
};

/** What an account's field has. */
export function readAccount(text: string): { counters: Counters; limitsLastSeen: Limit[] } {
  const words = text.split(' ');
  const counters = { ...NO_COUNTERS };
  UNITS.forEach((unit, i) => {
    counters[unit] = { spent: readWhole(words[2 * i]), held: readWhole(words[2 * i + 1]) };
  });
  return { counters, limitsLastSeen: readLimits(words[2 * UNITS.length] ?? '') };
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

/** The store holds, or answers, what no script of ours writes. */
export function corrupt(what: string, found: string): LedgerUnavailable {
  const shown = JSON.stringify(found.slice(0, 64));
  return new LedgerUnavailable('store_error', `the store's ${what} can't be read: found ${shown}`);
}
