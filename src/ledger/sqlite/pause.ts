import type Libsql from 'libsql';

/** A ledger that nobody changed for longer than this was left alone, or the clock is wrong. */
const LONG_PAUSE_MS = 24 * 3_600_000;

/**
 * What an operator should know before a file is used again: a process that starts has no running clock to
 * hold the time against, and believes it.
 * @param nowMs by the store's clock
 * @returns undefined where its last change is not long ago, or there is none
 */
export function describePause(db: Libsql.Database, nowMs: number): string | undefined {
  const [lastMs] = db.prepare('SELECT max(clock_ms) FROM roots').raw(true).get([]) as [
    number | null,
  ];
  if (lastMs === null || nowMs - lastMs <= LONG_PAUSE_MS) return undefined;
  const [last, now] = [lastMs, nowMs].map((ms) => new Date(ms).toISOString());
  return (
    `the ledger's last change was at ${last}, and the clock says ${now}: this is believed. ` +
    'Where the clock is wrong, stop now: windows and expiries go by it'
  );
}
