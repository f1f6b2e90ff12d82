import type { ImageSize } from './image-size.js';

/**
 * The most tokens that one image can be, by the rules that the providers publish. Where the image's
 * size is known, it is what the rule makes of that size; otherwise, of the largest image.
 *
 * Sources, read on 2026-12-01: OpenAI, "Images and vision",
 * https://developers.openai.com/api/docs/guides/images-vision (sizing by model and detail, factors,
 * tiles, the limit of 30,000 patches; an older text of it has other factors and budgets for some
 * models). Anthropic, "Vision", https://platform.claude.com/docs/en/build-with-claude/vision
 * (patches of 28 pixels, at most 4,784 of them; an older text has width × height / 750). Google,
 * "Media resolution", https://ai.google.dev/gemini-api/docs/media-resolution, and "Image
 * understanding", https://ai.google.dev/gemini-api/docs/image-understanding. GPT-6, Claude and
 * Gemini were measured at ten sizes: https://huggingface.co/datasets/JOHNISKING/image-token-cost.
 */
interface ImageRule {
  /** The model's name, or what it begins with when it ends in `*`. The first that matches counts. */
  readonly models: readonly string[];
  /** By detail, of those that the model takes. */
  readonly counts: Partial<Record<Detail, Count>>;
}

const DETAILS = ['low', 'high', 'auto', 'original'] as const;
type Detail = (typeof DETAILS)[number];

/** @returns tokens; undefined when they depend on a size that is not known */
type Count = (size: ImageSize | undefined) => number | undefined;

const fixed =
  (tokens: number): Count =>
  () =>
    tokens;

function always(count: Count): ImageRule['counts'] {
  return { low: count, high: count, auto: count, original: count };
}

/** Fitted into 2048 × 2048, its shorter side into 768: at most 4 × 2 tiles of 512 cover it. */
const MOST_TILES = 8;

function tiles(base: number, tile: number): ImageRule['counts'] {
  const most = fixed(base + MOST_TILES * tile);
  return { low: fixed(base), high: most, auto: most };
}

/** Of 32 × 32 pixels, which cover an image that is fitted into so many pixels each way. */
const WITHIN_512 = 16 * 16;
const WITHIN_2048 = 64 * 64;
/** More of them are an error of the API's. */
const MOST_PATCHES = 30_000;

/**
 * @param hundredths the model's factor, times 100
 * @param budgets by detail: an image of more patches is made smaller
 */
function patches(
  hundredths: number,
  budgets: Partial<Record<Detail, number>>,
): ImageRule['counts'] {
  const countsWithin =
    (budget: number): Count =>
    (size) => {
      const count = size === undefined ? budget : Math.min(budget, cover(size, 32));
      return Math.ceil((count * hundredths) / 100);
    };
  return Object.fromEntries(
    Object.entries(budgets).map(([detail, budget]) => [detail, countsWithin(budget)]),
  );
}

/** Squares that cover an image. */
function cover({ width, height }: ImageSize, side: number): number {
  return Math.ceil(width / side) * Math.ceil(height / side);
}

const SINCE_5_6 = { high: 2_500, auto: MOST_PATCHES, original: MOST_PATCHES };
const OF_5_4 = { low: WITHIN_2048, high: 2_500, auto: 2_500, original: 10_000 };
const BEFORE_5_4 = { low: WITHIN_2048, high: WITHIN_2048, auto: WITHIN_2048 };

const CLAUDE_MOST = 4_784;

const claude: Count = (size) => {
  if (size === undefined) return CLAUDE_MOST;
  const counts = Math.max(cover(size, 28), Math.ceil((size.width * size.height) / 750));
  return Math.min(CLAUDE_MOST, counts);
};

/**
 * 258 tokens for each tile. Its side is 768 pixels, or the shorter side of the image divided by 1.5,
 * from 256 to 768. A newer text has 256 tokens, and about 2,048 for details.
 */
const gemini25: Count = (size) => {
  if (size === undefined) return undefined;
  const part = Math.floor(Math.min(size.width, size.height) / 1.5);
  const side = Math.min(768, Math.max(256, part));
  return Math.max(258 * cover(size, side), 258 * cover(size, 768), 256 + 2_048);
};

