import type { Vector } from '../src/money/units.js';
import type { Usage } from '../src/pricing/usage.js';
import type { Reading } from './stream/reading.js';

/** What this gateway knows of one of its calls. */
export interface CallRecord {
  /** The reservation's id. */
  readonly id: string;
  /** Who made it, and may ask for it. */
  readonly account: string;
  readonly name: string;
  readonly route: string;
  /** `open` while it is held; a hold that is past its deadline is presumed spent by the ledger. */
  readonly state: 'open' | 'settled' | 'released';
  readonly held: Vector;
  /** What was charged; undefined while it is open. */
  readonly cost: Vector | undefined;
  /** Of a call that is charged by what it used. */
  readonly usage: Usage | undefined;
  /** `unpriced` where the price list has no figure for what was used; then the hold was charged. */
  readonly reading: Reading['status'] | 'unpriced' | undefined;
}

/** The calls that this gateway made last, for callers that ask what one of them cost. */
export interface CallLog {
  /** Replaces what was known of the same call. */
  note(record: CallRecord): void;
  find(id: string): CallRecord | undefined;
}

/** About half a kilobyte each. */
const REMEMBERED = 10_000;

/** In memory, the oldest forgotten first: a restart forgets them all. */
export function createCallLog(remembered = REMEMBERED): CallLog {
  /** Keeps the order of insertion. */
  const records = new Map<string, CallRecord>();
  return {
    note: (record) => {
      records.set(record.id, record);
      if (records.size <= remembered) return;
      const { value: oldest } = records.keys().next();
      if (oldest !== undefined) records.delete(oldest);
    },
    find: (id) => records.get(id),
  };
}
