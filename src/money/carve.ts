import type { Limit, Unit } from './units.js';

/**
 * What is wrong with an account's carved limits, if anything is (DESIGN §3, rule 4): only its first
 * limit of a unit may be carved, for life, and only under a parent that itself has a limit in that
 * unit, of whatever window. A root has no parent, and so no limits above it.
 */
export function carveMistake(
  limits: readonly Limit[],
  parentLimits: readonly Limit[],
): { readonly unit: Unit; readonly expected: string } | undefined {
  for (const [place, { unit, window, carved }] of limits.entries()) {
    if (!carved) continue;
    if (window !== 'life') return { unit, expected: 'a carved budget to have no window' };
    if (limits.findIndex((limit) => limit.unit === unit) < place) {
      return { unit, expected: "only an account's first budget of a unit to be carved" };
    }
    if (!parentLimits.some((limit) => limit.unit === unit)) {
      return { unit, expected: `a carved budget to be under a parent with a budget in ${unit}` };
    }
  }
  return undefined;
}
