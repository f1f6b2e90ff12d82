import { describe, expect, it } from 'vitest';
import { formatKeyRing } from '../../../../src/macaroon/index.js';
import { type Given, KEY_RING, MINIMAL, mistakesOf, OPERATOR_KEY } from '../fixture.js';
import { check, type Row } from './table.js';

const RANDOM = 'expected at least 32 random characters, such as "openssl rand -hex 32" prints';

const keyFile = (text: string, mode = 0o600): Given => ({
  yaml: MINIMAL,
  files: { '/etc/bursar/operator.key': { text, mode } },
});
const ring = (text: string, mode = 0o600): Given => ({
  yaml: MINIMAL,
  files: { '/etc/bursar/keys.json': { text, mode } },
});
const inEnv = (env: Readonly<Record<string, string>>): Given => ({
  yaml: `operatorKey: \${KEY}\ntools: {defaultCost: 1}\n`,
  env,
});
const withApiKey = (apiKey: string, env: Readonly<Record<string, string>> = {}): Given => ({
  yaml: `${MINIMAL}upstreams:\n  a:\n    {protocol: openai, baseUrl: "http://x", models: [m], apiKey: "${apiKey}"}\n`,
  env,
});

describe('a variable', () => {
  check([
    [
      'that is not set',
      withApiKey(`\${API_KEY}`),
      `5:66: upstreams.a.apiKey: found no variable API_KEY in the environment; expected it to be set, or \${API_KEY:-} where it may be empty`,
    ],
    [
      'that is empty',
      withApiKey(`\${API_KEY}`, { API_KEY: '' }),
      `5:66: upstreams.a.apiKey: found no variable API_KEY in the environment; expected it to be set, or \${API_KEY:-} where it may be empty`,
    ],
    [
      'that only the prototype has',
      withApiKey(`\${constructor}`),
      `5:66: upstreams.a.apiKey: found no variable constructor in the environment; expected it to be set, or \${constructor:-} where it may be empty`,
    ],
    ...[`\${API-KEY}`, `\${}`, `\${API_KEY`, `\${1X}`, `\${A:=b}`, `\${A:-\${B}}`].map(
      (text): Row => [
        `misspelt as ${text}`,
        withApiKey(text, { A: 'a', B: 'b' }),
        `5:66: upstreams.a.apiKey: found a \${ that names no variable; expected \${NAME} or \${NAME:-default}`,
      ],
    ),
    [
      'with a line feed in it',
      withApiKey(`\${API_KEY}`, { API_KEY: 'hunter2\n' }),
      '5:66: upstreams.a.apiKey: found a text of 8 characters; expected printable ASCII without spaces',
    ],
    [
      'that does not fit',
      { yaml: `${MINIMAL}listen: 127.0.0.1:\${PORT}\n`, env: { PORT: 'http' } },
      '3:9: listen: found "127.0.0.1:http"; expected HOST:PORT such as 127.0.0.1:8787 or [::1]:8787, with a port from 0 to 65535',
    ],
    [
      'beside a mistake of another kind',
      { yaml: `${MINIMAL}stateDir: \${DIR}\nlimits: {drain: "\${DRAIN}"}\n`, env: { DRAIN: 'x' } },
      `3:11: stateDir: found no variable DIR in the environment; expected it to be set, or \${DIR:-} where it may be empty`,
      '4:17: limits.drain: found "x"; expected a duration from 0s to 1h: a whole number and ms, s, m, h or d',
    ],
  ]);
});

