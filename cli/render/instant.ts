import { formatInstant } from '../../src/caveats/index.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `2026-01-31T23:59:59Z (in 23h 59m)`, or `(expired 5m ago)`. */
export function renderExpiry(atMs: number, nowMs: number): string {
  const span = renderSpan(Math.abs(atMs - nowMs));
  return `${formatInstant(atMs)} (${atMs > nowMs ? `in ${span}` : `expired ${span} ago`})`;
}

/** The two largest units of a span of time: `6d 23h`, `23h 59m`, `59m`, `42s`. */
function renderSpan(ms: number): string {
  if (ms >= DAY_MS) return `${Math.floor(ms / DAY_MS)}d ${Math.floor((ms % DAY_MS) / HOUR_MS)}h`;
  if (ms >= HOUR_MS) {
    return `${Math.floor(ms / HOUR_MS)}h ${Math.floor((ms % HOUR_MS) / MINUTE_MS)}m`;
  }
  return ms >= MINUTE_MS ? `${Math.floor(ms / MINUTE_MS)}m` : `${Math.floor(ms / 1_000)}s`;
}
