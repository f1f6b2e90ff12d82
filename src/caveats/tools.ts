import { AmountError, parseAmount } from '../money/amount.js';
import { formatMicros } from '../money/micros.js';
import type { ToolRule } from './allowance.js';
import { caveatError, caveatMistake } from './errors.js';
import { decodeToolName, encodeToolName } from './tool-name.js';

/** Only the models and tools that match, at no less than these prices. */
export interface ToolsCaveat {
  readonly kind: 'tools';
  readonly rules: readonly ToolRule[];
}

const EXPECTED =
  'PATTERN[:PRICE],… such as "gpt-4o:15,web_search,mcp/*": a pattern is a name or a prefix ending ' +
  'in *, of letters, digits and . _ / @ -, any other character as %3A';

/** @throws {CaveatError} */
export function parseTools(value: string): ToolsCaveat {
  const rules = value.split(',').map((text) => parseRule(text, value));
  const seen = new Set<string>();
  for (const rule of rules) {
    const pattern = formatPattern(rule);
    if (seen.has(pattern)) {
      throw caveatError('tools', value, `each pattern once, found ${pattern} twice`);
    }
    seen.add(pattern);
  }
  return { kind: 'tools', rules };
}

function parseRule(text: string, whole: string): ToolRule {
  const [pattern = '', price, ...rest] = text.split(':');
  const prefix = pattern.endsWith('*');
  const name = decodeToolName(prefix ? pattern.slice(0, -1) : pattern);
  if (name === undefined || (name === '' && !prefix) || rest.length > 0) {
    throw caveatError('tools', whole, EXPECTED);
  }
  try {
    return { name, prefix, priceMicros: price === undefined ? undefined : parseAmount(price) };
  } catch (error) {
    if (error instanceof AmountError) throw caveatMistake('tools', whole, error);
    throw error;
  }
}

export function formatTools(caveat: ToolsCaveat): string {
  return `tools = ${caveat.rules.map(formatRule).join(',')}`;
}

export function formatRule(rule: ToolRule): string {
  const price = rule.priceMicros === undefined ? '' : `:${formatMicros(rule.priceMicros)}`;
  return `${formatPattern(rule)}${price}`;
}

function formatPattern(rule: ToolRule): string {
  return `${encodeToolName(rule.name)}${rule.prefix ? '*' : ''}`;
}

/** The rule that decides for `name`: an exact one, else the longest prefix; undefined is a no. */
export function matchRule<R extends { readonly name: string; readonly prefix: boolean }>(
  rules: readonly R[],
  name: string,
): R | undefined {
  let best: R | undefined;
  for (const rule of rules) {
    if (!rule.prefix) {
      if (rule.name === name) return rule;
    } else if (name.startsWith(rule.name) && rule.name.length >= (best?.name.length ?? 0)) {
      best = rule;
    }
  }
  return best;
}

/**
 * Whether `next` can refuse a call, or raise a price, where `previous` stands already. Judged rule
 * by rule: a `false` is certain, a `true` may be cautious.
 */
export function narrowsTools(previous: readonly ToolRule[], next: readonly ToolRule[]): boolean {
  return !previous.every((before) =>
    next.some((after) => coversWhole(after, before, next) && !raises(before, after)),
  );
}

/** `after` alone decides, among `rules`, for every name that `before` matches. */
function coversWhole(after: ToolRule, before: ToolRule, rules: readonly ToolRule[]): boolean {
  if (!before.prefix) return matchRule(rules, before.name) === after;
  if (!after.prefix || !before.name.startsWith(after.name)) return false;
  return rules.every(
    (other) =>
      other === after ||
      (!other.name.startsWith(before.name) &&
        !(
          other.prefix &&
          before.name.startsWith(other.name) &&
          other.name.length > after.name.length
        )),
  );
}

function raises(before: ToolRule, after: ToolRule): boolean {
  return (after.priceMicros ?? 0) > (before.priceMicros ?? 0);
}
