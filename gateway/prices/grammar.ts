import { parseAmount } from '../../src/money/amount.js';
import { isMicros } from '../../src/money/micros.js';
import { DEFAULT_TIER, type Picos } from '../../src/pricing/models/index.js';
import { readCount, Unfit } from '../config/grammar.js';

/** How prices are written. Each reader answers a value, or throws {@link Unfit}. */

/**
 * USD per million tokens, to pico-dollars a token. Both are a millionth of a millionth: the integer
 * is that of the amount in micro-dollars, to the last digit.
 */
export function readUsdPerMillion(text: string): Picos {
  return readAmount(text, 'USD per million tokens');
}

/** USD per 1000 runs, to pico-dollars a run. */
export function readPerThousandRuns(text: string): Picos {
  return scale(readAmount(text, 'USD per 1000 runs'), 1_000);
}

/** USD, to pico-dollars. */
export function readUsd(text: string): Picos {
  return scale(readAmount(text, 'USD'), 1_000_000);
}

function readAmount(text: string, unit: string): number {
  try {
    return parseAmount(text);
  } catch {
    throw new Unfit(
      `${unit} as a plain decimal such as 2.50: no sign, exponent or leading zeros, at most six ` +
        'decimals',
    );
  }
}

function scale(amount: number, factor: number): Picos {
  const picos = amount * factor;
  if (!isMicros(picos)) throw new Unfit('less: pico-dollars are counted below 2^53');
  return picos;
}

const readWholeTokens = readCount(1, 999_999_999);

export function readTokens(text: string): number {
  return readWholeTokens(text);
}

/** A service tier by the name that the provider gives it in its answer. */
export function readTier(text: string): string {
  if (!/^[a-z0-9][a-z0-9_.-]{0,63}$/i.test(text)) {
    throw new Unfit('1 to 64 of A-Z, a-z, 0-9 and . _ -');
  }
  if (text === DEFAULT_TIER) {
    throw new Unfit(`another name: the figures above are those of ${DEFAULT_TIER}`);
  }
  return text;
}

export function readToolName(text: string): string {
  if (!/^[a-z0-9][a-z0-9_.-]{0,63}$/i.test(text)) {
    throw new Unfit('1 to 64 of A-Z, a-z, 0-9 and . _ -');
  }
  return text;
}

export function readSource(text: string): string {
  if (!/^[^\p{C}]{1,500}$/u.test(text)) throw new Unfit('1 to 500 characters on one line');
  return text;
}

/** A day that exists, `YYYY-MM-DD`. */
export function readDate(text: string): string {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text) {
    throw new Unfit('a day such as 2026-11-22');
  }
  return text;
}
