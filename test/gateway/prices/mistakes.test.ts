import { describe, expect, it } from 'vitest';
import { mistakesOf } from './fixture.js';

/** The lines of one model, `m`, begin at line 3; where its figures are from follows. */
const model = (lines: string) => `models:\n  m:\n${lines}    source: s\n    date: 2026-11-22\n`;
const withInput = (lines: string) => model(`    input: 1\n${lines}`);

const PER_MILLION =
  'expected USD per million tokens as a plain decimal such as 2.50: no sign, exponent or leading zeros, at most six decimals';
const FIGURES = 'input, cachedInput, cacheWrite, cacheWriteLong, output, reasoning';
const TIER = 'expected 1 to 64 of A-Z, a-z, 0-9 and . _ -';

/** What is wrong, the file, and each line of the refusal. */
type Row = readonly [what: string, yaml: string, ...mistakes: string[]];

function check(rows: readonly Row[]): void {
  it.each(rows)('%s', (_, yaml, ...mistakes) => {
    expect(mistakesOf(yaml)).toEqual(mistakes);
  });
}

describe('a wrong figure', () => {
  check([
    ...['1e3', '0x10', '.5', '5.', '+5', '-1', '007', '1_000', 'NaN', '2.5000001', '$2.50'].map(
      (figure): Row => [
        figure,
        model(`    input: ${figure}\n`),
        `3:12: models.m.input: found "${figure}"; ${PER_MILLION}`,
      ],
    ),
    [
      'a variable: nothing here waits for the environment',
      model(`    input: \${PRICE}\n`),
      `3:12: models.m.input: found "\${PRICE}"; ${PER_MILLION}`,
    ],
    [
      'nothing',
      model('    input:\n'),
      '3:11: models.m.input: found nothing; expected USD per million tokens, such as 2.50',
    ],
    [
      'more pico-dollars than can be counted',
      model('    perImage: 9007.2\n'),
      '3:15: models.m.perImage: found "9007.2"; expected less: pico-dollars are counted below 2^53',
    ],
    [
      'no figure at all',
      model('    contextWindow: 5\n'),
      `2:3: models.m: found no figure; expected at least one of ${FIGURES}, perImage, perMillionCharacters, perRequest`,
    ],
  ]);
});

describe('a wrong band', () => {
  check([
    [
      'without the figures of short calls',
      withInput('    output: 2\n    long: [{above: 5, input: 1}]\n'),
      '5:12: models.m.long.0.output: found nothing; expected a figure, as there is one for short calls',
    ],
    [
      'with more figures than short calls have',
      withInput('    long: [{above: 5, input: 1, output: 2}]\n'),
      '4:33: models.m.long.0.output: found a figure; expected none: short calls have none either',
    ],
    [
      'not from short to long',
      withInput('    long: [{above: 5, input: 1}, {above: 5, input: 2}]\n'),
      '4:35: models.m.long.1.above: found 5; expected more than 5: from short to long',
    ],
    [
      'above nothing',
      withInput('    long: [{above: 0, input: 1}]\n'),
      '4:20: models.m.long.0.above: found "0"; expected a whole number from 1 to 999999999',
    ],
  ]);
});

