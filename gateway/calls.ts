import type { Vector } from '../src/money/units.js';
import type { Usage } from '../src/pricing/usage.js';
import type { Reading } from './stream/reading.js';

/** What this gateway knows of one of its calls. Who noted it writes into it how the call ended. */
export interface CallRecord {
  /** The reservation's id. */
  readonly id: string;
  /** Who made it, and may ask for it. */
  readonly account: string;
  readonly name: string;
  readonly route: string;
  /** `open` while it is held; a hold that is past its deadline is presumed spent by the ledger. */
  state: 'open' | 'settled' | 'released';
  readonly held: Vector;
  /** What was charged; undefined while it is open. */
  cost: Vector | undefined;
  /** Of a call that is charged by what it used. */
  usage: Usage | undefined;
  /** `unpriced` where the price list has no figure for what was used; then the hold was charged. */
  reading: Reading['status'] | 'unpriced' | undefined;
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
  const records = new Map<string, CallRecord>();
  /**
   * Their ids, as a ring. A map knows its oldest key too, but comes to it past the places of all that
   * were deleted since it last grew: microseconds a call.
   */
  const ring: string[] = [];
  let place = 0;
  return {
    note: (record) => {
      const { id } = record;
      if (!records.has(id)) {
        const oldest = ring[place];
        if (oldest !== undefined) records.delete(oldest);
        ring[place] = id;
        place = (place + 1) % remembered;
      }
      records.set(id, record);
    },
    find: (id) => records.get(id),
  };
}
