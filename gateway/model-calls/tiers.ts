import type { ModelPrice } from '../../src/pricing/models/index.js';
import type { TierPart } from '../stream/reading.js';

/** Other names that providers have for serving as usual. */
const USUAL = ['standard', 'on_demand'];

/**
 * The tiers of a line that an answer can have been served with: the one that it names, and where it
 * leaves a part of the name open, each that the request allows and that has all of what it names.
 * @param named as the usage has it; `default` where nothing is named
 * @param open the parts of the name that the answer leaves open
 * @param allowed every tier that can serve the request
 */
export function possibleTiers(
  price: ModelPrice,
  named: string,
  open: readonly TierPart[],
  allowed: readonly string[],
): readonly string[] {
  const isUsual = USUAL.includes(named) && !price.tiers.has(named);
  const said = isUsual ? 'default' : named;
  if (open.length === 0) return [said];
  const words = wordsOf(said);
  const fitting = allowed.filter((tier) => {
    const others = wordsOf(tier).filter((word) => !words.includes(word));
    return (
      words.every((word) => wordsOf(tier).includes(word)) &&
      others.every((word) => open.includes(partOf(word)))
    );
  });
  // Which of them served nobody says. If the named one is not among them, it is one more.
  return fitting.includes(said) ? fitting : [said, ...fitting];
}

function wordsOf(tier: string): readonly string[] {
  return tier === 'default' ? [] : tier.split('+');
}

function partOf(word: string): TierPart {
  if (word === 'fast') return 'speed';
  return word === 'us' ? 'geo' : 'tier';
}