describe('a wrong tier or tool', () => {
  check([
    [
      'the default one',
      withInput('    tiers: {default: {input: 2}}\n'),
      '4:13: models.m.tiers.default: found the name "default"; expected another name: the figures above are those of default',
    ],
    [
      'a name in two words',
      withInput('    tiers: {"a b": {input: 2}}\n'),
      `4:13: models.m.tiers.a b: found the name "a b"; ${TIER}`,
    ],
    [
      'standard, with figures of its own',
      withInput('    tiers: {standard: {input: 2}}\n    standardTiers: [standard]\n'),
      '5:21: models.m.standardTiers.0: found "standard"; expected a tier that has no figures of its own under tiers',
    ],
    [
      'another name of a tier that is there',
      withInput('    tiers: {a: {aliases: [b], input: 2}, b: {input: 3}}\n'),
      '4:27: models.m.tiers.a.aliases.0: found "b"; expected every tier once in a line',
    ],
    [
      'another name that is standard',
      withInput('    tiers: {a: {aliases: [b, b], input: 2}}\n    standardTiers: [b]\n'),
      '4:30: models.m.tiers.a.aliases.1: found "b"; expected every tier once in a line',
      '5:21: models.m.standardTiers.0: found "b"; expected a tier that has no figures of its own under tiers',
    ],
    [
      'without figures for long calls',
      withInput('    long: [{above: 5, input: 2}]\n    tiers: {priority: {input: 3}}\n'),
      '5:13: models.m.tiers.priority.long: found none; expected figures for long calls on this tier too: without them they would cost as short ones',
    ],
    [
      'a tool without a price',
      withInput('    serverTools: {web_search: {}}\n'),
      '4:19: models.m.serverTools.web_search: found neither of them; expected one of perRun and per1000',
    ],
    [
      'a source without tokens',
      withInput('    serverTools: {web_search: {perRun: 1, tokensSource: s}}\n'),
      '4:43: models.m.serverTools.web_search.tokensSource: found a source; expected none: there is no tokensPerRun',
    ],
    [
      'tokens that are none',
      withInput(
        '    serverTools: {web_search: {perRun: 1, tokensPerRun: 0}}\n    reasons: maybe\n',
      ),
      '4:57: models.m.serverTools.web_search.tokensPerRun: found "0"; expected a whole number from 1 to 999999999',
      '5:14: models.m.reasons: found "maybe"; expected true or false',
    ],
    [
      'a tool with two',
      withInput('    serverTools: {web_search: {perRun: 1, per1000: 1}}\n'),
      '4:19: models.m.serverTools.web_search: found both of them; expected one of perRun and per1000',
    ],
  ]);
});

describe('a wrong name or origin', () => {
  check([
    [
      'an unknown name',
      withInput('    inptu: 1\n'),
      '4:5: models.m.inptu: found an unknown name; expected one of aliases, ' +
        `${FIGURES}, perImage, perMillionCharacters, perRequest, long, tiers, standardTiers, serverTools, contextWindow, maxOutput, reasons, defaultOutput, source, date`,
    ],
    [
      'a star inside',
      'models:\n  "a*b": {input: 1, source: s, date: 2026-11-22}\n',
      '2:3: models.a*b: found the name "a*b"; expected a name without spaces, or a prefix that ends in its only *, such as gpt-*',
    ],
    [
      'a model twice',
      'models:\n  m: {}\n  m: {}\n',
      '3:3: found the same name twice; expected every name once in its map',
    ],
    [
      'an alias that is a model, and one in two places',
      'models:\n  a: {input: 1, aliases: [b, "c*"], source: s, date: 2026-11-22}\n' +
        '  b: {input: 1, aliases: ["c*"], source: s, date: 2026-11-22}\n',
      '2:27: models.a.aliases.0: found b, which b has too; expected every name and every prefix once in the file',
      '3:27: models.b.aliases.0: found c*, which a has too; expected every name and every prefix once in the file',
    ],
    [
      'no source and no such day',
      'models:\n  m:\n    input: 1\n    date: 2026-02-30\n',
      '2:3: models.m.source: found nothing; expected where the figures are from: a URL, or a few words',
      '4:11: models.m.date: found "2026-02-30"; expected a day such as 2026-11-22',
    ],
    [
      'another base',
      'extends: mine.yaml\nmodels: {}\n',
      '1:10: extends: found "mine.yaml"; expected shipped, or no such line',
    ],
    [
      'no models',
      'extends: shipped\n',
      '1:1: models: found nothing; expected a map of models and prefixes, such as gpt-4o',
    ],
    ['nothing', '', 'found nothing; expected a map of extends, models'],
  ]);
});
