/**
 * The most tokens that one image can be, whatever its size, by the rules that the providers
 * publish. A size is not looked at: an image that is sent as an address has none that is known.
 *
 * Sources: OpenAI, "Images and vision", https://platform.openai.com/docs/guides/images-vision
 * (tiles: the image is fitted into 2048 × 2048, its shorter side into 768, so that at most 4 × 2
 * tiles of 512 cover it; patches: at most 1,536 of 32 × 32, times the model's factor). Anthropic,
 * "Vision", https://platform.claude.com/docs/en/build-with-claude/vision (scaled to about 1,600
 * tokens, 4,784 where the model reads in high resolution).
 */
interface ImageRule {
  /** The model's name, or what it begins with when it ends in `*`. The first that matches counts. */
  readonly models: readonly string[];
  readonly low: number;
  readonly high: number;
}

const MOST_TILES = 8;
const MOST_PATCHES = 1_536;

function tiles(base: number, tile: number): Pick<ImageRule, 'low' | 'high'> {
  return { low: base, high: base + MOST_TILES * tile };
}

/** @param hundredths the model's factor, times 100 */
function patches(hundredths: number): Pick<ImageRule, 'low' | 'high'> {
  const most = Math.ceil((MOST_PATCHES * hundredths) / 100);
  return { low: most, high: most };
}

/**
 * Names and their dated forms alone: the next model of a family has had another rule before. Where
 * two rules have been published or seen for one model, the one that counts more.
 */
const RULES: readonly ImageRule[] = [
  { models: ['gpt-4o-mini', 'gpt-4o-mini-2*'], ...tiles(2_833, 5_667) },
  { models: ['gpt-4o', 'gpt-4o-2*', 'chatgpt-4o-latest'], ...tiles(85, 170) },
  { models: ['gpt-4-turbo', 'gpt-4-turbo-2*'], ...tiles(85, 170) },
  // Published as tiles, and as patches with the factor 1.
  { models: ['gpt-4.1', 'gpt-4.1-2*'], low: MOST_PATCHES, high: MOST_PATCHES },
  { models: ['gpt-4.1-mini', 'gpt-4.1-mini-2*'], ...patches(162) },
  { models: ['gpt-4.1-nano', 'gpt-4.1-nano-2*'], ...patches(246) },
  { models: ['gpt-5', 'gpt-5-2*', 'gpt-5-chat-latest'], ...tiles(70, 140) },
  { models: ['gpt-5-mini', 'gpt-5-mini-2*'], ...patches(162) },
  { models: ['gpt-5-nano', 'gpt-5-nano-2*'], ...patches(246) },
  { models: ['o1', 'o1-2*', 'o1-pro', 'o1-pro-2*', 'o3', 'o3-2*'], ...tiles(75, 150) },
  { models: ['o4-mini', 'o4-mini-2*'], ...patches(172) },
  // Every Claude at the most that any of them counts: which reads in high resolution changes.
  { models: ['claude-*'], low: 4_784, high: 4_784 },
];

/** What surrounds an image: marks of its beginning and end. */
const AROUND = 32;

/**
 * @param detail as OpenAI's requests say it; whatever is not `low` counts as the most
 * @returns tokens; undefined when no rule is published for the model
 */
export function boundImage(model: string, detail: unknown): number | undefined {
  const rule = RULES.find(({ models }) => models.some((name) => matches(name, model)));
  if (rule === undefined) return undefined;
  if (detail !== undefined && !['low', 'high', 'auto'].includes(String(detail))) return undefined;
  return AROUND + (detail === 'low' ? rule.low : Math.max(rule.low, rule.high));
}

function matches(name: string, model: string): boolean {
  return name.endsWith('*') ? model.startsWith(name.slice(0, -1)) : model === name;
}
