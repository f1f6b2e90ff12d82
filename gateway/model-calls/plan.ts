import type { Allowance } from '../../src/caveats/allowance.js';
import type { Unit, Vector } from '../../src/money/units.js';
import type { ModelPrice, ModelPriceList } from '../../src/pricing/models/index.js';
import type { ToolPriceList } from '../../src/pricing/tool-price.js';
import { Problem } from '../api/problem.js';
import { type CallPlan, listedPriceOf, planFlat, planFree } from '../call-plan.js';
import { knownVersion } from '../providers/headers.js';
import { isFree, type MeteredApi, type ModelRequest } from '../providers/request.js';
import { withOutputLimit, withoutOutputLimit } from '../providers/sent.js';
import type { UnknownNames } from '../unknown-names.js';
import { affordableOutput } from './affordable.js';
import type { AskedCall, ModelPlan } from './asked.js';
import { type Bounded, boundCost } from './bound.js';
import type { CallBody } from './call-body.js';
import { callCost } from './call-cost.js';
import { type OutputRange, type OutputSettings, outputRange, stepCost } from './output.js';
import { holdParts } from './parts.js';
import { isByPiece, type Prices, planByPiece, unpricedPart } from './piece-plan.js';
import { type RememberDeps, rememberFor } from './remember.js';
import { planUsage } from './usage-plan.js';

export interface PlanDeps {
  /** The price list of models as it is now. */
  readonly prices: () => ModelPriceList;
  readonly priceList: ToolPriceList;
  readonly output: OutputSettings;
  /** Where it is kept what answers used, for requests that name them. */
  readonly remember?: RememberDeps;
  /** Told of names on no list by which a call cost more than its hold. */
  readonly unknownNames?: Pick<UnknownNames, 'refuse'>;
}

/**
 * What a model call costs, in every unit in which it is known.
 *
 * By its tokens, where the price list has the model or the path limits what tokens cost. Otherwise by
 * its price in credits alone, as an HTTP tool does, and then nothing of the body is looked at but the
 * model's name.
 * @throws {Problem} `tool_not_allowed`, `price_too_high`, `price_unknown`, `invalid_request`, `amount_overflow`
 */
export function planModelCall(deps: PlanDeps, asked: AskedCall): ModelPlan {
  const { allowance, model, api, body } = asked;
  const credits = listedPriceOf(deps.priceList, allowance, model);
  if (isFree(api)) return planUnbilled(asked);
  const list = deps.prices();
  const price = list.find(model);
  const limited = limitedUnits(allowance);
  const isLimited = limited.has('usd') || limited.has('tokens');
  const flat = (): ModelPlan => ({
    plan: planFlat(credits, body.bytes),
    headers: knownVersion(api, asked.headers),
  });
  if (price === undefined) {
    if (isLimited) throw unpricedModel(model);
    return flat();
  }
  try {
    const prices = { price, find: list.find, credits, limited };
    if (api === 'speech' || isByPiece(api, price)) return planByPiece(asked, prices);
    return planByTokens(deps, { ...asked, api }, prices);
  } catch (error) {
    // Its cost in USD can't be known, and nothing on the path asks for it.
    const isUnknown = error instanceof Problem && error.code === 'price_unknown';
    if (isUnknown && !isLimited && credits.status === 'priced') return flat();
    throw error;
  }
}

interface TokenPrices extends Prices {
  /** The list that the price is of: another model may serve. */
  readonly find: ModelPriceList['find'];
}

