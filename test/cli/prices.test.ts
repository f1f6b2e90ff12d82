import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SHIPPED_PRICES } from '../../gateway/prices/shipped.js';
import { LITELLM } from '../gateway/prices/import/files.js';
import { emptyFolder, runInside } from './harness.js';

const OWN = `extends: shipped
models:
  mine:
    input: 1.5
    output: 0.000001
    long: [{above: 1000, input: 3, output: 6}]
    perRequest: 0.0000
    standardTiers: [standard]
    serverTools: {web_search: {per1000: 0.0001, source: elsewhere, date: 2026-01-02}}
    contextWindow: 8192
    source: our contract
    date: 2026-11-22
`;

function folderWith(prices: string): string {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, 'lists'));
  writeFileSync(join(cwd, 'lists', 'prices.yaml'), prices);
  writeFileSync(
    join(cwd, 'bursar.yaml'),
    'operatorKeyFile: operator.key\ntools: {defaultCost: 1}\nprices: lists/prices.yaml\n',
  );
  return cwd;
}

describe('prices check', () => {
  it('reads the shipped list without any configuration', async () => {
    const { status, out, err } = await runInside(['prices', 'check']);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toContain(`OK      ${SHIPPED_PRICES}\n`);
    expect(out).toMatch(/^models {2}\d+, by \d+ names and prefixes$/m);
    expect(out).toMatch(/^reason {2}\d+ of the models$/m);
    expect(out).toMatch(/^tools {3}\d+ without tokensPerRun/m);
  });

  it('reads the configured list, and counts its lines and their oldest day', async () => {
    const cwd = folderWith(OWN.replace('extends: shipped\n', ''));
    const { status, out } = await runInside(['prices', 'check', '--json'], { cwd });
    expect(status).toBe(0);
    expect(JSON.parse(out)).toEqual({
      ok: true,
      file: join(cwd, 'lists', 'prices.yaml'),
      models: 1,
      names: 1,
      oldest: '2026-01-02',
      reasoning: 0,
      unboundedTools: 1,
    });
  });

  it('tells every mistake of the given file with its line, and status 1', async () => {
    const cwd = folderWith(OWN.replace('input: 1.5', 'input: 1,5').replace('2026-11-22', 'today'));
    const { status, out, err } = await runInside(['prices', 'check', 'lists/prices.yaml'], { cwd });
    expect({ status, out }).toEqual({ status: 1, out: '' });
    const file = join(cwd, 'lists', 'prices.yaml');
    expect(err).toContain(`error: ${file}:4:12: models.mine.input: found "1,5"; expected USD per`);
    expect(err).toContain(`${file}:12:11: models.mine.date: found "today"; expected a day`);
    const { out: json } = await runInside(['prices', 'check', '--json'], { cwd });
    expect(JSON.parse(json)).toMatchObject({ ok: false, problems: [{}, {}] });
  });
});

