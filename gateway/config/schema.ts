import { z } from 'zod';
import {
  readAccessLog,
  readApiKey,
  readArgument,
  readBaseUrl,
  readCount,
  readDuration,
  readEndpointName,
  readHeaderName,
  readHeaderValue,
  readHttpUrl,
  readKeys,
  readLedger,
  readListen,
  readMethod,
  readNameRule,
  readOrigin,
  readPath,
  readPathPattern,
  readQueryName,
  readQueryValue,
  readSize,
  readUpstreamName,
} from './grammar.js';
import { billing, usage } from './schema-answers.js';
import { cost, credits } from './schema-costs.js';
import { operatorKeys } from './schema-operators.js';
import { requests } from './schema-requests.js';
import { named, section, text } from './shapes.js';

/** The file's shape. */

const timeout = text(readDuration('1ms', '24h'), 'a duration such as 30s');

const models = z
  .array(text(readNameRule, 'a model, or a prefix such as gpt-*'), {
    error: 'a list of models and prefixes, such as ["gpt-*", "o*"]',
  })
  .min(1, { error: 'at least one model, or "*" for all of them' });

const headers = named(readHeaderName, text(readHeaderValue, 'a text'), 'a map of headers').refine(
  (byName) => {
    const names = Object.keys(byName);
    return new Set(names.map((name) => name.toLowerCase())).size === names.length;
  },
  { error: 'every header once, whatever its case' },
);

/** Those that the gateway sets itself: a key sent twice is refused by some, and read in either way by others. */
const OWN_HEADERS = {
  openai: ['authorization', 'accept-encoding', 'content-type'],
  anthropic: ['authorization', 'x-api-key', 'accept-encoding', 'content-type'],
};

function providerHeaders(protocol: keyof typeof OWN_HEADERS) {
  return headers.superRefine((byName, context) => {
    for (const name of Object.keys(byName)) {
      if (!OWN_HEADERS[protocol].includes(name.toLowerCase())) continue;
      context.addIssue({
        code: 'custom',
        path: [name],
        message: 'any header but those that the gateway sets by itself (the key is apiKey)',
        params: { found: `the header ${name}` },
      });
    }
  });
}

const query = named(
  readQueryName,
  text(readQueryValue, 'a text'),
  'a map such as { api-version: 2024-10-21 }',
);

function provider<P extends keyof typeof OWN_HEADERS>(protocol: P, example: string) {
  return section({
    protocol: z.literal(protocol),
    baseUrl: text(readBaseUrl, `a URL such as ${example}`),
    apiKey: text(readApiKey, `\${NAME} of the environment; empty turns the upstream off`),
    models,
    headers: providerHeaders(protocol).prefault({}),
    query: query.prefault({}),
    timeout: timeout.optional(),
    requests: requests.prefault({}),
    billing: billing.prefault({}),
    usage: usage.prefault({}),
  });
}

const upstream = z.discriminatedUnion(
  'protocol',
  [
    provider('openai', 'https://api.openai.com/v1'),
    provider('anthropic', 'https://api.anthropic.com/v1'),
    section({ protocol: z.literal('sandbox'), models }),
  ],
  {
    error: ({ code }) =>
      code === 'invalid_union'
        ? 'openai, anthropic or sandbox'
        : 'a map of protocol, baseUrl, apiKey, models, headers, query, timeout, requests, billing, usage',
  },
);

/** `name: URL`, or a map with headers besides. */
const endpoint = z.preprocess(
  (value) => (typeof value === 'string' ? { url: value } : value),
  section({
    url: text(readHttpUrl, 'a URL such as http://127.0.0.1:9000/search'),
    headers: headers.prefault({}),
    timeout: timeout.optional(),
    methods: z
      .array(text(readMethod, 'a method such as GET'), { error: 'a list such as [GET, POST]' })
      .min(1, { error: 'at least one method' })
      .optional(),
    paths: z
      .array(text(readPathPattern, 'a path such as "/v1/*"'), { error: 'a list such as ["/v1/*"]' })
      .min(1, { error: 'at least one path' })
      .optional(),
  }),
);

const tools = section({
  defaultCost: credits.optional(),
  costs: named(readNameRule, cost, 'a map of names and credits, such as gpt-4o: 15').prefault({}),
  endpoints: named(readEndpointName, endpoint, 'a map of tools and URLs').prefault({}),
}).refine(({ defaultCost, costs }) => defaultCost !== undefined || Object.keys(costs).length > 0, {
  error: 'defaultCost, or a line in costs: without any price every call is refused',
  params: { found: 'no price' },
});

const tokens = text(readCount(1, 10_000_000), 'a number of tokens such as 4096');

