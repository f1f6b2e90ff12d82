import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../gateway/config/load.js';
import { resolveOperatorKey } from '../../../../gateway/config/operators.js';
import type { Scope } from '../../../../gateway/operator/keys.js';
import { FILE, OPERATOR_KEY, serve } from '../fixture.js';
import { memoryFiles } from '../memory-files.js';
import { check } from './table.js';

const DASH_KEY = 'dash-Zk3q9vTn2xR7mWc4LbYh8sJd6PfGu1';
const CI_KEY = 'ci-Zk3q9vTn2xR7mWc4LbYh8sJd6PfGu1';
const FILES = { '/etc/bursar/dash.key': { text: `${DASH_KEY}\n` } };
const withKeys = (...lines: string[]) =>
  `tools: {defaultCost: 1}\noperatorKeys:\n${lines.map((line) => `  - ${line}\n`).join('')}`;
const DASH = '{name: dash, keyFile: dash.key, scope: [read]}';
const RANDOM = 'expected at least 32 random characters, such as "openssl rand -hex 32" prints';

describe('operatorKeys', () => {
  it('stand beside operatorKey, or alone', () => {
    const ci = `{name: ci, key: "\${CI}", scope: [mint, control], tenants: [acme]}`;
    const config = serve({ yaml: withKeys(DASH, ci), env: { CI: CI_KEY }, files: FILES });
    expect(config.operatorKeys).toEqual([
      { name: 'dash', key: DASH_KEY, scope: new Set(['read']), tenants: undefined },
      { name: 'ci', key: CI_KEY, scope: new Set(['mint', 'control']), tenants: new Set(['acme']) },
    ]);
    expect(config.secrets).toEqual([DASH_KEY, CI_KEY]);
    const both = serve({ yaml: `${withKeys(DASH)}operatorKeyFile: operator.key\n`, files: FILES });
    expect(both.operatorKeys.map(({ name }) => name)).toEqual(['operator', 'dash']);
  });

  check(
    (
      [
        [
          'no list',
          '{name: dash}',
          'found a map; expected a list of maps of name, keyFile, scope and tenants',
        ],
        [
          'a name twice',
          withKeys(DASH, '{name: dash, keyFile: dash.key, scope: [mint]}'),
          '4:6: operatorKeys.1.name: found the name "dash" twice; expected a name of its own for each key',
        ],
        [
          "the main key's name",
          withKeys('{name: operator, keyFile: dash.key, scope: [mint]}'),
          '3:6: operatorKeys.0.name: found the name "operator"; expected a name that operatorKey does not have',
        ],
        [
          'a name that could be read as another in the journal',
          withKeys('{name: "operator, at the ledger", keyFile: dash.key, scope: [mint]}'),
          '3:12: operatorKeys.0.name: found "operator, at the ledger"; expected a letter or digit, then up to 63 of A-Z, a-z, 0-9 and . _ -',
        ],
        [
          'no scope',
          withKeys('{name: dash, keyFile: dash.key, scope: []}'),
          '3:44: operatorKeys.0.scope: found an empty list; expected a list of mint, control, read, policy',
        ],
        [
          'an unknown scope',
          withKeys('{name: dash, keyFile: dash.key, scope: [write]}'),
          '3:45: operatorKeys.0.scope.0: found "write"; expected one of mint, control, read, policy',
        ],
        [
          'a scope twice',
          withKeys('{name: dash, keyFile: dash.key, scope: [read, read]}'),
          '3:44: operatorKeys.0.scope: found a list; expected each of them once',
        ],
        [
          'no tenants',
          withKeys('{name: dash, keyFile: dash.key, scope: [read], tenants: []}'),
          '3:61: operatorKeys.0.tenants: found an empty list; expected a list of tenants, or none',
        ],
        [
          'what is no tenant',
          withKeys('{name: dash, keyFile: dash.key, scope: [read], tenants: [Acme]}'),
          '3:62: operatorKeys.0.tenants.0: found "Acme"; expected a tenant: 1 to 32 of a-z, 0-9 and -',
        ],
        [
          'neither keyFile nor key',
          withKeys('{name: dash, scope: [read]}'),
          `3:5: operatorKeys.0.keyFile: found no key; expected the path of a file, or key: \${NAME} in its place`,
        ],
        [
          'both',
          withKeys(`{name: dash, keyFile: dash.key, key: "\${K}", scope: [read]}`),
          '3:37: operatorKeys.0.key: found both keyFile and key; expected one of them',
        ],
      ] as const
    ).map(([what, yaml, line]) =>
      yaml.startsWith('{')
        ? [what, `tools: {defaultCost: 1}\noperatorKeys: ${yaml}\n`, `2:15: operatorKeys: ${line}`]
        : [what, { yaml, files: FILES }, line],
    ),
  );

  check([
    [
      'weak keys, each with its place',
      {
        yaml: withKeys(DASH, `{name: ci, key: "\${K}", scope: [mint]}`),
        files: { '/etc/bursar/dash.key': { text: 'short' } },
        env: { K: 'a'.repeat(40) },
      },
      `3:27: operatorKeys.0.keyFile: found an operator key of 5 characters; ${RANDOM}`,
      `4:21: operatorKeys.1.key: found an operator key that repeats itself; ${RANDOM}`,
    ],
    [
      'a file that others can read',
      {
        yaml: withKeys(DASH),
        files: { '/etc/bursar/dash.key': { text: DASH_KEY, mode: 0o640 } },
      },
      '3:27: operatorKeys.0.keyFile: found /etc/bursar/dash.key with mode 0640; expected mode 0600: run chmod 600 /etc/bursar/dash.key',
    ],
    [
      'one key under two names',
      {
        yaml: withKeys(DASH, `{name: ci, key: "\${K}", scope: [mint]}`),
        files: FILES,
        env: { K: DASH_KEY },
      },
      '4:21: operatorKeys.1.key: found the key of dash; expected a key of its own',
    ],
    [
      'the main key under another name',
      {
        yaml: `${withKeys(`{name: ci, key: "\${K}", scope: [mint]}`)}operatorKeyFile: operator.key\n`,
        env: { K: OPERATOR_KEY },
      },
      '3:21: operatorKeys.0.key: found the key of operator; expected a key of its own',
    ],
  ]);
});

describe('the key of a command', () => {
  const keyFor = (yaml: string, scopes: readonly Scope[]) => {
    const files = memoryFiles({
      ...FILES,
      '/etc/bursar/operator.key': { text: OPERATOR_KEY },
      [FILE]: { text: yaml },
    });
    const env = { CI: CI_KEY };
    return resolveOperatorKey(loadConfig(FILE, files), env, files, scopes);
  };
  const ci = `{name: ci, key: "\${CI}", scope: [control]}`;
  const both = withKeys(ci, '{name: all, keyFile: dash.key, scope: [control, read]}');

  it.each([
    ['the main one, where there is one', `${both}operatorKeyFile: operator.key\n`, OPERATOR_KEY],
    ['the one that has every scope that helps', both, DASH_KEY],
    ['else the first that has what is needed', withKeys(ci, DASH), CI_KEY],
    ['none, where none has it', withKeys(DASH), undefined],
  ])('is %s', (_, yaml, key) => {
    expect(keyFor(yaml, ['control', 'read'])).toBe(key);
  });
});
