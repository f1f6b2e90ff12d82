/** Why a hold was charged in the place of a usage; each is a label of a metric. */
const HOLD_CAUSES = [
  // Of an answer that is there: as its reading has it.
  'missing',
  'malformed',
  'below_seen',
  'above_maximum',
  'unpriced',
  'other_model',
  // Of one that is not, or not whole.
  'broken_off',
  'timeout',
  'caller_left',
  // Of an error: one that the provider bills, one that is not the provider's, and no answer at all.
  'billed_error',
  'foreign_error',
  'no_answer',
] as const;

export type HoldCause = (typeof HOLD_CAUSES)[number];
