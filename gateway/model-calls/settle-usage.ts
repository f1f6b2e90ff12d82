import { isMicros } from '../../src/money/micros.js';
import {
  MICROS_PER_UNIT,
  type Micros,
  UNITS,
  type Unit,
  type Vector,
} from '../../src/money/units.js';
import { costOf, type ModelPrice, upperBound } from '../../src/pricing/models/index.js';
import { totalTokens, type Usage } from '../../src/pricing/usage.js';
import type { Settled } from '../call-plan.js';
import { boundRequest } from '../providers/bound.js';
import { cutTo, inputOf, outputOf } from '../providers/merge-usage.js';
import type { ModelRequest } from '../providers/request.js';
import type { AnswerFacts, Reading } from '../stream/reading.js';
import { callCost } from './call-cost.js';
import { servedLine } from './served-model.js';
import { possibleTiers } from './tiers.js';

/** Of a model whose window the price list does not say: beyond all that there are. */
export const ANY_MODEL_TOKENS = 10_000_000;

interface Terms {
  readonly request: ModelRequest;
  readonly price: ModelPrice;
  readonly find: (model: string) => ModelPrice | undefined;
  readonly isUnpriced: boolean;
  readonly credits: Micros | undefined;
  /** The most of each choice that went upstream. */
  readonly outputTokens: number;
  /** The most tokens that a model can take in and put out for this request. */
  readonly most: (line: ModelPrice) => { readonly input: number; readonly output: number };
}

interface Answer {
  readonly reading: Reading;
  readonly facts: AnswerFacts;
}

/**
 * What an answer is charged. Silence is never the cheapest reading: of all that it leaves open, the
 * dearest that the request allows counts. Where it doesn't say enough the hold is charged, and never
 * less than what it does say.
 */
export function settleUsage(terms: Terms, { reading, facts }: Answer, held: Vector): Settled {
  if (reading.status !== 'read' && reading.status !== 'above_maximum') {
    const usd = Math.max(facts.statedUsd ?? 0, dearestHold(terms, facts));
    const charged = atLeast(held, { usd });
    return { charged, how: reading.status, detail: reading.detail, usage: undefined };
  }
  const served = servedLines(terms, facts);
  const lines = [terms.price, ...served.lines];
  const isAbove =
    reading.status === 'above_maximum' &&
    lines.every((line) => isBeyond(reading.usage, terms.most(line)));
  const usage = isAbove ? cutTo(reading.usage, largestOf(lines.map(terms.most))) : reading.usage;
  const dearest = dearestOf(terms, lines, usage, facts);
  const known = knownCost(dearest.usd, facts, usage);
  const cost = costVector(terms, known);
  const fault = faultOf(dearest, cost, served.unknown, isAbove ? reading : undefined);
  if (fault === undefined && cost !== undefined) {
    return { charged: cost, how: 'read', detail: undefined, usage: dearest.usage };
  }
  const { how, detail } = fault ?? UNPRICED;
  return { charged: atLeast(held, known), how, detail, usage: dearest.usage };
}

interface Known {
  readonly usd: Micros | undefined;
  readonly tokens: number;
}

const UNPRICED = { how: 'unpriced', detail: 'more than any budget holds' } as const;

function knownCost(usd: Micros | undefined, { statedUsd }: AnswerFacts, usage: Usage): Known {
  const tokens = totalTokens(usage) * MICROS_PER_UNIT;
  if (usd === undefined) return { usd: statedUsd, tokens };
  return { usd: Math.max(usd, statedUsd ?? 0), tokens };
}

/** Why the hold is charged, at the least, though the answer says what it used. */
function faultOf(
  { missing }: Dearest,
  cost: Vector | undefined,
  otherModel: string | undefined,
  above: Reading | undefined,
): { readonly how: Settled['how']; readonly detail: string } | undefined {
  if (missing !== undefined) return { how: 'unpriced', detail: missing };
  if (cost === undefined) return UNPRICED;
  if (otherModel !== undefined) {
    const name = JSON.stringify(otherModel.slice(0, 80));
    return { how: 'other_model', detail: `served by ${name}, which has no price` };
  }
  return above?.status === 'above_maximum'
    ? { how: above.status, detail: above.detail }
    : undefined;
}