describe('prices show', () => {
  it('shows every figure with where it was read', async () => {
    const cwd = folderWith(OWN);
    const { status, out } = await runInside(['prices', 'show', 'mine'], { cwd });
    expect(status).toBe(0);
    expect(out).toBe(
      `model        mine
line         mine in ${join(cwd, 'lists', 'prices.yaml')}
context      8192 tokens
most output  -
per request  0 USD, default
web_search   0.0000001 USD a run; elsewhere, 2026-01-02
source       our contract, 2026-11-22

USD per million tokens:
TIER               INPUT TOKENS  INPUT  CACHED  WRITE  LONG WRITE    OUTPUT  REASONING
default, standard  up to 1000      1.5       -      -           -  0.000001          -
default, standard  over 1000         3       -      -           -         6          -
`,
    );
  });

  it('shows what bounds a call: reasoning, the output by default, what a run brings', async () => {
    const own = OWN.replace('date: 2026-01-02', 'date: 2026-01-02, tokensPerRun: 8000')
      .replace('tokensPerRun: 8000', 'tokensPerRun: 8000, tokensSource: guide')
      .replace(
        '    contextWindow',
        '    reasons: true\n    defaultOutput: 9000\n    contextWindow',
      );
    const { out } = await runInside(['prices', 'show', 'mine'], { cwd: folderWith(own) });
    expect(out).toContain(`most output  -
reasons      before it answers, which counts as output
by default   9000 tokens of output, where a caller states no limit
per request  0 USD, default
web_search   0.0000001 USD a run; elsewhere, 2026-01-02
             8000 tokens a run; guide, 2026-01-02
`);
    const shown = await runInside(['prices', 'show', 'mine', '--json'], { cwd: folderWith(own) });
    expect(JSON.parse(shown.out)).toMatchObject({
      reasons: true,
      defaultOutput: 9_000,
      serverTools: {
        web_search: { tokensPerRun: 8_000, tokensSource: 'guide', tokensDate: '2026-01-02' },
      },
    });
  });

  it('finds dated names, and the shipped lines under an own list', async () => {
    const cwd = folderWith(OWN);
    for (const model of ['gpt-4o-2024-08-06', 'claude-sonnet-4-20250514']) {
      const { status, out } = await runInside(['prices', 'show', model], { cwd });
      expect(status).toBe(0);
      expect(out).toContain(`model        ${model}\n`);
    }
  });

  it('prints decimal texts for programs', async () => {
    const { out } = await runInside(['prices', 'show', 'mine', '--json'], { cwd: folderWith(OWN) });
    expect(JSON.parse(out)).toMatchObject({
      model: 'mine',
      line: 'mine',
      contextWindow: 8192,
      maxOutput: null,
      reasons: false,
      defaultOutput: null,
      tiers: {
        default: {
          usdPerMillion: [
            { aboveInputTokens: 0, input: '1.5', output: '0.000001' },
            { aboveInputTokens: 1000, input: '3', output: '6' },
          ],
          usdPerRequest: '0',
          source: 'our contract',
        },
        standard: {},
      },
      serverTools: {
        web_search: { usdPerRun: '0.0000001', date: '2026-01-02', tokensPerRun: null },
      },
    });
  });

  it('refuses a model without a price, with status 1', async () => {
    const { status, out, err } = await runInside(['prices', 'show', 'GPT-4o']);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toContain('error: found no price for "GPT-4o"');
    expect(err).toContain('price_unknown');
  });
});

describe('prices import', () => {
  it('writes a list that can be used, and says what is left out and what differs', async () => {
    const cwd = folderWith(OWN);
    writeFileSync(join(cwd, 'litellm.json'), LITELLM);
    const imported = (...more: string[]) =>
      runInside(['prices', 'import', 'litellm.json', ...more], {
        cwd,
        clock: () => Date.UTC(2026, 11, 1),
      });
    const { status, out, err } = await imported('--provider', 'openai', '--extend');
    expect(status).toBe(0);
    expect(err).toContain('took over 3 models\n');
    expect(err).toContain('gpt-5: input_cost_per_audio_token has no place in a price list');
    writeFileSync(join(cwd, 'lists', 'prices.yaml'), out.replace('input: 1.25', 'input: 2'));
    expect((await runInside(['prices', 'check'], { cwd })).status).toBe(0);
    const again = await imported('--provider', 'openai');
    expect(again.err).toContain(
      'cheaper than now: 1\n  gpt-5: input 2 -> 1.25 USD per million tokens\n',
    );
  });

  it('refuses what is no price file, and what it can not read', async () => {
    const cwd = folderWith(OWN);
    expect(await runInside(['prices', 'import', 'none.json'], { cwd })).toMatchObject({
      status: 1,
    });
    const other = await runInside(['prices', 'import', 'bursar.yaml'], { cwd });
    expect(other).toMatchObject({ status: 1, out: '' });
    expect(other.err).toContain('api.json of models.dev');
  });
});
