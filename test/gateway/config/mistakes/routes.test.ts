import { describe, expect, it } from 'vitest';
import { MINIMAL, mistakesOf } from '../fixture.js';
import { check, MODEL, MODELS, withEndpoint, withUpstream } from './table.js';

const withOpenai = (baseUrl: string) =>
  withUpstream(`    {protocol: openai, baseUrl: "${baseUrl}", apiKey: x, models: ["*"]}\n`);

describe('a wrong upstream or endpoint', () => {
  const PROTOCOL = 'expected openai, anthropic or sandbox';
  check([
    [
      'a list of them',
      `${MINIMAL}upstreams:\n  - a\n`,
      '4:3: upstreams: found a list; expected a map of upstreams by name',
    ],
    [
      'an unknown protocol',
      withUpstream('    protocol: opnai\n'),
      `5:15: upstreams.a.protocol: found "opnai"; ${PROTOCOL}`,
    ],
    [
      'no protocol',
      withUpstream('    models: ["*"]\n'),
      `4:3: upstreams.a.protocol: found nothing; ${PROTOCOL}`,
    ],
    [
      'nothing but a protocol',
      withUpstream('    protocol: openai\n'),
      '4:3: upstreams.a.baseUrl: found nothing; expected a URL such as https://api.openai.com/v1',
      `4:3: upstreams.a.apiKey: found nothing; expected \${NAME} of the environment; empty turns the upstream off`,
      `4:3: upstreams.a.models: found nothing; ${MODELS}`,
    ],
    [
      'an empty list of models',
      withUpstream('    {protocol: sandbox, models: []}\n'),
      '5:33: upstreams.a.models: found an empty list; expected at least one model, or "*" for all of them',
    ],
    [
      'a model that is no list',
      withUpstream('    {protocol: sandbox, models: gpt-4o}\n'),
      `5:33: upstreams.a.models: found "gpt-4o"; ${MODELS}`,
    ],
    [
      'wrong models',
      withUpstream('    {protocol: sandbox, models: ["a*b", "a%3Ab", ""]}\n'),
      `5:34: upstreams.a.models.0: found "a*b"; ${MODEL}`,
      '5:41: upstreams.a.models.1: found "a%3Ab"; expected the name itself, not percent-encoded',
      `5:50: upstreams.a.models.2: found ""; ${MODEL}`,
    ],
    [
      'another scheme',
      withOpenai('ftp://x/'),
      '5:33: upstreams.a.baseUrl: found "ftp://x/"; expected a URL that begins with http:// or https://',
    ],
    [
      'credentials in a URL',
      withOpenai('https://u:hunter2@x/v1'),
      '5:33: upstreams.a.baseUrl: found "https://[credentials]@x/v1"; expected a URL without credentials: they would show in logs',
    ],
    [
      'a query in a URL',
      withOpenai('https://x/v1?a=b'),
      '5:33: upstreams.a.baseUrl: found "https://x/v1?a=b"; expected a URL without query and fragment (an upstream has query: {name: value})',
    ],
    [
      'answers that are not said as they must be',
      withUpstream(
        '    protocol: openai\n    baseUrl: http://x\n    apiKey: x\n    models: ["*"]\n' +
          '    billing: {preset: aws, rows: [{billed: true}, {status: 200, billed: maybe}]}\n' +
          '    usage: {ignore: ["a b"], other: 1}\n',
      ),
      '9:23: upstreams.a.billing.preset: found "aws"; expected one of standard, azure, xai',
      '9:35: upstreams.a.billing.rows.0: found neither of them; expected status, code, or both',
      '9:60: upstreams.a.billing.rows.1.status: found "200"; expected a whole number from 400 to 599',
      '9:73: upstreams.a.billing.rows.1.billed: found "maybe"; expected true or false',
      '10:22: upstreams.a.usage.ignore.0: found "a b"; expected 1 to 128 printable ASCII characters without spaces',
      '10:30: upstreams.a.usage.other: found an unknown name; expected one of ignore',
    ],
    [
      'a preset of a name that is none',
      withUpstream(
        '    {protocol: openai, baseUrl: http://x, apiKey: x, models: ["*"], billing: aws}\n',
      ),
      '5:69: upstreams.a.billing.preset: found "aws"; expected one of standard, azure, xai',
    ],
    [
      'an endpoint without a scheme',
      withEndpoint('    a: localhost:9000\n'),
      '5:5: tools.endpoints.a.url: found "localhost:9000"; expected a URL that begins with http:// or https://',
    ],
    [
      'headers that can not be sent',
      withEndpoint(
        '    a:\n      url: http://x\n      headers:\n        Host: x\n        x-key: "hunter\\n2"\n        "a b": c\n',
      ),
      '8:9: tools.endpoints.a.headers.Host: found the name "Host"; expected a header that is not about the connection',
      '9:16: tools.endpoints.a.headers.x-key: found a text of 8 characters; expected printable ASCII, not empty, without spaces at its ends',
      '10:9: tools.endpoints.a.headers.a b: found the name "a b"; expected the name of an HTTP header',
    ],
    [
      'a header in two spellings',
      withEndpoint('    a: {url: http://x, headers: {X-Key: a, x-key: b}}\n'),
      '5:33: tools.endpoints.a.headers: found a map; expected every header once, whatever its case',
    ],
  ]);
});

it.each([
  ['$OPENAI_API_KEY', 'https://x/v1', `expected \${OPENAI_API_KEY}: a $OPENAI_API_KEY without`],
  ['k', 'https://x/v1/chat/completions', 'expected https://x/v1: each call adds its own route'],
  ['k', 'https://x/v1/messages/', 'expected https://x/v1: each call adds its own route'],
])('a key of %s at %s is told by what it should be', (apiKey, baseUrl, expected) => {
  const lines = `    { protocol: openai, baseUrl: "${baseUrl}", apiKey: ${apiKey}, models: ["*"] }\n`;
  expect(mistakesOf({ yaml: withUpstream(lines) })).toEqual([expect.stringContaining(expected)]);
});
