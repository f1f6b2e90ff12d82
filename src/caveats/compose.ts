import { isUnit, isWindow, type Limit } from '../money/units.js';
import { formatBudget, parseBudget } from './budget.js';
import { caveatError } from './errors.js';
import { formatExpires } from './expires.js';
import { formatHolder, parseHolder } from './holder.js';
import { formatTools, parseTools } from './tools.js';

/** What one account is given, as a person or an API writes it. */
export interface AccountTerms {
  /** Opens an account of this name; without it the account before is narrowed. */
  readonly holder?: string;
  readonly limits?: readonly Limit[];
  /** The value of a `tools` caveat. */
  readonly tools?: string;
  readonly expiresAtMs?: number;
}

/** The caveat lines for these terms, `holder` first. @throws {CaveatError} */
export function composeCaveats(terms: AccountTerms): string[] {
  const lines: string[] = [];
  if (terms.holder !== undefined) lines.push(formatHolder(parseHolder(terms.holder)));
  for (const limit of terms.limits ?? []) lines.push(formatBudget({ kind: 'budget', limit }));
  if (terms.tools !== undefined) lines.push(formatTools(parseTools(terms.tools)));
  if (terms.expiresAtMs !== undefined) {
    lines.push(formatExpires({ kind: 'expires', atMs: terms.expiresAtMs }));
  }
  return lines;
}

const WRITTEN = /^([^ /a-z]+) ?([a-z]+)?(?:\/([a-z]+))?$/;

/**
 * A limit as people write it: `1000` (credits), `5usd`, `5 USD`, `200credits/day`.
 * @throws {CaveatError}
 */
export function parseLimit(text: string, carved = false): Limit {
  const [whole, amount = '', unit = 'credits', window] = WRITTEN.exec(text.toLowerCase()) ?? [];
  if (whole === undefined || !isUnit(unit) || (window !== undefined && !isWindow(window))) {
    throw caveatError(
      'budget',
      text,
      'an amount such as 1000 (credits), 5usd or 200credits/day; units are credits, usd, tokens, ' +
        'calls; windows are minute, hour, day, week, month',
    );
  }
  const per = window === undefined ? '' : `/${window}`;
  return parseBudget(`${amount} ${unit}${per}${carved ? ' carved' : ''}`).limit;
}
