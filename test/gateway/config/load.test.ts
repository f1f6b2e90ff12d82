import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../gateway/config/load.js';
import { resolveOperatorKey } from '../../../gateway/config/operators.js';
import {
  resolveForServe,
  resolveKeys,
  resolveLedger,
  resolveListen,
} from '../../../gateway/config/resolve.js';
import { mainOperatorKey } from '../../../gateway/operator/keys.js';
import { SHIPPED_PRICES } from '../../../gateway/prices/shipped.js';
import { DEFAULT_RULES } from '../../../gateway/providers/request.js';
import { billingRows } from '../../../gateway/upstream/billing.js';
import { FILE, KEY_RING, MINIMAL, OPERATOR_KEY, SECRET_FILES, serve } from './fixture.js';
import { memoryFiles } from './memory-files.js';

describe('the least that serves', () => {
  it('has a default for everything else', () => {
    expect(serve({ yaml: MINIMAL })).toEqual({
      gateway: {
        listen: { host: '127.0.0.1', port: 8787 },
        ledgerUrl: 'sqlite:/etc/bursar/ledger.db',
        ledgerTimeoutMs: 1_000,
        ledgerRetainMs: 3_600_000,
        stateDir: '/etc/bursar/state',
        upstreams: [],
        offUpstreams: [],
        toolCosts: { defaultMicros: 1_000_000, rules: [] },
        pricesFile: SHIPPED_PRICES,
        endpoints: new Map(),
        limits: {
          bodyBytes: 10 * 1024 * 1024,
          headerBytes: 16 * 1024,
          connections: 1024,
          inFlight: 4096,
          upstreamConnections: 1024,
          uploadBytes: 256 * 1024 * 1024,
          freeCallsPerSecond: 300,
          headerTimeoutMs: 10_000,
          requestTimeoutMs: 60_000,
          drainMs: 10_000,
          holdTtlMs: 900_000,
          defaultOutput: 4_096,
          defaultReasoningOutput: 32_768,
          leastOutput: 16,
          unknownInFlight: 16,
          unknownWaitMs: 30_000,
          drainBound: { ms: 30_000, bytes: 8 * 1024 * 1024 },
          decode: { bytes: 64 * 1024 * 1024, ratio: 100 },
        },
      },
      keys: { kind: 'file', file: '/etc/bursar/keys.json' },
      keyRing: KEY_RING,
      operatorKeys: [mainOperatorKey(OPERATOR_KEY)],
      secrets: [OPERATOR_KEY],
    });
  });

  it('reads the operator key from the environment too', () => {
    const yaml = `operatorKey: \${KEY}\ntools: {defaultCost: 1}\n`;
    expect(serve({ yaml, env: { KEY: OPERATOR_KEY } }).operatorKeys).toEqual([
      mainOperatorKey(OPERATOR_KEY),
    ]);
  });

  it('takes a file with CRLF and a byte order mark', () => {
    const yaml = `\ufeff${MINIMAL.replaceAll('\n', '\r\n')}`;
    expect(serve({ yaml })).toEqual(serve({ yaml: MINIMAL }));
  });
});

