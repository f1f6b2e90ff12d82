import type { Limit, Unit } from './units.js';

/**
 * What is wrong with an account's carved limits, if anything is (DESIGN §3, rule 4): only its first
 * limit of a unit may be carved, for life, and only where every account above it has a limit in that
 * unit: for life, or at the root of whatever window. What is set aside is held at all of them, and no
 * window counts it: one that was given none of a unit for life has none of it to set aside.
 * @param above the limits of the accounts above, root first; a root has none above it
 */
export function carveMistake(
  limits: readonly Limit[],
  above: readonly (readonly Limit[])[],
): { readonly unit: Unit; readonly expected: string } | undefined {
  for (const [place, { unit, window, carved }] of limits.entries()) {
    if (!carved) continue;
    if (window !== 'life') return { unit, expected: 'a carved budget to have no window' };
    if (limits.findIndex((limit) => limit.unit === unit) < place) {
      return { unit, expected: "only an account's first budget of a unit to be carved" };
    }
    const isLimited = above.every((its, level) =>
      its.some((limit) => limit.unit === unit && (level === 0 || limit.window === 'life')),
    );
    if (above.length === 0 || !isLimited) {
      return {
        unit,
        expected: `every account above a carved budget to have a budget in ${unit}, for life below the root`,
      };
    }
  }
  return undefined;
}
