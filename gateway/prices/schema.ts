import { z } from 'zod';
import { readFlag, readNameRule, Unfit } from '../config/grammar.js';
import { named, section, text } from '../config/shapes.js';
import {
  readDate,
  readPerThousandRuns,
  readSource,
  readTier,
  readTokens,
  readToolName,
  readUsd,
  readUsdPerMillion,
} from './grammar.js';

/** The shape of `prices.yaml`. */

const perMillion = text(readUsdPerMillion, 'USD per million tokens, such as 2.50').optional();
const perPiece = text(readUsd, 'USD such as 0.04').optional();
const tokens = text(readTokens, 'a number of tokens, such as 128000');
const tier = text(readTier, 'the name of a service tier, such as standard');

const TOKEN_FIGURES = {
  input: perMillion,
  cachedInput: perMillion,
  cacheWrite: perMillion,
  cacheWriteLong: perMillion,
  output: perMillion,
  reasoning: perMillion,
};
type FigureName = keyof typeof TOKEN_FIGURES;
const FIGURE_NAMES = Object.keys(TOKEN_FIGURES) as FigureName[];

const ORIGIN = {
  source: text(readSource, 'where the figures are from: a URL, or a few words'),
  date: text(readDate, 'the day on which they were read, such as 2026-11-22'),
};
const ownOrigin = { source: ORIGIN.source.optional(), date: ORIGIN.date.optional() };

const RATES = {
  ...TOKEN_FIGURES,
  perImage: perPiece,
  perMillionCharacters: text(
    readUsdPerMillion,
    'USD per million characters, such as 15',
  ).optional(),
  perRequest: perPiece,
  long: z
    .array(section({ above: tokens, ...TOKEN_FIGURES }), {
      error: 'a list of maps, each with above and the figures for calls with more input',
    })
    .prefault([]),
};

/** What bands of a longer context must have: the same figures, each from its own length on. */
function checkBands(rates: z.output<z.ZodObject<typeof RATES>>, context: z.RefinementCtx): void {
  const base = FIGURE_NAMES.filter((name) => rates[name] !== undefined);
  let before = 0;
  rates.long.forEach((band, i) => {
    const complain = (name: string, found: string, expected: string) =>
      context.addIssue({
        code: 'custom',
        path: ['long', i, name],
        message: expected,
        params: { found },
      });
    if (band.above <= before) {
      complain('above', String(band.above), `more than ${before}: from short to long`);
    }
    before = band.above;
    for (const name of FIGURE_NAMES) {
      const inBase = base.includes(name);
      const inBand = band[name] !== undefined;
      if (inBase && !inBand) complain(name, 'nothing', 'a figure, as there is one for short calls');
      if (!inBase && inBand) complain(name, 'a figure', 'none: short calls have none either');
    }
  });
}

const PIECE_NAMES = ['perImage', 'perMillionCharacters', 'perRequest'] as const;
const hasFigure = (rates: Readonly<Record<string, unknown>>) =>
  [...FIGURE_NAMES, ...PIECE_NAMES].some((name) => rates[name] !== undefined);
const NO_FIGURE = {
  error: `at least one of ${[...FIGURE_NAMES, ...PIECE_NAMES].join(', ')}`,
  params: { found: 'no figure' },
};

const tierRates = section({
  aliases: z.array(tier, { error: 'a list of tiers that cost the same' }).prefault([]),
  ...RATES,
  ...ownOrigin,
})
  .superRefine(checkBands)
  .refine(hasFigure, NO_FIGURE);

const tool = section({
  perRun: text(readUsd, 'USD a run, such as 0.01').optional(),
  per1000: text(readPerThousandRuns, 'USD per 1000 runs, such as 10').optional(),
  ...ownOrigin,
  tokensPerRun: tokens.optional(),
  tokensSource: ownOrigin.source,
  tokensDate: ownOrigin.date,
}).transform(({ perRun, per1000, ...rest }, context) => {
  const picosPerRun = perRun ?? per1000;
  const complain = (message: string, found: string, path: string[] = []) =>
    context.addIssue({ code: 'custom', path, message, params: { found } });
  if (rest.tokensPerRun === undefined && rest.tokensSource !== undefined) {
    complain('none: there is no tokensPerRun', 'a source', ['tokensSource']);
  }
  if (picosPerRun !== undefined && (perRun === undefined || per1000 === undefined)) {
    return { picosPerRun, ...rest };
  }
  complain(
    'one of perRun and per1000',
    picosPerRun === undefined ? 'neither of them' : 'both of them',
  );
  return z.NEVER;
});

const model = section({
  aliases: z
    .array(text(readNameRule, 'a model, or a prefix such as gpt-4o-2024-*'), {
      error: 'a list of names and prefixes that cost the same',
    })
    .prefault([]),
  ...RATES,
  tiers: named(readTier, tierRates, 'a map of service tiers and their figures').prefault({}),
  standardTiers: z
    .array(tier, { error: 'a list of tiers that cost what is said here' })
    .prefault([]),
  serverTools: named(
    readToolName,
    tool,
    'a map of tools, such as web_search: {per1000: 10}',
  ).prefault({}),
  contextWindow: tokens.optional(),
  maxOutput: tokens.optional(),
  reasons: text(readFlag, 'true or false').prefault('false'),
  defaultOutput: tokens.optional(),
  ...ORIGIN,
})
  .superRefine(checkBands)
  .superRefine(({ long, tiers, standardTiers }, context) => {
    for (const [name, own] of Object.entries(tiers)) {
      if (own.long.length >= long.length) continue;
      context.addIssue({
        code: 'custom',
        path: ['tiers', name, 'long'],
        message:
          'figures for long calls on this tier too: without them they would cost as short ones',
        params: { found: own.long.length === 0 ? 'none' : `${own.long.length} of ${long.length}` },
      });
    }
    const names = new Set(Object.keys(tiers));
    const checkNames = (list: readonly string[], path: string[], message: string) =>
      list.forEach((name, i) => {
        const isNew = !names.has(name);
        names.add(name);
        if (isNew) return;
        const params = { found: JSON.stringify(name) };
        context.addIssue({ code: 'custom', path: [...path, i], message, params });
      });
    for (const [name, { aliases }] of Object.entries(tiers)) {
      checkNames(aliases, ['tiers', name, 'aliases'], 'every tier once in a line');
    }
    const message = 'a tier that has no figures of its own under tiers';
    checkNames(standardTiers, ['standardTiers'], message);
  })
  .refine(hasFigure, NO_FIGURE);

export type ModelLine = z.output<typeof model>;
export type RatesLine = z.output<typeof tierRates>;

function readExtends(value: string): 'shipped' {
  if (value !== 'shipped') throw new Unfit('shipped, or no such line');
  return value;
}

export const priceListSchema = section({
  extends: text(readExtends, 'shipped').optional(),
  models: named(readNameRule, model, 'a map of models and prefixes, such as gpt-4o'),
}).superRefine(({ models }, context) => {
  const seen = new Map<string, string>(Object.keys(models).map((name) => [name, name]));
  for (const [name, { aliases }] of Object.entries(models)) {
    aliases.forEach((alias, i) => {
      const pattern = `${alias.name}${alias.prefix ? '*' : ''}`;
      const other = seen.get(pattern);
      seen.set(pattern, name);
      if (other === undefined) return;
      context.addIssue({
        code: 'custom',
        path: ['models', name, 'aliases', i],
        message: 'every name and every prefix once in the file',
        params: { found: `${pattern}, which ${other} has too` },
      });
    });
  }
});