function planByTokens(
  deps: PlanDeps,
  asked: AskedCall & { readonly api: MeteredApi },
  { price, find, credits, limited }: TokenPrices,
): ModelPlan {
  const { api, body, model } = asked;
  const request = body.request(asked);
  const isLimited = limited.has('usd') || limited.has('tokens');
  const range = outputRange(request, price, isLimited, deps.output);
  const boundAt = remembered((tokens) => boundCost(request, price, tokens, range.most));
  const { missing } = boundAt(range.least);
  if (missing !== undefined && (limited.has('usd') || credits.status === 'unknown')) {
    throw unpricedPart(model, missing);
  }
  const perCall = credits.status === 'priced' ? credits.micros : undefined;
  const costAt = (outputTokens: number): Vector => {
    const { usd, tokens } = boundAt(outputTokens).cost;
    return callCost({ credits: perCall, usd, tokens });
  };
  const { range: cost, outputAt } = stepCost(range, costAt);
  const plan: CallPlan = {
    cost,
    body: (step) => bodyWith(request, body, range.isWritten ? outputAt(step) : undefined),
    usage: planUsage({
      api,
      request,
      price,
      find,
      ignored: asked.answers?.ignored,
      isUnpriced: missing !== undefined,
      outputTokens: range.most,
      credits: perCall,
      remember: deps.remember && rememberFor(deps.remember, asked.allowance, request),
      overrun: overrunOf(deps, asked, request),
    }),
    affordable: (limit, requiredMicros) => {
      const { output } = request;
      if (output.status !== 'stated' || requiredMicros !== cost.least[limit.unit]) return undefined;
      const tokens = affordableOutput(request, price, output.tokens, limit);
      return tokens === undefined ? undefined : { field: output.field, tokens };
    },
    parts: (unit) => partsOf(request, price, range, unit),
    writtenOutput: range.isWritten ? outputAt : undefined,
    unknown: isLimited ? request.unknown : [],
  };
  return { plan, headers: request.headers };
}

/** Where a name is on no list, it is what a call above its hold is blamed on. */
function overrunOf(
  { unknownNames }: PlanDeps,
  { allowance: { tenant, path } }: AskedCall,
  { unknown }: ModelRequest,
): ((reservation: string) => void) | undefined {
  if (unknownNames === undefined || unknown.length === 0) return undefined;
  const account = path.at(-1)?.account ?? '';
  return (reservation) => unknownNames.refuse(tenant, unknown, account, reservation);
}

function partsOf(request: ModelRequest, price: ModelPrice, range: OutputRange, unit: Unit) {
  const parts = holdParts(request, price, range, unit);
  if (parts === undefined) return undefined;
  const { contextFrom } = request;
  return contextFrom === undefined ? { parts } : { parts, contextFrom };
}

/** Nobody bills it, so that it counts as a call at the most. */
function planUnbilled(asked: AskedCall): ModelPlan {
  const { body } = asked;
  const request = body.request(asked);
  return { plan: planFree(body.bytes), headers: request.headers };
}

/** @param written the output to write in; undefined where the request stays without, or states one */
function bodyWith(request: ModelRequest, body: CallBody, written: number | undefined): Uint8Array {
  const { output } = request;
  const { bytes } = body;
  const placesOf = () => body.places(request);
  if (written !== undefined) return withOutputLimit(request, bytes, written, placesOf);
  if (output.status === 'stated') return withOutputLimit(request, bytes, output.tokens, placesOf);
  return withoutOutputLimit(request, bytes, placesOf);
}

/** The same one is asked for several times in a row. */
function remembered(compute: (tokens: number) => Bounded): (tokens: number) => Bounded {
  let last: { readonly tokens: number; readonly bounded: Bounded } | undefined;
  return (tokens) => {
    if (last?.tokens !== tokens) last = { tokens, bounded: compute(tokens) };
    return last.bounded;
  };
}

/** By the path itself, which is the same object call after call of one macaroon. */
const unitsOfPaths = new WeakMap<Allowance['path'], ReadonlySet<Unit>>();

function limitedUnits({ path }: Allowance): ReadonlySet<Unit> {
  const known = unitsOfPaths.get(path);
  if (known !== undefined) return known;
  const units = new Set(path.flatMap(({ limits }) => limits.map(({ unit }) => unit)));
  unitsOfPaths.set(path, units);
  return units;
}

function unpricedModel(model: string): Problem {
  return new Problem('price_unknown', {
    message: `${JSON.stringify(model)} has no price in this gateway's price list.`,
    param: 'model',
  });
}
