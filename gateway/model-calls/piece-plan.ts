import { isMicros } from '../../src/money/micros.js';
import { MICROS_PER_UNIT, type Unit } from '../../src/money/units.js';
import { type ModelPrice, upperBound } from '../../src/pricing/models/index.js';
import { Problem } from '../api/problem.js';
import { type ListedPrice, planFixed } from '../call-plan.js';
import { unpriced } from '../providers/problems.js';
import type { Api } from '../providers/request.js';
import type { AskedCall, ModelPlan } from './asked.js';
import { callCost } from './call-cost.js';

export interface Prices {
  readonly price: ModelPrice;
  readonly credits: ListedPrice;
  readonly limited: ReadonlySet<Unit>;
}

/** Whether images of a model are billed by the piece: its line has no figure for tokens that are put out. */
export function isByPiece(api: Api, { tiers }: ModelPrice): boolean {
  if (api !== 'images') return false;
  return [...tiers.values()].every(({ bands: [first] }) => first.output === undefined);
}

/**
 * A call whose cost is known before it is sent: so many images, or characters that are to be spoken.
 * What is held is what is charged, since its answer says nothing of a usage. Budgets in tokens count
 * the request's text.
 * @throws {Problem} `price_unknown`, `invalid_request`, `amount_overflow`
 */
export function planByPiece(asked: AskedCall, { price, credits, limited }: Prices): ModelPlan {
  const { api, body, model } = asked;
  const request = body.request(asked);
  refuseUnknown(request.unknown);
  const pieces = api === 'images' ? { images: request.choices } : { characters: body.characters() };
  const cost = upperBound(price, {
    inputTokens: 0,
    outputTokens: 0,
    tiers: request.tiers,
    ...pieces,
  });
  const tokens = request.inputTokens * MICROS_PER_UNIT;
  if (cost.status === 'too_large' || !isMicros(tokens)) throw new Problem('amount_overflow');
  if (cost.status === 'unknown' && (limited.has('usd') || credits.status === 'unknown')) {
    throw unpricedPart(model, cost.missing, api === 'speech' ? SPEECH_NEEDS : undefined);
  }
  const usd = cost.status === 'priced' ? cost.micros : undefined;
  const perCall = credits.status === 'priced' ? credits.micros : undefined;
  const plan = planFixed(callCost({ credits: perCall, usd, tokens }), body.bytes);
  return { plan, headers: request.headers };
}

/** Such an answer says no usage, by which it would be seen that a name raised the cost. @throws {Problem} */
function refuseUnknown([name]: readonly string[]): void {
  if (name === undefined) return;
  throw unpriced(
    name,
    'a field that this gateway does not list, where the answer does not say what it cost. ' +
      'Remove it, or ask the operator to list it under requests.fields',
  );
}

const SPEECH_NEEDS =
  'Speech that is billed by its tokens is not taken, since its answer does not say how many it was.';

/** The list lacks a figure. @param more what else helps to know */
export function unpricedPart(model: string, missing: string, more?: string): Problem {
  const lacking = `The price list has no ${missing} of ${JSON.stringify(model)}, which this call can use.`;
  return new Problem('price_unknown', {
    message: more === undefined ? lacking : `${lacking} ${more}`,
    param: 'model',
  });
}