/** Lines of other models that served; the name of one that has none. */
function servedLines({ request, price, find, isUnpriced }: Terms, { models }: AnswerFacts) {
  const lines: ModelPrice[] = [];
  let unknown: string | undefined;
  if (!isUnpriced) {
    for (const model of models) {
      const served = servedLine(request.model, model, price, find);
      if (served.status === 'other') lines.push(served.price);
      else if (served.status === 'unknown') unknown = model;
    }
  }
  return { lines, unknown };
}

/** What would have been held for the models that served, where they are not the one that was asked for. */
function dearestHold(terms: Terms, facts: AnswerFacts): Micros {
  let dearest = 0;
  for (const line of servedLines(terms, facts).lines) {
    const bound = boundRequest(
      terms.request,
      terms.outputTokens,
      line.contextWindow === undefined ? { ...line, contextWindow: ANY_MODEL_TOKENS } : line,
    );
    const cost = upperBound(line, bound);
    if (cost.status === 'priced') dearest = Math.max(dearest, cost.micros);
  }
  return dearest;
}

function isBeyond(usage: Usage, most: { readonly input: number; readonly output: number }) {
  return inputOf(usage) > most.input || outputOf(usage) > most.output;
}

function largestOf(all: readonly { readonly input: number; readonly output: number }[]) {
  return {
    input: Math.max(...all.map(({ input }) => input)),
    output: Math.max(...all.map(({ output }) => output)),
  };
}

interface Dearest {
  /** Undefined where no line has every figure. */
  readonly usd: Micros | undefined;
  readonly usage: Usage;
  /** A figure that some line lacks. */
  readonly missing: string | undefined;
}

/** The dearest way in which such a usage can have been billed. */
function dearestOf(
  { request, isUnpriced }: Terms,
  lines: readonly ModelPrice[],
  usage: Usage,
  facts: AnswerFacts,
): Dearest {
  let dearest: Dearest = { usd: undefined, usage, missing: undefined };
  if (isUnpriced) return dearest;
  for (const line of lines) {
    const tiers = possibleTiers(line, usage.tier, facts.openTier, request.tiers);
    for (const tier of tiers) {
      const onTier = tier === usage.tier ? usage : { ...usage, tier };
      dearest = dearer(dearest, line, possibleWrites(request, onTier, facts.openWrites));
    }
  }
  return dearest;
}

/** @param usages of which those without a price count only where no other one has one */
function dearer(before: Dearest, line: ModelPrice, usages: readonly Usage[]): Dearest {
  let dearest = before;
  let missing: string | undefined;
  let isPriced = false;
  for (const usage of usages) {
    const cost = costOf(line, usage);
    if (cost.status === 'priced') {
      isPriced = true;
      if (dearest.usd === undefined || cost.micros > dearest.usd) {
        dearest = { ...dearest, usd: cost.micros, usage };
      }
    } else missing = cost.status === 'unknown' ? cost.missing : 'an amount that any budget holds';
  }
  return isPriced ? dearest : { ...dearest, missing: `the price list has no ${missing}` };
}

/** Writes to a cache of which nobody says how long it lives: as the dearer kind, if the request allows it. */
function possibleWrites({ cacheWrites }: ModelRequest, usage: Usage, open: number): Usage[] {
  const tokens = Math.min(open, usage.cacheWrite);
  if (tokens === 0 || cacheWrites === 'none' || cacheWrites === 'short') return [usage];
  const long = {
    ...usage,
    cacheWrite: usage.cacheWrite - tokens,
    cacheWriteLong: usage.cacheWriteLong + tokens,
  };
  // Where the provider decides, a kind that has no figure is none that it has.
  return cacheWrites === 'long' ? [long] : [usage, long];
}

/** Undefined for what no budget holds, or what has no price though the call is counted in USD. */
function costVector({ isUnpriced, credits }: Terms, { usd, tokens }: Known): Vector | undefined {
  if (!isMicros(tokens)) return undefined;
  if (isUnpriced) return callCost({ credits, usd: undefined, tokens });
  return usd === undefined ? undefined : callCost({ credits, usd, tokens });
}

/** The hold, and more in each unit in which it is known to have cost more. */
function atLeast(held: Vector, { usd = 0, tokens = 0 }: Partial<Known>): Vector {
  const charged: { -readonly [U in Unit]?: Micros } = {};
  for (const unit of UNITS) if (held[unit] !== undefined) charged[unit] = held[unit];
  if (held.usd !== undefined) charged.usd = Math.max(held.usd, usd);
  if (held.tokens !== undefined && isMicros(tokens)) {
    charged.tokens = Math.max(held.tokens, tokens);
  }
  return charged;
}
