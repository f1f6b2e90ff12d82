import { formatLimit, narrowsBudget } from './budget.js';
import { type Caveat, parseCaveat } from './caveat.js';
import { formatInstant, narrowsExpires } from './expires.js';
import { narrowsTools } from './tools.js';

/** One caveat, and whether it changes anything. */
export interface CaveatNote {
  readonly line: string;
  /** Why it has no effect; undefined when it has one. */
  readonly noEffect: string | undefined;
}

type Earlier = { readonly caveat: Caveat; readonly holder: string };

/**
 * Goes through a chain in order and says of each caveat whether one before it makes it empty.
 * Nothing is proved by it. @throws {CaveatError}
 */
export function noteCaveats(lines: readonly string[]): CaveatNote[] {
  const earlier: Earlier[] = [];
  let holder = '';
  let isClosed = false;
  let endsMs = Number.POSITIVE_INFINITY;
  return lines.map((line) => {
    const caveat = parseCaveat(line);
    if (caveat.kind === 'holder') {
      holder = caveat.name;
      isClosed = false;
    }
    let noEffect = emptiedByAny(earlier, caveat);
    if (caveat.kind === 'expires') {
      // The parent's own end, as `delegate` writes it to close an account's part.
      if (!isClosed && caveat.atMs === endsMs) noEffect = undefined;
      isClosed = true;
      endsMs = Math.min(endsMs, caveat.atMs);
    }
    earlier.push({ caveat, holder });
    return { line, noEffect };
  });
}

function emptiedByAny(earlier: readonly Earlier[], next: Caveat): string | undefined {
  return earlier.map((before) => emptiedBy(before, next)).find((why) => why !== undefined);
}

function emptiedBy({ caveat: before, holder }: Earlier, next: Caveat): string | undefined {
  if (before.kind === 'budget' && next.kind === 'budget') {
    // A carved amount is set aside whatever the ceilings are, so it is never without effect.
    if (next.limit.carved || narrowsBudget(before.limit, next.limit)) return undefined;
    return `${holder} is limited to ${formatLimit(before.limit)} already`;
  }
  if (before.kind === 'expires' && next.kind === 'expires') {
    if (narrowsExpires(before.atMs, next.atMs)) return undefined;
    return `it expires at ${formatInstant(before.atMs)} already`;
  }
  if (before.kind === 'tools' && next.kind === 'tools') {
    if (narrowsTools(before.rules, next.rules)) return undefined;
    return 'an earlier tools caveat allows no more than this, at no lower price';
  }
  return undefined;
}
