import { shiftDecimal } from './decimal.js';
import {
  type Entry,
  type Figure,
  type Imported,
  type ImportedModel,
  isEntry,
  type LeftOut,
  type Rates,
} from './imported.js';

/**
 * LiteLLM's `model_prices_and_context_window.json`: an object of models, each with `litellm_provider`, and its
 * costs in USD a token.
 */
const LITELLM_SOURCE = 'LiteLLM, model_prices_and_context_window.json';

const KEYS: Readonly<Record<string, Figure>> = {
  input_cost_per_token: 'input',
  output_cost_per_token: 'output',
  cache_read_input_token_cost: 'cachedInput',
  cache_creation_input_token_cost: 'cacheWrite',
  cache_creation_input_token_cost_above_1hr: 'cacheWriteLong',
  output_cost_per_reasoning_token: 'reasoning',
};
const KEY = /^(?<base>\w+?)(?:_above_(?<above>\d+)k_tokens)?(?:_(?<tier>priority|flex|batches))?$/;

/** Kinds of calls that a gateway makes. */
const MODES = new Set([
  ...['chat', 'completion', 'responses', 'embedding'],
  ...['image_generation', 'audio_speech'],
]);

export function readLiteLlm(file: Entry, providers: ReadonlySet<string>): Imported {
  const models = new Map<string, ImportedModel>();
  const left: LeftOut[] = [];
  for (const [name, entry] of Object.entries(file)) {
    if (
      !isEntry(entry) ||
      typeof entry['litellm_provider'] !== 'string' ||
      name === 'sample_spec'
    ) {
      continue;
    }
    if (providers.size > 0 && !providers.has(String(entry['litellm_provider']))) continue;
    const mode = String(entry['mode'] ?? 'chat');
    if (MODES.has(mode)) models.set(name, readModel(name, entry, left));
    else left.push({ model: name, why: `its mode, ${mode}, is not served` });
  }
  return { models, left };
}

/** A band of input lengths of a tier: `''` is the default tier, 0 the shortest calls. */
type Cells = Map<string, Map<number, Partial<Record<Figure, string>>>>;

function readModel(model: string, entry: Entry, left: LeftOut[]): ImportedModel {
  const cells: Cells = new Map();
  for (const [key, value] of Object.entries(entry)) {
    if (!key.includes('cost') || typeof value !== 'string') continue;
    const { base = '', above = '0', tier = '' } = KEY.exec(key)?.groups ?? {};
    // Batches are not served.
    if (tier === 'batches' || PIECES.has(key)) continue;
    const figure = KEYS[base];
    const amount = shiftDecimal(value, 6);
    if (figure === undefined) {
      if (amount !== '0') left.push({ model, why: `${key} has no place in a price list` });
    } else if (amount === undefined) left.push({ model, why: `${key}: ${value} is no price` });
    else put(cells, tier, Number(above) * 1_000, figure, amount);
  }
  const rated = [...cells].map(([tier, bands]) => [tier, toRates(model, bands, left)] as const);
  const base: Rates = rated.find(([tier]) => tier === '')?.[1] ?? {};
  const fitting = rated.filter(([tier, rates]) => {
    if (tier === '') return false;
    const fits = (rates.long?.length ?? 0) === (base.long?.length ?? 0);
    if (!fits) left.push({ model, why: `its tier ${tier} has no figures for long calls` });
    return fits;
  });
  return {
    ...base,
    ...(fitting.length === 0 ? {} : { tiers: Object.fromEntries(fitting) }),
    ...pieces(entry),
    ...searches(entry),
    ...limits(entry),
    source: typeof entry['source'] === 'string' ? entry['source'] : LITELLM_SOURCE,
  };
}

function put(cells: Cells, tier: string, above: number, figure: Figure, amount: string): void {
  const bands = cells.get(tier) ?? new Map<number, Partial<Record<Figure, string>>>();
  bands.set(above, { ...bands.get(above), [figure]: amount });
  cells.set(tier, bands);
}

/**
 * Each band has the figures of the shortest calls. Where the file says nothing for a longer one, LiteLLM goes
 * on with the figure of before, except for what is read from a cache: that costs no more than input.
 */
function toRates(
  model: string,
  bands: ReadonlyMap<number, Partial<Record<Figure, string>>>,
  left: LeftOut[],
): Rates {
  const base = { ...bands.get(0) };
  const longer = [...bands].filter(([above]) => above > 0).sort(([a], [b]) => a - b);
  for (const figure of ['cacheWrite', 'cacheWriteLong'] as const) {
    const isMissing = longer.some(([, band]) => band[figure] === undefined);
    if (base[figure] === undefined || !isMissing) continue;
    delete base[figure];
    left.push({ model, why: `${figure} is not known for long calls` });
  }
  const kept = Object.keys(base) as Figure[];
  const long = longer.map(([above, band]) => ({
    above: String(above),
    ...Object.fromEntries(
      kept.map((figure) => [
        figure,
        band[figure] ?? (figure === 'cachedInput' ? band.input : undefined) ?? base[figure],
      ]),
    ),
  }));
  return long.length === 0 ? base : { ...base, long };
}

const PIECES = new Set(['output_cost_per_image', 'input_cost_per_character']);

function pieces(entry: Entry) {
  const perImage = shiftDecimal(String(entry['output_cost_per_image']), 0);
  const perMillionCharacters = shiftDecimal(String(entry['input_cost_per_character']), 6);
  return {
    ...(perImage === undefined ? {} : { perImage }),
    ...(perMillionCharacters === undefined ? {} : { perMillionCharacters }),
  };
}

/** The dearest of the sizes that a caller may ask for. */
function searches(entry: Entry): Pick<ImportedModel, 'serverTools'> {
  const sizes = entry['search_context_cost_per_query'];
  if (!isEntry(sizes)) return {};
  const costs = Object.values(sizes).flatMap((one) => shiftDecimal(String(one), 0) ?? []);
  const [dearest] = costs.toSorted((a, b) => Number(b) - Number(a));
  return dearest === undefined ? {} : { serverTools: { web_search: dearest } };
}

function limits(entry: Entry) {
  const { max_input_tokens: most, max_output_tokens: output, supports_reasoning: reasons } = entry;
  return {
    ...(isCount(most) ? { contextWindow: most } : {}),
    ...(isCount(output) ? { maxOutput: output } : {}),
    ...(reasons === true ? ({ reasons: true } as const) : {}),
  };
}

function isCount(value: unknown): value is string {
  return typeof value === 'string' && /^[1-9]\d{0,8}$/.test(value);
}