describe('a setting', () => {
  const gatewayOf = (lines: string, env = {}) =>
    serve({ yaml: `${MINIMAL}${lines}\n`, env }).gateway;

  it.each([
    ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
    ['0.0.0.0:65535', { host: '0.0.0.0', port: 65535 }],
    ['localhost:80', { host: 'localhost', port: 80 }],
    ['"[::1]:8787"', { host: '::1', port: 8787 }],
    ['"[::ffff:127.0.0.1]:1"', { host: '::ffff:127.0.0.1', port: 1 }],
  ])('listen: %s', (text, listen) => {
    expect(gatewayOf(`listen: ${text}`).listen).toEqual(listen);
  });

  it.each([
    ['sqlite:ledger.db', 'sqlite:/etc/bursar/ledger.db'],
    ['sqlite:../a/./b.db', 'sqlite:/etc/a/b.db'],
    ['sqlite:/var/lib/b.db', 'sqlite:/var/lib/b.db'],
    ['redis://h', 'redis://h'],
    ['rediss://u:p%40ss@h:6379/3', 'rediss://u:p%40ss@h:6379/3'],
    ['redis+cluster://a:7000,b:7001', 'redis+cluster://a:7000,b:7001'],
    ['rediss+cluster://u:p@a,[::1]:7', 'rediss+cluster://u:p@a,[::1]:7'],
    ['redis+sentinel://:p@a,b/m/2?sentinel=q', 'redis+sentinel://:p@a,b/m/2?sentinel=q'],
  ])('ledger: %s', (text, url) => {
    expect(gatewayOf(`ledger: ${text}`).ledgerUrl).toBe(url);
  });

  it('ledgerRetain', () => {
    expect(gatewayOf('ledgerRetain: 2d').ledgerRetainMs).toBe(172_800_000);
  });

  it('ledgerWait', () => {
    const waits = (text: string) => gatewayOf(`ledger: redis://h\n${text}`).ledgerWait;
    expect(waits('')).toBeUndefined();
    expect(waits('ledgerWait: { replicas: 1 }')).toEqual({ replicas: 1, timeoutMs: 200 });
    const long = 'ledgerTimeout: 5s\nledgerWait: { replicas: 2, timeout: 1s }';
    expect(waits(long)).toEqual({ replicas: 2, timeoutMs: 1_000 });
  });

  it.each([
    ['15', 15_000_000],
    ['0.25', 250_000],
    ['"0.000001"', 1],
    ['0', 0],
    ["'9007199254.740991'", 9_007_199_254_740_991],
    ['1.10', 1_100_000],
  ])('a price of %s credits, to the last digit', (text, micros) => {
    const yaml = `operatorKeyFile: operator.key\ntools:\n  costs:\n    llama3:8b: ${text}\n    gpt-*: 2\n`;
    expect(serve({ yaml }).gateway.toolCosts).toEqual({
      defaultMicros: undefined,
      rules: [
        { name: 'llama3:8b', prefix: false, micros },
        { name: 'gpt-', prefix: true, micros: 2_000_000 },
      ],
    });
  });

  it.each([
    ['{credits: 5, usd: 0.01}', 5_000_000, 10_000],
    ['{usd: 0.000001}', undefined, 1],
    ['{credits: 0.25}', 250_000, undefined],
    ['{usd: 0}', undefined, 0],
    ['{usd: "9007199254.740991"}', undefined, 9_007_199_254_740_991],
  ])('a price of %s, to the last digit', (text, micros, usdMicros) => {
    const yaml = `operatorKeyFile: operator.key\ntools:\n  costs:\n    web_search: ${text}\n`;
    expect(serve({ yaml }).gateway.toolCosts.rules).toEqual([
      { name: 'web_search', prefix: false, micros, usdMicros },
    ]);
  });

  it('prices: a list beside the file, which must be good', () => {
    const list = (input: string) => ({
      '/etc/bursar/lists/p.yaml': {
        text: `models:\n  m: {input: ${input}, source: s, date: 2026-11-22}\n`,
      },
    });
    const yaml = `${MINIMAL}prices: lists/p.yaml\n`;
    const { gateway } = serve({ yaml, files: list('1') });
    expect(gateway.pricesFile).toBe('/etc/bursar/lists/p.yaml');
    expect(() => serve({ yaml, files: list('1e3') })).toThrow(
      '/etc/bursar/lists/p.yaml:2:14: models.m.input: found "1e3"; expected USD per million',
    );
    expect(() => serve({ yaml })).toThrow('/etc/bursar/lists/p.yaml: found no such file');
  });

  it('of an upstream: in the order of the file, without those that are off', () => {
    const openai = (url: string, key: string, more = '') =>
      `{protocol: openai, baseUrl: "${url}", apiKey: "${key}", models: ["*"]${more}}`;
    const { upstreams, offUpstreams } = gatewayOf(
      [
        'upstreams:',
        `  z: ${openai('HTTP://h:80/v1/', `\${A}`)}`,
        `  off: ${openai('http://h', `\${NONE:-}`)}`,
        `  a: ${openai('https://h', `x\${B:-default}y`, ', timeout: 2s, requests: {tokenizer: openai}')}`,
        '  s: {protocol: sandbox, models: [m, "n*"]}',
        'limits: {upstreamTimeout: 1m}',
      ].join('\n'),
      { A: `key-\${B}` },
    );
    const models = [{ name: '', prefix: true }];
    expect(upstreams).toEqual([
      {
        name: 'z',
        protocol: 'openai',
        baseUrl: 'http://h/v1',
        apiKey: `key-\${B}`,
        headers: {},
        query: {},
        models,
        rules: DEFAULT_RULES,
        tokenizer: 'none',
        timeoutMs: 60_000,
      },
      {
        name: 'a',
        protocol: 'openai',
        baseUrl: 'https://h',
        apiKey: 'xdefaulty',
        headers: {},
        query: {},
        models,
        rules: DEFAULT_RULES,
        tokenizer: 'openai',
        timeoutMs: 2_000,
      },
    ]);
    expect(offUpstreams).toEqual([
      { name: 'off', protocol: 'openai', models, why: 'its apiKey is empty: set NONE' },
      {
        name: 's',
        protocol: 'sandbox',
        models: [
          { name: 'm', prefix: false },
          { name: 'n', prefix: true },
        ],
        why: 'it answers only while every provider is off: z, a are on',
      },
    ]);
  });

  it('of an endpoint: a URL, or a map with headers in lower case', () => {
    const yaml = [
      'operatorKeyFile: operator.key',
      'tools:',
      '  defaultCost: 1',
      '  endpoints:',
      '    a: http://h:1/x/',
      `    b: {url: http://h, timeout: 1s, headers: {X-Key: "\${K}", authorization: Bearer 1}}`,
    ].join('\n');
    const { gateway, secrets } = serve({ yaml, env: { K: 'endpoint-secret' } });
    expect([...gateway.endpoints]).toEqual([
      ['a', { url: 'http://h:1/x', headers: {}, timeoutMs: 300_000 }],
      [
        'b',
        {
          url: 'http://h',
          headers: { 'x-key': 'endpoint-secret', authorization: 'Bearer 1' },
          timeoutMs: 1_000,
        },
      ],
    ]);
    expect(secrets).toEqual(expect.arrayContaining(['endpoint-secret', 'Bearer 1']));
  });

  it('of an endpoint: lists of its methods and paths', () => {
    const of = (lists: string) =>
      serve({
        yaml: `operatorKeyFile: operator.key\ntools:\n  defaultCost: 1\n  endpoints:\n    a: {url: http://h, ${lists}}\n`,
      }).gateway.endpoints.get('a');
    expect(of('methods: [get, POST], paths: ["/", "/v1/*"]')).toMatchObject({
      methods: ['GET', 'POST'],
      paths: ['/', '/v1/*'],
    });
    expect(() => of('methods: [FETCH]')).toThrow(/one of GET, HEAD/);
    expect(() => of('methods: []')).toThrow(/at least one method/);
    expect(() => of('paths: ["/v1*"]')).toThrow(/\/v1\/\* for all below it/);
    expect(() => of('paths: ["/a/../b"]')).toThrow(/plainly written/);
  });

  it('that is secret is told to the log: the password of the ledger, in both spellings', () => {
    const yaml = `${MINIMAL}ledger: redis://:p%40ssword@h\n`;
    expect(serve({ yaml }).secrets).toEqual([OPERATOR_KEY, 'p%40ssword', 'p@ssword']);
  });
});

