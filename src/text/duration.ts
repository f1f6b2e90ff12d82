/** At most seven digits: 9,999,999 days are still whole milliseconds far below 2^53. */
const DURATION = /^(0|[1-9]\d{0,6})(ms|s|m|h|d)$/;

const MS_PER_UNIT: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The text is no duration. The message shows what was found and what was expected. */
export class DurationError extends Error {
  override readonly name = 'DurationError';
}

/**
 * `500ms`, `30s`, `15m`, `24h` or `7d`, to milliseconds. Zero is a duration: whoever can't have it
 * says so. A day is 24 hours.
 * @throws {DurationError}
 */
export function parseDuration(text: string): number {
  const [, count, unit = ''] = DURATION.exec(text) ?? [];
  const msPerUnit = MS_PER_UNIT[unit];
  if (count === undefined || msPerUnit === undefined) {
    throw new DurationError(
      `duration ${JSON.stringify(text)}: expected a whole number of at most seven digits and ` +
        'ms, s, m, h or d, such as 30s or 24h',
    );
  }
  return Number(count) * msPerUnit;
}
