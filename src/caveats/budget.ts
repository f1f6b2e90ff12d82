import { AmountError, parseAmount } from '../money/amount.js';
import { formatMicros } from '../money/micros.js';
import { isUnit, isWindow, type Limit } from '../money/units.js';
import { caveatError, caveatMistake } from './errors.js';

/** A limit on the account that the nearest `holder` before it opened. */
export interface BudgetCaveat {
  readonly kind: 'budget';
  readonly limit: Limit;
}

const BUDGET = /^([^ /]+) ([a-z]+)(?:\/([a-z]+))?( carved)?$/;
const EXPECTED =
  'AMOUNT UNIT[/WINDOW][ carved], such as "1000 credits" or "5 usd/day"; units are credits, usd, ' +
  'tokens, calls; windows are minute, hour, day, week, month';

/** @throws {CaveatError} */
export function parseBudget(value: string): BudgetCaveat {
  const match = BUDGET.exec(value);
  const [, amount = '', unit = '', window, carved] = match ?? [];
  if (match === null || !isUnit(unit) || !isBudgetWindow(window)) {
    throw caveatError('budget', value, EXPECTED);
  }
  if (carved !== undefined && window !== undefined) {
    throw caveatError(
      'budget',
      value,
      'a carved budget to have no window: it is set aside for life',
    );
  }
  try {
    const limitMicros = parseAmount(amount, unit);
    return {
      kind: 'budget',
      limit: { unit, window: window ?? 'life', limitMicros, carved: carved !== undefined },
    };
  } catch (error) {
    if (error instanceof AmountError) throw caveatMistake('budget', value, error);
    throw error;
  }
}

/** `life` is the absence of a window, and has no spelling of its own. */
function isBudgetWindow(
  text: string | undefined,
): text is Exclude<Limit['window'], 'life'> | undefined {
  return text === undefined || (text !== 'life' && isWindow(text));
}

export function formatBudget(caveat: BudgetCaveat): string {
  return `budget = ${formatLimit(caveat.limit)}`;
}

/** A limit as a caveat writes it: `1000 credits`, `5 usd/day`, `200 credits carved`. */
export function formatLimit({ unit, window, limitMicros, carved }: Limit): string {
  const per = window === 'life' ? '' : `/${window}`;
  return `${formatMicros(limitMicros)} ${unit}${per}${carved ? ' carved' : ''}`;
}

/**
 * Whether `next` can refuse a call that `previous`, on the same account or on one above it, lets
 * through. Limits of different units or windows don't compare: then it may.
 */
export function narrowsBudget(previous: Limit, next: Limit): boolean {
  if (previous.unit !== next.unit || previous.window !== next.window) return true;
  return next.limitMicros < previous.limitMicros;
}
