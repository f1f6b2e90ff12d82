import type { Finding } from '../../src/ledger/journal/verify.js';

const WORDS: Record<Finding['fault'], string> = {
  unreadable: 'is no entry',
  altered: 'was altered',
  replaced: 'does not follow from the one before it: one of the two was replaced',
  missing: 'is missing',
  reordered: 'stands after a later one',
  inserted: 'was put in: there is another of its number, or the ledger has none like it',
  not_the_head: 'is not the one that the ledger knows: the chain was made anew',
};

/** One sentence for what is wrong with a journal: `entry 3 was altered`. */
export function describeFinding({ number, fault, through = number }: Finding): string {
  const upTo = through > number ? ` (up to ${through})` : '';
  return `entry ${number}${upTo} ${WORDS[fault]}`;
}
