export const FIGURES = [
  'input',
  'cachedInput',
  'cacheWrite',
  'cacheWriteLong',
  'output',
  'reasoning',
] as const;
export type Figure = (typeof FIGURES)[number];

/** USD per million tokens, as plain decimals. */
export type Figures = { readonly [F in Figure]?: string };

export interface Rates extends Figures {
  readonly long?: readonly (Figures & { readonly above: string })[];
}

/** One model, with the names that `prices.yaml` has. */
export interface ImportedModel extends Rates {
  readonly tiers?: Readonly<Record<string, Rates>>;
  readonly perImage?: string;
  readonly perMillionCharacters?: string;
  /** USD a run, by the name of the tool. */
  readonly serverTools?: Readonly<Record<string, string>>;
  readonly contextWindow?: string;
  readonly maxOutput?: string;
  readonly reasons?: true;
  readonly source: string;
}

/** What was not taken over, and why. */
export interface LeftOut {
  readonly model: string;
  readonly why: string;
}

export interface Imported {
  readonly models: ReadonlyMap<string, ImportedModel>;
  readonly left: readonly LeftOut[];
}

/** Numbers are texts, as `parseExactJson` reads them. */
export type Entry = Readonly<Record<string, unknown>>;

export function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
