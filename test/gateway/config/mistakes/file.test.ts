import { describe, expect, it } from 'vitest';
import { MINIMAL, mistakesOf } from '../fixture.js';
import {
  AMOUNT,
  check,
  LISTEN,
  MODEL,
  SETTINGS,
  withEndpoint,
  withKey,
  withUpstream,
} from './table.js';

describe('a file that is no configuration', () => {
  check([
    ['empty', '', `found nothing; expected a map of ${SETTINGS}`],
    ['comments alone', '# x\n', `found nothing; expected a map of ${SETTINGS}`],
    ['a list', '- listen\n', `1:1: found a list; expected a map of ${SETTINGS}`],
    ['a text', 'hello\n', `1:1: found "hello"; expected a map of ${SETTINGS}`],
    [
      'indented by a tab',
      'tools:\n\tdefaultCost: 1\n',
      '2:1: found a tab as indentation; expected spaces',
    ],
    [
      'not closed',
      'tools: {defaultCost: 1',
      '1:23: found broken YAML (Flow map in block collection must be sufficiently indented and end with a }); expected YAML 1.2 without tags and aliases',
    ],
    [
      'a variable without quotes inside braces',
      `${MINIMAL}limits: {drain: \${DRAIN}}\n`,
      `3:18: found broken YAML (Unexpected flow-map-start at node end); expected quotes around \${NAME} inside [ ] and { }`,
    ],
    [
      'two documents',
      `${MINIMAL}---\nkeys: x\n`,
      '3:1: found a second document; expected one document in the file',
    ],
    [
      'a tag',
      `${MINIMAL}listen: !!int 5\n`,
      '3:9: found broken YAML (Unresolved tag: tag:yaml.org,2002:int); expected YAML 1.2 without tags and aliases',
    ],
    [
      'an alias',
      `${MINIMAL}stateDir: &x state\nkeys: *x\n`,
      '4:7: keys: found the alias *x; expected the value itself; a text that begins with * is put in quotes',
    ],
    [
      'a star without quotes',
      withUpstream('    protocol: sandbox\n    models:\n      - *\n'),
      '7:9: upstreams.a.models.0: found the alias *; expected the value itself; a text that begins with * is put in quotes',
    ],
    [
      'a list as a name',
      `${MINIMAL}? [a]\n: 1\n`,
      '3:3: found a list or map as a name; expected a text',
    ],
  ]);
});

describe('a wrong name', () => {
  check([
    [
      'at the top',
      `${MINIMAL}lisen: x\n`,
      `3:1: lisen: found an unknown name; expected one of ${SETTINGS}`,
    ],
    [
      'further down',
      `${MINIMAL}limits:\n  bdy: 1MiB\n`,
      '4:3: limits.bdy: found an unknown name; expected one of body, header, connections, inFlight, upstreamConnections, uploads, freeCalls, headerTimeout, requestTimeout, upstreamTimeout, drain, holdTtl, defaultOutput, defaultReasoningOutput, leastOutput, serverToolRuns, unknownInFlight, unknownWait, leftTime, leftBytes, decoded, decodeRatio',
    ],
    [
      'twice',
      `${MINIMAL}keys: a\nkeys: b\n`,
      '4:1: found the same name twice; expected every name once in its map',
    ],
    [
      'twice, in two spellings',
      `${MINIMAL}limits: {"drain": 1s, drain: 2s}\n`,
      '3:23: found the same name twice; expected every name once in its map',
    ],
    [
      '<<',
      `${MINIMAL}<<: {keys: x}\n`,
      `3:1: <<: found an unknown name; expected one of ${SETTINGS}`,
    ],
    [
      '__proto__',
      `${MINIMAL}__proto__: {keys: x}\n`,
      '3:1: found the name __proto__; expected any other name',
    ],
    [
      '__proto__ as a tool',
      withKey('tools:\n  costs:\n    __proto__: 3\n'),
      '4:5: tools.costs: found the name __proto__; expected any other name',
    ],
    [
      'a tool in two words',
      withKey('tools:\n  costs: {"a b": 1, "a*b": 1}\n'),
      `3:11: tools.costs.a b: found the name "a b"; ${MODEL}`,
      `3:21: tools.costs.a*b: found the name "a*b"; ${MODEL}`,
    ],
    [
      'an upstream that is a number',
      `${MINIMAL}upstreams:\n  1: {protocol: sandbox, models: ["*"]}\n`,
      '4:3: upstreams.1: found the name "1"; expected a letter, then up to 63 of A-Z, a-z, 0-9 and . _ -',
    ],
    [
      'a key for the sandbox',
      withUpstream('    {protocol: sandbox, models: ["*"], apiKey: x}\n'),
      '5:40: upstreams.a.apiKey: found an unknown name; expected one of protocol, models',
    ],
    [
      'a slash in the name of an endpoint',
      withEndpoint('    a/b: http://x\n'),
      '5:5: tools.endpoints.a/b: found the name "a/b"; expected 1 to 128 of A-Z, a-z, 0-9 and . _ @ : -',
    ],
  ]);
});

describe('several mistakes', () => {
  check([
    [
      'are told at once, in the order of the file',
      'lisen: x\nlisten: y\ntools:\n  costs: {a: 1e3, b: -1}\nkeys: []\noperatorKeyFile: []\n',
      `1:1: lisen: found an unknown name; expected one of ${SETTINGS}`,
      `2:9: listen: found "y"; ${LISTEN}`,
      `4:14: tools.costs.a: found "1e3"; ${AMOUNT}`,
      `4:22: tools.costs.b: found "-1"; ${AMOUNT}`,
      '5:7: keys: found an empty list; expected the path of the key ring, or fd:3',
      '6:18: operatorKeyFile: found an empty list; expected the path of a file',
    ],
  ]);
});

it('says that it is nested too deeply', () => {
  const yaml = `a: ${'{a: '.repeat(2_000)}1${'}'.repeat(2_000)}`;
  expect(mistakesOf({ yaml })).toEqual([
    expect.stringMatching(/: found lists or maps that are nested too deeply; expected at most/),
  ]);
});