/** A name, and its dated forms: the next model of a family has had another rule before. */
function dated(...names: readonly string[]): string[] {
  return names.flatMap((name) => [name, `${name}-2*`]);
}

/** Where two rules have been published or seen for one model, the one that counts more. */
const RULES: readonly ImageRule[] = [
  {
    models: dated('gpt-6.2-sol', 'gpt-6.1-sol', 'gpt-6-sol', 'gpt-6-luna', 'gpt-6-astra'),
    // Nothing is said of `low`: as much as any model before.
    counts: patches(120, { ...SINCE_5_6, low: WITHIN_2048 }),
  },
  {
    models: dated('gpt-5.6-sol', 'gpt-5.6-terra', 'gpt-5.6-luna'),
    counts: patches(120, { ...SINCE_5_6, low: WITHIN_512 }),
  },
  {
    models: dated('gpt-5.5'),
    counts: patches(120, { low: WITHIN_512, high: 2_500, auto: 10_000, original: 10_000 }),
  },
  { models: dated('gpt-5.4'), counts: patches(120, OF_5_4) },
  { models: dated('gpt-5.4-mini'), counts: patches(162, OF_5_4) },
  { models: dated('gpt-5.4-nano'), counts: patches(246, OF_5_4) },
  {
    models: dated(
      ...['gpt-5.3-codex', 'gpt-5.2-codex', 'gpt-5.1-codex', 'gpt-5.1-codex-max'],
      ...['gpt-5.1-codex-mini', 'gpt-5-codex', 'gpt-5-codex-mini'],
    ),
    // Their budget is published, and no factor: the largest of all.
    counts: patches(246, BEFORE_5_4),
  },
  { models: dated('gpt-5.2', 'gpt-5.2-chat-latest'), counts: patches(120, BEFORE_5_4) },
  { models: dated('gpt-5.1', 'gpt-5', 'gpt-5-chat-latest'), counts: tiles(70, 140) },
  { models: dated('gpt-5-mini'), counts: patches(162, BEFORE_5_4) },
  { models: dated('gpt-5-nano'), counts: patches(246, BEFORE_5_4) },
  { models: dated('gpt-4o-mini'), counts: tiles(2_833, 5_667) },
  { models: dated('gpt-4o', 'chatgpt-4o-latest', 'gpt-4-turbo'), counts: tiles(85, 170) },
  // Published as tiles, and as 1,536 patches with the factor 1.
  { models: dated('gpt-4.1'), counts: patches(100, { low: 1_536, high: 1_536, auto: 1_536 }) },
  { models: dated('gpt-4.1-mini'), counts: patches(162, BEFORE_5_4) },
  { models: dated('gpt-4.1-nano'), counts: patches(246, BEFORE_5_4) },
  { models: dated('o1', 'o1-pro', 'o3'), counts: tiles(75, 150) },
  { models: dated('o4-mini'), counts: patches(172, BEFORE_5_4) },
  // Every Claude at the most that any of them counts: which reads in high resolution changes.
  { models: ['claude-*'], counts: always(claude) },
  // At `media_resolution: ultra_high`, whatever is asked for.
  {
    models: ['gemini-3-*', 'gemini-3.*', 'models/gemini-3-*', 'models/gemini-3.*'],
    counts: always(fixed(2_240)),
  },
  { models: ['gemini-2.5-*', 'models/gemini-2.5-*'], counts: always(gemini25) },
];

/** What surrounds an image: marks of its beginning and end. */
const AROUND = 32;

/**
 * @param detail as OpenAI's requests say it; `auto` where they do not
 * @returns tokens; undefined when no rule is published for the model and the detail, or when it
 *   needs a size that is not known
 */
export function boundImage(
  model: string,
  detail: unknown,
  size?: ImageSize | undefined,
): number | undefined {
  const rule = RULES.find(({ models }) => models.some((name) => matches(name, model)));
  const known = DETAILS.find((name) => name === (detail ?? 'auto'));
  const tokens = known && rule?.counts[known]?.(size);
  return tokens === undefined ? undefined : AROUND + tokens;
}

function matches(name: string, model: string): boolean {
  return name.endsWith('*') ? model.startsWith(name.slice(0, -1)) : model === name;
}