describe('a command', () => {
  const yaml = [
    `ledger: \${LEDGER}`,
    `keys: \${KEYS}`,
    `listen: \${LISTEN}`,
    `operatorKeyFile: \${OPERATOR}`,
    `upstreams: {a: {protocol: openai, baseUrl: http://h, apiKey: "\${API}", models: [m]}}`,
    `tools: {defaultCost: "\${COST}"}`,
  ].join('\n');
  const files = memoryFiles({ ...SECRET_FILES, [FILE]: { text: yaml } });

  it('needs only the variables of what it reads', () => {
    const loaded = loadConfig(FILE, files);
    expect(resolveLedger(loaded, { LEDGER: 'sqlite:a.db' })).toEqual({
      ledgerUrl: 'sqlite:/etc/bursar/a.db',
      ledgerTimeoutMs: 1_000,
      ledgerRetainMs: 3_600_000,
    });
    expect(resolveKeys(loaded, { KEYS: 'k' })).toEqual({ kind: 'file', file: '/etc/bursar/k' });
    expect(resolveListen(loaded, { LISTEN: 'h:1' }).listen).toEqual({ host: 'h', port: 1 });
    expect(resolveOperatorKey(loaded, { OPERATOR: 'operator.key' }, files, ['read'])).toBe(
      OPERATOR_KEY,
    );
  });

  it('that serves needs them all, and says which', () => {
    const loaded = loadConfig(FILE, files);
    for (const name of ['LEDGER', 'KEYS', 'LISTEN', 'OPERATOR', 'API', 'COST']) {
      expect(() => resolveForServe(loaded, {}, files)).toThrow(`no variable ${name} in`);
    }
  });
});

it('a file that is not there, or is a folder, is refused by its name', () => {
  expect(() => loadConfig('/x.yaml', memoryFiles({}))).toThrow(
    '/x.yaml: found no such file; expected the configuration; "bursar init" writes one',
  );
});

describe('what the answers of an upstream cost', () => {
  const answersOf = (lines: string) => {
    const upstream = `{protocol: openai, baseUrl: http://x, apiKey: x, models: ["*"], ${lines}}`;
    const { gateway } = serve({ yaml: `${MINIMAL}upstreams:\n  a: ${upstream}\n` });
    const [one] = gateway.upstreams;
    return one?.protocol === 'sandbox' ? undefined : one?.answers;
  };

  it('is what is known of all of them, unless the file says more', () => {
    for (const lines of ['', 'billing: standard', 'billing: {rows: []}', 'usage: {ignore: []}']) {
      expect(answersOf(lines)).toBeUndefined();
    }
  });

  it('by a preset, with rows before it, and numbers that are not billed', () => {
    expect(answersOf('billing: xai')?.billing).toEqual(billingRows('xai'));
    const own = [
      { status: 403, code: 'permission-denied', billed: false },
      { code: 'quota', billed: true },
    ];
    const rows =
      '[{status: 403, code: permission-denied, billed: false}, {code: quota, billed: true}]';
    expect(answersOf(`billing: {preset: azure, rows: ${rows}}`)?.billing).toEqual(
      billingRows('azure', own),
    );
    const ignored = new Set(['reasoning_tokens', 'prompt_tokens_details.x']);
    expect(answersOf('usage: {ignore: [reasoning_tokens, prompt_tokens_details.x]}')).toEqual({
      billing: billingRows(),
      ignored,
    });
  });
});