const limits = section({
  body: text(readSize('1KiB', '1GiB'), 'a size such as 10MiB').prefault('10MiB'),
  header: text(readSize('1KiB', '1MiB'), 'a size such as 16KiB').prefault('16KiB'),
  connections: text(readCount(1, 1_000_000), 'a whole number such as 1024').prefault('1024'),
  inFlight: text(readCount(1, 1_000_000), 'a whole number such as 4096').prefault('4096'),
  upstreamConnections: text(readCount(1, 65_535), 'a whole number such as 1024').prefault('1024'),
  uploads: text(readSize('1MiB', '64GiB'), 'a size such as 256MiB').prefault('256MiB'),
  freeCalls: text(readCount(1, 1_000_000), 'a whole number such as 300').prefault('300'),
  headerTimeout: timeout.prefault('10s'),
  requestTimeout: timeout.prefault('60s'),
  upstreamTimeout: timeout.prefault('5m'),
  drain: text(readDuration('0s', '1h'), 'a duration such as 10s').prefault('10s'),
  holdTtl: text(readDuration('1s', '24h'), 'a duration such as 15m').prefault('15m'),
  defaultOutput: tokens.prefault('4096'),
  defaultReasoningOutput: tokens.prefault('32768'),
  leastOutput: tokens.prefault('16'),
  serverToolRuns: text(readCount(1, 1_024), 'a number of runs such as 5').prefault('5'),
  unknownInFlight: text(readCount(1, 1_024), 'a whole number such as 16').prefault('16'),
  unknownWait: text(readDuration('0s', '5m'), 'a duration such as 30s').prefault('30s'),
  leftTime: text(readDuration('0s', '1h'), 'a duration such as 30s').prefault('30s'),
  leftBytes: text(readSize('0B', '1GiB'), 'a size such as 8MiB').prefault('8MiB'),
  decoded: text(readSize('1KiB', '1GiB'), 'a size such as 64MiB').prefault('64MiB'),
  decodeRatio: text(readCount(1, 10_000), 'a whole number such as 100').prefault('100'),
}).refine(({ defaultOutput, leastOutput }) => leastOutput <= defaultOutput, {
  path: ['leastOutput'],
  error: 'at most defaultOutput',
  params: { found: 'more than that' },
});

/** How many replicas have a hold before it counts. */
const ledgerWait = section({
  replicas: text(readCount(1, 9), 'a whole number such as 1'),
  timeout: text(readDuration('1ms', '1m'), 'a duration such as 200ms').prefault('200ms'),
});

const tls = section({
  cert: text(readPath, 'the path of a certificate in PEM'),
  key: text(readPath, 'the path of its key in PEM'),
});

const keysCommand = z
  .array(text(readArgument, 'a text'), { error: 'a list such as ["vault", "kv", "get", "…"]' })
  .refine(([program = '']) => program !== '', { error: 'a command, and its arguments' });

const operatorKey = z.string({ error: `\${NAME} of the environment` });

/** Every setting, by its name at the top of the file. */
export const settings = {
  listen: text(readListen, 'HOST:PORT such as 127.0.0.1:8787').prefault('127.0.0.1:8787'),
  adminListen: text(readListen, 'HOST:PORT such as 127.0.0.1:8788').optional(),
  tls: tls.optional(),
  ledger: text(readLedger, 'sqlite:PATH or redis://HOST:6379/0').prefault('sqlite:ledger.db'),
  ledgerTimeout: text(readDuration('1ms', '1m'), 'a duration such as 1s').prefault('1s'),
  ledgerRetain: text(readDuration('1m', '30d'), 'a duration such as 1h').prefault('1h'),
  ledgerWait: ledgerWait.optional(),
  stateDir: text(readPath, 'the path of a folder').prefault('state'),
  keys: text(readKeys, 'the path of the key ring, or fd:3').optional(),
  keysCommand: keysCommand.optional(),
  operatorKeyFile: text(readPath, 'the path of a file').optional(),
  operatorKey: operatorKey.optional(),
  operatorKeys: operatorKeys.optional(),
  upstreams: named(readUpstreamName, upstream, 'a map of upstreams by name').prefault({}),
  tools,
  accessLog: text(readAccessLog, 'true, false, or the path of a file').prefault('false'),
  cors: z
    .array(text(readOrigin, 'an origin such as https://app.example.com, or "*"'), {
      error: 'a list of origins such as ["https://app.example.com"]',
    })
    .prefault([]),
  prices: text(readPath, 'the path of a price list').optional(),
  limits: limits.prefault({}),
};

export type SettingName = keyof typeof settings;
export type Settings = { readonly [N in SettingName]: z.output<(typeof settings)[N]> };

const isMap = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const OPERATOR_SETTINGS = ['operatorKeyFile', 'operatorKey', 'operatorKeys'];

/** The whole file. What is wrong beside other mistakes is told with them. */
export const configSchema = section(settings)
  .refine((value) => OPERATOR_SETTINGS.some((name) => name in value), {
    path: ['operatorKeyFile'],
    error: `the path of a file, or operatorKey: \${NAME} in its place`,
    params: { found: 'no operator key' },
    when: ({ value }) => isMap(value),
  })
  .refine((value) => !('operatorKeyFile' in value && 'operatorKey' in value), {
    path: ['operatorKey'],
    error: 'one of them',
    params: { found: 'both operatorKeyFile and operatorKey' },
    when: ({ value }) => isMap(value),
  })
  .refine((value) => !('keys' in value && 'keysCommand' in value), {
    path: ['keysCommand'],
    error: 'one of them',
    params: { found: 'both keys and keysCommand' },
    when: ({ value }) => isMap(value),
  });
