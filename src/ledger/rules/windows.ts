import { type Limit, UNITS, WINDOWS, type Window } from '../../money/units.js';
import type { AccountState, WindowState } from '../contract.js';
import { movedCounter, withParts } from './counters.js';
import type { Made, Shift } from './records.js';

type Span = WindowState['window'];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The first day of 1970 was a Thursday, three days after a Monday. */
const DAYS_SINCE_MONDAY = 3;

/** When the window began in which an instant lies, in UTC calendar terms. */
export function windowStart(window: Span, atMs: number): number {
  switch (window) {
    case 'minute':
      return atMs - (atMs % MINUTE_MS);
    case 'hour':
      return atMs - (atMs % HOUR_MS);
    case 'day':
      return atMs - (atMs % DAY_MS);
    case 'week': {
      const day = Math.floor(atMs / DAY_MS);
      return (day - ((day + DAYS_SINCE_MONDAY) % 7)) * DAY_MS;
    }
    case 'month': {
      const date = new Date(atMs);
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
    }
  }
}

/** When the window that began at `startMs` is over: the start of the next one. */
export function windowEnd(window: Span, startMs: number): number {
  switch (window) {
    case 'minute':
      return startMs + MINUTE_MS;
    case 'hour':
      return startMs + HOUR_MS;
    case 'day':
      return startMs + DAY_MS;
    case 'week':
      return startMs + 7 * DAY_MS;
    case 'month':
      // No month is longer than 31 days, and none is as long as 32 less its first.
      return windowStart('month', startMs + 32 * DAY_MS);
  }
}

/** The windows as they stand at an instant: those that are over begin anew, at 0. */
export function rolled(windows: readonly WindowState[], nowMs: number): readonly WindowState[] {
  if (windows.every((own) => windowStart(own.window, nowMs) <= own.startMs)) return windows;
  return windows.map((own) => {
    const startMs = windowStart(own.window, nowMs);
    return startMs <= own.startMs ? own : { ...own, startMs, spentMicros: 0, heldMicros: 0 };
  });
}

/**
 * An account as a reservation finds it: its windows rolled on, and one more for each unit and
 * window that is limited here for the first time, at 0. `sequence` is the root's before this
 * reservation, so that no earlier hold counts in a new one.
 */
export function withWindows(
  state: AccountState,
  limits: readonly Limit[],
  nowMs: number,
  sequence: number,
): AccountState {
  if (state.windows.length === 0 && limits.every(({ window }) => window === 'life')) return state;
  const current = rolled(state.windows, nowMs);
  const tracked: WindowState[] = [];
  for (const { unit, window } of limits) {
    if (window === 'life') continue;
    const isSame = (own: WindowState) => own.unit === unit && own.window === window;
    if (current.some(isSame) || tracked.some(isSame)) continue;
    tracked.push(newWindow({ unit, window }, nowMs, sequence));
  }
  if (current === state.windows && tracked.length === 0) return state;
  return withParts(state, { windows: inOrder([...current, ...tracked]) });
}

export function newWindow(
  { unit, window }: Pick<WindowState, 'unit' | 'window'>,
  nowMs: number,
  sinceSequence: number,
): WindowState {
  const startMs = windowStart(window, nowMs);
  return { unit, window, startMs, sinceSequence, spentMicros: 0, heldMicros: 0 };
}

export function inOrder(windows: readonly WindowState[]): WindowState[] {
  const place = ({ unit, window }: { unit: WindowState['unit']; window: Window }) =>
    UNITS.indexOf(unit) * WINDOWS.length + WINDOWS.indexOf(window);
  return [...windows].sort((a, b) => place(a) - place(b));
}

/**
 * The windows after a hold's fate has changed. It moves those that it was made in, and no other: a
 * window that has begun since, or was not counted yet, never had it.
 */
export function shiftWindows(
  windows: readonly WindowState[],
  { createdMs, sequence }: Made,
  { spent, held }: { readonly spent: Shift; readonly held: Shift },
): readonly WindowState[] {
  if (windows.length === 0) return windows;
  return windows.map((own) => {
    const { unit, window, startMs, sinceSequence } = own;
    if (createdMs < startMs || sequence <= sinceSequence) return own;
    const before = { spent: own.spentMicros, held: own.heldMicros };
    const paid = spent[unit] ?? 0;
    const after = movedCounter(before, paid + (held[unit] ?? 0), paid);
    return {
      ...{ unit, window, startMs, sinceSequence },
      ...{ spentMicros: after.spent, heldMicros: after.held },
    };
  });
}