describe('an operator key', () => {
  check([
    [
      'that is not named',
      'tools: {defaultCost: 1}\n',
      `1:1: operatorKeyFile: found no operator key; expected the path of a file, or operatorKey: \${NAME} in its place`,
    ],
    [
      'that is named twice',
      `${MINIMAL}operatorKey: \${KEY}\n`,
      '3:1: operatorKey: found both operatorKeyFile and operatorKey; expected one of them',
    ],
    [
      'that is no text',
      'operatorKey: [x]\ntools: {defaultCost: 1}\n',
      `1:14: operatorKey: found a list; expected \${NAME} of the environment`,
    ],
    [
      'that is missing in the environment',
      inEnv({}),
      `1:14: operatorKey: found no variable KEY in the environment; expected it to be set, or \${KEY:-} where it may be empty`,
    ],
    [
      'that is short in the environment',
      inEnv({ KEY: 'hunter2' }),
      `1:14: operatorKey: found an operator key of 7 characters; ${RANDOM}`,
    ],
    [
      'whose file is missing',
      'operatorKeyFile: other.key\ntools: {defaultCost: 1}\n',
      '1:18: operatorKeyFile: found no such file: /etc/bursar/other.key; expected a file with the secret; "bursar init" makes one',
    ],
    ...[0o604, 0o640, 0o666, 0o644, 0o601].map(
      (mode): Row => [
        `in a file of mode ${mode.toString(8)}`,
        keyFile(OPERATOR_KEY, mode),
        `1:18: operatorKeyFile: found /etc/bursar/operator.key with mode 0${mode.toString(8)}; expected mode 0600: run chmod 600 /etc/bursar/operator.key`,
      ],
    ),
    [
      'that is empty',
      keyFile('\n'),
      `1:18: operatorKeyFile: found an empty operator key; ${RANDOM}`,
    ],
    [
      'of 31 characters',
      keyFile(OPERATOR_KEY.slice(1)),
      `1:18: operatorKeyFile: found an operator key of 31 characters; ${RANDOM}`,
    ],
    ...[
      'x'.repeat(40),
      'abcd'.repeat(10),
      '3f9Ka7Lq'.repeat(4),
      'aabbccddeeff'.repeat(3),
      'qwertyuq'.repeat(4),
      'aabbbaabababbcabbbaaababcbabbabaab',
    ].map(
      (key): Row => [
        key,
        keyFile(key),
        `1:18: operatorKeyFile: found an operator key that repeats itself; ${RANDOM}`,
      ],
    ),
    ...[
      'changeme-changeme-changeme-please!',
      'CHANGE_ME_TO_SOMETHING_RANDOM_PLS',
      'replace-this-with-32-characters!!',
      'your-operator-key-of-32-characters',
      'placeholder-Zk3q9vTn2xR7mWc4LbYh8s',
      'example-Zk3q9vTn2xR7mWc4LbYh8sJd6P',
      '0123456789abcdef0123456789ABCDEFxyz',
    ].map(
      (key): Row => [
        key,
        keyFile(key),
        `1:18: operatorKeyFile: found a placeholder as operator key; ${RANDOM}`,
      ],
    ),
    ...[
      `${OPERATOR_KEY}\n\n`,
      `${OPERATOR_KEY} `,
      `two words ${OPERATOR_KEY}`,
      `${OPERATOR_KEY}ä`,
    ].map(
      (key): Row => [
        JSON.stringify(key),
        keyFile(key),
        `1:18: operatorKeyFile: found an operator key with spaces, line feeds or characters beyond ASCII; ${RANDOM}`,
      ],
    ),
  ]);
});

describe('a key ring', () => {
  const WRITTEN = 'expected a key ring as "bursar keys" writes it';
  check([
    [
      'that is missing',
      `${MINIMAL}keys: my keys/k.json\n`,
      '3:7: keys: found no such file: /etc/bursar/my keys/k.json; expected a file with the secret; "bursar init" makes one',
    ],
    [
      'that others may read',
      ring(formatKeyRing(KEY_RING), 0o644),
      '1:1: keys: found /etc/bursar/keys.json with mode 0644; expected mode 0600: run chmod 600 /etc/bursar/keys.json',
    ],
    [
      'in a path that a shell would split',
      {
        yaml: `${MINIMAL}keys: it's keys.json\n`,
        files: { "/etc/bursar/it's keys.json": { text: '', mode: 0o644 } },
      },
      "3:7: keys: found /etc/bursar/it's keys.json with mode 0644; expected mode 0600: run chmod 600 '/etc/bursar/it'\\''s keys.json'",
    ],
    [
      'that is no JSON',
      ring('hunter2'),
      `1:1: keys: found in /etc/bursar/keys.json: key ring: found text that is not JSON, expected {"version","keys"}; ${WRITTEN}`,
    ],
    [
      'that is refused together with the operator key',
      {
        yaml: MINIMAL,
        files: {
          '/etc/bursar/keys.json': { text: '{"version":1,"keys":[]}' },
          '/etc/bursar/operator.key': { text: 'hunter2' },
        },
      },
      `1:1: keys: found in /etc/bursar/keys.json: keys: found 0 minting keys, expected exactly one; ${WRITTEN}`,
      `1:18: operatorKeyFile: found an operator key of 7 characters; ${RANDOM}`,
    ],
  ]);

  it('of one repeated byte is refused, and not shown', () => {
    const weak = {
      ...KEY_RING,
      keys: KEY_RING.keys.map((key) => ({ ...key, secret: new Uint8Array(32) })),
    };
    const [mistake = ''] = mistakesOf(ring(formatKeyRing(weak)));
    expect(mistake).toMatch(
      /^1:1: keys: found in \/etc\/bursar\/keys\.json: keys\[0\]\.secret: found/,
    );
    expect(mistake).not.toContain('AAAA');
  });
});
