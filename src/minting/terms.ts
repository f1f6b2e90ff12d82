import { parseLimit } from '../caveats/compose.js';
import { CaveatError } from '../caveats/errors.js';
import { parseExpires } from '../caveats/expires.js';
import { parseHolder } from '../caveats/holder.js';
import { parseTools } from '../caveats/tools.js';
import type { Limit } from '../money/units.js';
import { parseDuration } from '../text/duration.js';

/** What to mint, as a person or an API writes it. */
export interface WrittenTerms {
  readonly holder: string;
  /** `1000` (credits), `5usd`, `200credits/day`; at least one. */
  readonly budget: readonly string[];
  /** The value of a `tools` caveat. */
  readonly tools?: string | undefined;
  /** `24h`, `7d`, or an instant `2026-01-31T23:59:59Z`. */
  readonly expires: string;
  readonly tenant?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** What to mint, checked. */
export interface MintTerms {
  readonly holder: string;
  readonly limits: readonly Limit[];
  readonly tools: string | undefined;
  readonly expiresAtMs: number;
  readonly tenant: string;
  /** Facts for attribution: written to the ledger, never changed, in no macaroon. */
  readonly labels: Readonly<Record<string, string>>;
}

export const DEFAULT_TENANT = 'main';
const MAX_LABELS = 16;

/** The terms make no mintable root. The message names what was found and what was expected. */
export class TermsError extends Error {
  override readonly name = 'TermsError';
  /** The member of {@link WrittenTerms} that is at fault. */
  readonly param: keyof WrittenTerms;
  constructor(param: keyof WrittenTerms, message: string) {
    super(message);
    this.param = param;
  }
}

/** @throws {TermsError} */
export function parseTerms(written: WrittenTerms, nowMs: number): MintTerms {
  const { tools, tenant = DEFAULT_TENANT, labels = {} } = written;
  const holder = within('holder', () => parseHolder(written.holder).name);
  if (written.budget.length === 0) {
    throw new TermsError(
      'budget',
      'budget: expected at least one, such as 1000 or 5usd; found none',
    );
  }
  const limits = within('budget', () => written.budget.map((text) => parseLimit(text)));
  if (tools !== undefined) within('tools', () => parseTools(tools));
  if (!/^[a-z0-9-]{1,32}$/.test(tenant)) {
    throw new TermsError(
      'tenant',
      `tenant ${JSON.stringify(tenant)}: expected 1 to 32 of a-z, 0-9 and -`,
    );
  }
  checkLabels(labels);
  return { holder, limits, tools, expiresAtMs: parseEnd(written.expires, nowMs), tenant, labels };
}

/**
 * A duration from now, or an instant; to whole seconds, as the caveat has them, rounded down.
 * @throws {TermsError} also when it lies in the past.
 */
export function parseEnd(text: string, nowMs: number): number {
  const atMs = within('expires', () =>
    /^\d{4}-/.test(text) ? parseExpires(text).atMs : nowMs + parseDuration(text),
  );
  if (atMs <= nowMs) {
    throw new TermsError(
      'expires',
      `expires ${JSON.stringify(text)}: expected a time in the future`,
    );
  }
  // A caveat has a four-digit year.
  if (atMs >= Date.UTC(10_000, 0)) {
    throw new TermsError(
      'expires',
      `expires ${JSON.stringify(text)}: expected a year before 10000`,
    );
  }
  return Math.floor(atMs / 1000) * 1000;
}

function within<T>(param: keyof WrittenTerms, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (
      error instanceof CaveatError ||
      error instanceof RangeError ||
      error instanceof SyntaxError
    ) {
      throw new TermsError(param, error.message);
    }
    if (error instanceof Error && error.name === 'DurationError') {
      throw new TermsError(
        param,
        `expires: ${error.message}, or an instant such as 2026-01-31T23:59:59Z`,
      );
    }
    throw error;
  }
}

function checkLabels(labels: Readonly<Record<string, string>>): void {
  const entries = Object.entries(labels);
  if (entries.length > MAX_LABELS) {
    throw new TermsError(
      'labels',
      `labels: expected at most ${MAX_LABELS}, found ${entries.length}`,
    );
  }
  for (const [key, value] of entries) {
    if (!/^[a-z][a-z0-9_-]{0,31}$/.test(key) || !/^[\x20-\x7e]{1,128}$/.test(value)) {
      throw new TermsError(
        'labels',
        `label ${JSON.stringify(`${key}=${value}`)}: expected a key of 1 to 32 of a-z, 0-9, _ and -, ` +
          'beginning with a letter, and a value of 1 to 128 printable ASCII characters',
      );
    }
  }
}
