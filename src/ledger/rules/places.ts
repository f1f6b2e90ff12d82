import { PLACE_WITHOUT_HOLD_MS } from '../contract.js';
import type { HoldRecord } from './records.js';

/**
 * Whether the call that entered at `enteredMs` still counts as under way.
 * @param hold of the same reservation, if the ledger has one.
 */
export function isUnderWay(
  enteredMs: number,
  hold: HoldRecord | undefined,
  storeMs: number,
): boolean {
  if (hold !== undefined) return hold.state === 'held' && storeMs < hold.deadlineMs;
  // One that entered long after now did so before the clock was put back.
  return Math.abs(storeMs - enteredMs) < PLACE_WITHOUT_HOLD_MS;
}
