import type { Vector } from '../src/money/units.js';
import type { Usage } from '../src/pricing/usage.js';
import type { Settled } from './call-plan.js';

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
  /** How the usage was read; anything but `read` was charged at the hold, or above it. */
  reading: Settled['how'] | undefined;
  /** Called once it is no longer open. */
  whenEnded?: () => void;
}

/** The calls that this gateway made last, for callers that ask what one of them cost. */
export interface CallLog {
  /** @param record of a call that was not noted before */
  note(record: CallRecord): void;
  find(id: string): CallRecord | undefined;
}

/** About half a kilobyte each. */
const REMEMBERED = 10_000;

/**
 * In memory, the oldest forgotten first: a restart forgets them all.
 *
 * A ring, and beside it a number of each id by which it is looked for: every call is noted, few are asked
 * for, and to go through the numbers takes some microseconds. A map that one is written to and another
 * deleted from with each call costs about one, for every call.
 */
export function createCallLog(remembered = REMEMBERED): CallLog {
  const records: CallRecord[] = [];
  const numbers = new Uint32Array(remembered);
  let place = 0;
  return {
    note: (record) => {
      records[place] = record;
      numbers[place] = numberOf(record.id);
      place = (place + 1) % remembered;
    },
    find: (id) => {
      const number = numberOf(id);
      let at = numbers.indexOf(number);
      while (at !== -1 && records[at]?.id !== id) at = numbers.indexOf(number, at + 1);
      return records[at];
    },
  };
}

/** Of its last 32 bits, which are random; 0 for what does not end in hex digits. */
function numberOf(id: string): number {
  return Number.parseInt(id.slice(-8), 16) >>> 0;
}
