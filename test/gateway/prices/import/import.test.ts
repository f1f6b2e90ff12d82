import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../../../../gateway/config/files.js';
import { shiftDecimal } from '../../../../gateway/prices/import/decimal.js';
import { importPrices, renderPriceList } from '../../../../gateway/prices/import/index.js';
import { loadPriceList } from '../../../../gateway/prices/load.js';
import { fc, runs } from '../../../support/property.js';
import { LITELLM, MODELS_DEV } from './files.js';

const DATE = '2026-12-01';

/** As a gateway reads what was written. */
function listOf(text: string, ...providers: string[]) {
  const { models, left } = importPrices(text, providers, DATE);
  const yaml = renderPriceList(models, DATE);
  const file = { ...nodeFiles, read: () => ({ text: yaml, mode: 0o600 }) };
  return { list: loadPriceList('/list.yaml', file), left, names: [...models.keys()], yaml };
}

describe('a decimal that is shifted', () => {
  it.each([
    ['1.25e-06', 6, '1.25'],
    ['3e-7', 6, '0.3'],
    ['1.5e-5', 6, '15'],
    ['0.00001', 6, '10'],
    ['1e-12', 6, '0.000001'],
    ['1e-13', 6, undefined],
    ['0', 6, '0'],
    ['0.0', 6, '0'],
    ['2e2', 0, '200'],
    ['-1', 6, undefined],
    ['x', 6, undefined],
  ])('%s by %d is %s', (text, tens, is) => expect(shiftDecimal(text, tens)).toBe(is));

  it('is the same number to the last digit, however it was written', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 12n }),
        fc.integer({ min: 0, max: 12 }),
        (n, e) => {
          // n picos, written as an integer with an exponent, and with as many zeros behind the point.
          const written = [`${n}e-12`, `${n}${'0'.repeat(e)}e-${12 + e}`];
          const whole = n / 10n ** 6n;
          const fraction = String(n % 10n ** 6n)
            .padStart(6, '0')
            .replace(/0+$/, '');
          const is = fraction === '' ? String(whole) : `${whole}.${fraction}`;
          for (const text of written) expect(shiftDecimal(text, 6)).toBe(is);
        },
      ),
      { numRuns: runs(300) },
    );
  });
});

describe("LiteLLM's file", () => {
  const { list, left, names } = listOf(LITELLM, 'openai', 'anthropic');

  it('becomes a list with the figures of each tier and length', () => {
    expect(names).toEqual(['claude-4-sonnet-20250514', 'gpt-5', 'text-embedding-3-small', 'tts-1']);
    const sonnet = list.find('claude-4-sonnet-20250514');
    expect(sonnet?.tiers.get('default')?.bands).toMatchObject([
      { aboveInputTokens: 0, input: 3e6, cachedInput: 3e5, cacheWrite: 3.75e6, output: 15e6 },
      {
        aboveInputTokens: 200_000,
        input: 6e6,
        cachedInput: 6e5,
        cacheWrite: 7.5e6,
        output: 22.5e6,
      },
    ]);
    expect(sonnet).toMatchObject({ contextWindow: 1_000_000, maxOutput: 64_000, reasons: true });
    expect(sonnet?.serverTools.get('web_search')?.picosPerRun).toBe(10_000_000_000);
    const gpt = list.find('gpt-5');
    const inputs = ['default', 'priority', 'flex'].map(
      (tier) => gpt?.tiers.get(tier)?.bands[0].input,
    );
    expect(inputs).toEqual([1.25e6, 2.5e6, 6.25e5]);
    expect(list.find('tts-1')?.tiers.get('default')?.perCharacter).toBe(15e6);
  });

  it('says what is left out, and why', () => {
    expect(left).toEqual([
      { model: 'claude-4-sonnet-20250514', why: 'cacheWriteLong is not known for long calls' },
      { model: 'gpt-5', why: 'input_cost_per_audio_token has no place in a price list' },
      { model: 'whisper-1', why: 'its mode, audio_transcription, is not served' },
      { model: 'too-fine', why: expect.stringContaining('expected at least one of') },
      { model: 'a name', why: expect.stringContaining('without spaces') },
    ]);
  });
});

describe("models.dev's file", () => {
  it('gives the models of the providers that were named, the first of two sellers', () => {
    const { list, left } = listOf(MODELS_DEV, 'anthropic', 'reseller');
    const sonnet = list.find('claude-sonnet-4-5');
    expect(sonnet?.tiers.get('default')?.bands).toMatchObject([
      { input: 3e6, cachedInput: 3e5, cacheWrite: 3.75e6, output: 15e6 },
      { aboveInputTokens: 200_000, input: 6e6, output: 22.5e6 },
    ]);
    expect(sonnet).toMatchObject({ contextWindow: 200_000, maxOutput: 64_000, reasons: true });
    expect(list.find('omni')).toMatchObject({ reasons: false });
    expect(left).toEqual([
      { model: 'claude-free', why: 'it has no cost' },
      { model: 'claude-sonnet-4-5', why: 'reseller sells it, too' },
      { model: 'omni', why: 'input_audio has no place in a price list' },
    ]);
  });

  it('asks for a provider, and knows which there are', () => {
    expect(() => importPrices(MODELS_DEV, [], DATE)).toThrow('one of anthropic, reseller');
    expect(() => importPrices(MODELS_DEV, ['opnai'], DATE)).toThrow('found no provider opnai');
  });
});

it.each(['', '[]', '{"a":{"price":1}}', '<html>'])('%j is no price file', (text) => {
  expect(() => importPrices(text, [], DATE)).toThrow(/api\.json of models\.dev/);
});

it('is written without quotes around its figures', () => {
  expect(listOf(LITELLM, 'openai').yaml).toContain('\n    input: 1.25\n');
});
