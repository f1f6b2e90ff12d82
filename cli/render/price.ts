import { formatMicros } from '../../src/money/micros.js';
import type { Band, ModelPrice, Picos, Rates } from '../../src/pricing/models/index.js';
import type { Style } from './style.js';
import { renderTable } from './table.js';

const FIGURES = [
  ['input', 'INPUT'],
  ['cachedInput', 'CACHED'],
  ['cacheWrite', 'WRITE'],
  ['cacheWriteLong', 'LONG WRITE'],
  ['output', 'OUTPUT'],
  ['reasoning', 'REASONING'],
] as const;

/** Of tiers that share one set of figures: their names, `default` first. */
function groupTiers(price: ModelPrice): [names: string[], rates: Rates][] {
  const groups = new Map<Rates, string[]>();
  for (const [name, rates] of price.tiers) groups.set(rates, [...(groups.get(rates) ?? []), name]);
  return [...groups].map(([rates, names]) => [names, rates]);
}

/** USD per million tokens: pico-dollars a token are micro-dollars per million. */
function perMillion(picos: Picos | undefined): string {
  return picos === undefined ? '-' : formatMicros(picos);
}

const PICOS_PER_MICRO = 1_000_000n;

/** USD for one, to the last digit of what is less than a micro-dollar. */
function perPiece(picos: Picos): string {
  const micros = formatMicros(Number(BigInt(picos) / PICOS_PER_MICRO));
  const rest = String(BigInt(picos) % PICOS_PER_MICRO);
  if (rest === '0') return micros;
  const [whole = '', decimals = ''] = micros.split('.');
  return `${whole}.${decimals.padEnd(6, '0')}${rest.padStart(6, '0').replace(/0+$/, '')}`;
}

function inputOf(bands: readonly Band[], i: number): string {
  const above = bands[i]?.aboveInputTokens ?? 0;
  const next = bands[i + 1]?.aboveInputTokens;
  if (above > 0) return `over ${above}`;
  return next === undefined ? 'any' : `up to ${next}`;
}

/** For people: a table of the tokens' figures, and lines for everything else. */
export function renderPrice(model: string, file: string, price: ModelPrice, style: Style): string {
  const groups = groupTiers(price);
  const rows = groups.flatMap(([names, { bands }]) =>
    bands.map((band, i) => [
      names.join(', '),
      inputOf(bands, i),
      ...FIGURES.map(([name]) => perMillion(band[name])),
    ]),
  );
  const columns = [
    { title: 'TIER' },
    { title: 'INPUT TOKENS' },
    ...FIGURES.map(([, title]) => ({ title, align: 'right' as const })),
  ];
  const lines = [
    ['model', model],
    ['line', `${price.pattern} in ${file}`],
    ['context', price.contextWindow === undefined ? '-' : `${price.contextWindow} tokens`],
    ['most output', price.maxOutput === undefined ? '-' : `${price.maxOutput} tokens`],
    ...outputLines(price),
    ...pieceLines(groups),
    ...originLines(price, groups),
  ];
  const width = Math.max(...lines.map(([name = '']) => name.length)) + 2;
  const text = lines.map(([name = '', value = '']) => `${name.padEnd(width)}${value}\n`).join('');
  return `${text}\nUSD per million tokens:\n${renderTable(columns, rows, style)}`;
}

function outputLines({ reasons, defaultOutput }: ModelPrice): string[][] {
  return [
    ...(reasons === true ? [['reasons', 'before it answers, which counts as output']] : []),
    ...(defaultOutput === undefined
      ? []
      : [['by default', `${defaultOutput} tokens of output, where a caller states no limit`]]),
  ];
}

function toolLines({ serverTools }: ModelPrice): string[][] {
  return [...serverTools].flatMap(([name, { picosPerRun, tokensPerRun, tokensOrigin, origin }]) => [
    [name, `${perPiece(picosPerRun)} USD a run; ${origin.source}, ${origin.date}`],
    ...(tokensPerRun === undefined || tokensOrigin === undefined
      ? []
      : [['', `${tokensPerRun} tokens a run; ${tokensOrigin.source}, ${tokensOrigin.date}`]]),
  ]);
}

function pieceLines(groups: readonly [string[], Rates][]): string[][] {
  return groups.flatMap(([[tier = ''], { perRequest, perImage, perCharacter }]) => [
    ...(perRequest === undefined ? [] : [['per request', `${perPiece(perRequest)} USD, ${tier}`]]),
    ...(perImage === undefined ? [] : [['per image', `${perPiece(perImage)} USD, ${tier}`]]),
    ...(perCharacter === undefined
      ? []
      : [['characters', `${perMillion(perCharacter)} USD per million, ${tier}`]]),
  ]);
}

function originLines(price: ModelPrice, groups: readonly [string[], Rates][]): string[][] {
  const { source, date } = price.origin;
  const own = groups
    .filter(([, { origin }]) => origin.source !== source || origin.date !== date)
    .map(([[tier = ''], { origin }]) => [tier, `${origin.source}, ${origin.date}`]);
  return [...toolLines(price), ['source', `${source}, ${date}`], ...own];
}

/** For programs: every figure as decimal text in USD, so that none passes through a float. */
export function toPriceRecord(model: string, file: string, price: ModelPrice) {
  return {
    model,
    file,
    line: price.pattern,
    contextWindow: price.contextWindow ?? null,
    maxOutput: price.maxOutput ?? null,
    reasons: price.reasons ?? false,
    defaultOutput: price.defaultOutput ?? null,
    tiers: Object.fromEntries(
      [...price.tiers].map(([name, { bands, perImage, perRequest, perCharacter, origin }]) => [
        name,
        {
          usdPerMillion: bands.map((band) => ({
            aboveInputTokens: band.aboveInputTokens,
            ...Object.fromEntries(
              FIGURES.flatMap(([figure]) =>
                band[figure] === undefined ? [] : [[figure, perMillion(band[figure])]],
              ),
            ),
          })),
          ...(perImage === undefined ? {} : { usdPerImage: perPiece(perImage) }),
          ...(perRequest === undefined ? {} : { usdPerRequest: perPiece(perRequest) }),
          ...(perCharacter === undefined
            ? {}
            : { usdPerMillionCharacters: perMillion(perCharacter) }),
          ...origin,
        },
      ]),
    ),
    serverTools: Object.fromEntries(
      [...price.serverTools].map(([name, { picosPerRun, tokensPerRun, tokensOrigin, origin }]) => [
        name,
        {
          usdPerRun: perPiece(picosPerRun),
          ...origin,
          tokensPerRun: tokensPerRun ?? null,
          ...(tokensOrigin === undefined
            ? {}
            : { tokensSource: tokensOrigin.source, tokensDate: tokensOrigin.date }),
        },
      ]),
    ),
  };
}
