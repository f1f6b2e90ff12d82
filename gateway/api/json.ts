import { formatMicros } from '../../src/money/micros.js';
import type { Micros } from '../../src/money/units.js';

/**
 * An amount in an answer: written as a JSON number in whole units, printed from the integer, so
 * that no digit of it ever passes through a float.
 */
export class Amount {
  readonly micros: Micros;
  constructor(micros: Micros) {
    this.micros = micros;
  }
}

export type ApiValue =
  | null
  | string
  | number
  | boolean
  | Amount
  | readonly ApiValue[]
  | { readonly [key: string]: ApiValue | undefined };

/** JSON text of `value`. Members that are undefined are left out. */
export function toApiJson(value: ApiValue): string {
  if (value instanceof Amount) return formatMicros(value.micros);
  if (Array.isArray(value)) return `[${value.map((item) => toApiJson(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value as { readonly [key: string]: ApiValue | undefined });
  return `{${members
    .flatMap(([key, member]) =>
      member === undefined ? [] : [`${JSON.stringify(key)}:${toApiJson(member)}`],
    )
    .join(',')}}`;
}
