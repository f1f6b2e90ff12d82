import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImageSize } from '../../../src/pricing/bound/image-size.js';
import { boundImage } from '../../../src/pricing/bound/images.js';

const AROUND = 32;

/** The most of any image: model, then by detail low, high, auto, original; `-` is refused. */
const MOST = `
  gpt-6.2-sol      4916   3000   36000  36000
  gpt-6.2-sol-2026-11-17 4916 3000 36000 36000
  gpt-6-astra      4916   3000   36000  36000
  gpt-5.6-luna     308    3000   36000  36000
  gpt-5.5          308    3000   12000  12000
  gpt-5.4          4916   3000   3000   12000
  gpt-5.4-mini     6636   4050   4050   16200
  gpt-5.4-nano     10077  6150   6150   24600
  gpt-5.3-codex    10077  10077  10077  -
  gpt-5.2          4916   4916   4916   -
  gpt-5.1          70     1190   1190   -
  gpt-5            70     1190   1190   -
  gpt-5-mini       6636   6636   6636   -
  gpt-4o           85     1445   1445   -
  gpt-4o-mini      2833   48169  48169  -
  gpt-4.1          1536   1536   1536   -
  gpt-4.1-mini     6636   6636   6636   -
  o3               75     1275   1275   -
  o4-mini          7046   7046   7046   -
  claude-opus-5-5  4784   4784   4784   4784
  claude-haiku-4-5 4784   4784   4784   4784
  gemini-3.8-flash 2240   2240   2240   2240
  models/gemini-3.1-pro-preview 2240 2240 2240 2240
  gemini-2.5-pro   -      -      -      -
  gpt-5.7          -      -      -      -
  gpt-7-sol        -      -      -      -
  grok-4           -      -      -      -
  llava            -      -      -      -
`;
const DETAILS = ['low', 'high', 'auto', 'original'];

const rows = MOST.trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/));

describe('the most that any image can be', () => {
  it.each(rows)('%s', (model = '', ...most) => {
    const found = DETAILS.map((detail) => boundImage(model, detail));
    expect(found).toEqual(most.map((one) => (one === '-' ? undefined : Number(one) + AROUND)));
    expect(boundImage(model, undefined)).toBe(boundImage(model, 'auto'));
    expect(boundImage(model, 'huge')).toBeUndefined();
  });
});

/**
 * Measured, with the text around them: size, then GPT-6 at auto and at high, GPT-5.5 at auto, Claude
 * 5.5, Claude 4.5, Gemini 3. https://huggingface.co/datasets/JOHNISKING/image-token-cost
 */
const MEASURED = `
  256x256    77     77    77     177   165   1090
  512x512    308    308   308    438   426   1090
  768x768    692    692   692    861   849   1090
  1024x1024  1229   1229  1229   1446  1434  1090
  1280x720   1104   1104  1104   1273  1261  1101
  1920x1080  2448   2448  2448   2768  1625  1101
  1080x1920  2448   2448  2448   2768  1625  1101
  2560x1440  4320   2931  4320   3069  1657  1101
  3840x2160  9792   2931  9792   3069  1657  1101
  4032x3024  14364  2942  11868  4005  1661  1065
`;
/** The question that was asked of each image, as its smallest row shows: 10 × 10 patches of 28 pixels. */
const QUESTION = 177 - 100;

it.each(
  MEASURED.trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/)),
)('an image of %s is never more than the bound', (pixels = '', ...counts) => {
  const [width = 0, height = 0] = pixels.split('x').map(Number);
  const [auto, high, older, claude, claude4, gemini] = counts.map(Number);
  const size = { width, height };
  const bound = (model: string, detail?: string) => (boundImage(model, detail, size) ?? 0) - AROUND;
  expect(bound('gpt-6-astra')).toBeGreaterThanOrEqual(auto ?? Number.NaN);
  expect(bound('gpt-6-astra', 'high')).toBeGreaterThanOrEqual(high ?? Number.NaN);
  expect(bound('gpt-5.5')).toBeGreaterThanOrEqual(older ?? Number.NaN);
  expect(bound('claude-opus-5-5')).toBeGreaterThanOrEqual((claude ?? Number.NaN) - QUESTION);
  expect(bound('claude-haiku-4-5')).toBeGreaterThanOrEqual((claude4 ?? Number.NaN) - QUESTION);
  expect(bound('gemini-3.8-flash')).toBeGreaterThanOrEqual(gemini ?? Number.NaN);
});

/** The provider's own steps: into the square, then below the budget, then patch by patch. */
function patchesOf({ width, height }: ImageSize, square: number, budget: number): number {
  const fit = Math.min(1, square / Math.max(width, height));
  const [w, h] = [Math.max(1, Math.round(width * fit)), Math.max(1, Math.round(height * fit))];
  const count = (a: number, b: number) => Math.ceil(a / 32) * Math.ceil(b / 32);
  if (count(w, h) <= budget) return count(w, h);
  const shrink = Math.sqrt((32 * 32 * budget) / (w * h));
  const floor = (side: number) => Math.floor((side * shrink) / 32) / ((side * shrink) / 32);
  const adjusted = shrink * Math.min(floor(w), floor(h));
  return count(Math.max(1, Math.floor(w * adjusted)), Math.max(1, Math.floor(h * adjusted)));
}

const side = fc.integer({ min: 1, max: 20_000 });
const size = fc.record({ width: side, height: side });

describe('an image whose size is known', () => {
  it('is never bounded by less than the provider’s own steps make of it', () => {
    const models: [string, string, number, number, number][] = [
      ['gpt-6.2-sol', 'high', 2_048, 2_500, 1.2],
      ['gpt-5.5', 'original', 6_000, 10_000, 1.2],
      ['gpt-5.4-nano', 'high', 2_048, 1_536, 2.46],
      ['gpt-5.2', 'auto', 2_048, 6_144, 1.2],
      ['gpt-4.1-mini', 'auto', 2_048, 6_144, 1.62],
    ];
    fc.assert(
      fc.property(size, (image) => {
        for (const [model, detail, square, budget, factor] of models) {
          const tokens = Math.ceil(patchesOf(image, square, budget) * factor);
          expect(boundImage(model, detail, image)).toBeGreaterThanOrEqual(tokens);
        }
      }),
    );
  });

  it('is never bounded by more than one whose size is not', () => {
    fc.assert(
      fc.property(
        size,
        fc.constantFrom(...rows),
        fc.constantFrom(...DETAILS),
        (image, [model = ''], detail) => {
          const most = boundImage(model, detail);
          if (most === undefined) return;
          expect(boundImage(model, detail, image)).toBeLessThanOrEqual(most);
        },
      ),
    );
  });

  it.each([
    [1_000, 1_000, 2_304],
    [3_840, 2_160, 15 * 258],
    [3_072, 300, 24 * 258],
    [768, 768, 2_304],
  ])('is bounded of Gemini 2.5 alone: %i × %i', (width, height, tokens) => {
    expect(boundImage('gemini-2.5-pro', 'auto', { width, height })).toBe(tokens + AROUND);
  });
});
