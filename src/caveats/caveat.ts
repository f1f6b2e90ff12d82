import { type BudgetCaveat, formatBudget, parseBudget } from './budget.js';
import { CaveatError } from './errors.js';
import { type ExpiresCaveat, formatExpires, parseExpires } from './expires.js';
import { formatHolder, type HolderCaveat, parseHolder } from './holder.js';
import { formatTools, parseTools, type ToolsCaveat } from './tools.js';

/** Every kind that this version enforces. Another key refuses the whole macaroon. */
export type Caveat = HolderCaveat | BudgetCaveat | ToolsCaveat | ExpiresCaveat;

const PARSERS: ReadonlyMap<string, (value: string) => Caveat> = new Map<
  string,
  (value: string) => Caveat
>([
  ['holder', parseHolder],
  ['budget', parseBudget],
  ['tools', parseTools],
  ['expires', parseExpires],
]);

const LINE = /^([a-z]+) = ([\x20-\x7e]+)$/;

/**
 * Reads one caveat line, `key = value`, with no trimming and no other spelling.
 * @throws {CaveatError}
 */
export function parseCaveat(line: string): Caveat {
  const [whole, key = '', value = ''] = LINE.exec(line) ?? [];
  const parse = whole === undefined ? undefined : PARSERS.get(key);
  if (parse === undefined) {
    throw new CaveatError(
      `caveat ${JSON.stringify(line)}: expected "key = value" with the key holder, budget, tools or expires`,
    );
  }
  return parse(value);
}

/** The line of a caveat, in the one spelling that Bursar itself writes. */
export function formatCaveat(caveat: Caveat): string {
  switch (caveat.kind) {
    case 'holder':
      return formatHolder(caveat);
    case 'budget':
      return formatBudget(caveat);
    case 'tools':
      return formatTools(caveat);
    case 'expires':
      return formatExpires(caveat);
  }
}
