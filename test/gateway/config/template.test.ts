import { describe, expect, it } from 'vitest';
import { CONFIG_TEMPLATE } from '../../../gateway/config/template.js';
import { DEFAULT_RULES } from '../../../gateway/providers/request.js';
import { MICROS_PER_UNIT } from '../../../src/money/units.js';
import { serve } from './fixture.js';

describe('the configuration that init writes', () => {
  it('serves from the sandbox alone without a provider key', () => {
    const { gateway } = serve({ yaml: CONFIG_TEMPLATE });
    expect(gateway.upstreams).toEqual([
      { name: 'sandbox', protocol: 'sandbox', models: [{ name: '', prefix: true }] },
    ]);
  });

  it('serves from the provider with one, and not from the sandbox', () => {
    const { gateway, secrets } = serve({
      yaml: CONFIG_TEMPLATE,
      env: { OPENAI_API_KEY: 'sk-canary-0123456789' },
    });
    expect(gateway.upstreams.map(({ name }) => name)).toEqual(['openai']);
    expect(gateway.offUpstreams).toMatchObject([
      { name: 'anthropic', why: 'its apiKey is empty: set ANTHROPIC_API_KEY' },
      { name: 'sandbox', why: 'it answers only while every provider is off: openai is on' },
    ]);
    expect(gateway.upstreams[0]).toEqual({
      name: 'openai',
      protocol: 'openai',
      baseUrl: 'https://api.openai.com/v1',
      apiKey: 'sk-canary-0123456789',
      headers: {},
      query: {},
      models: [
        { name: 'gpt-', prefix: true },
        { name: 'o', prefix: true },
      ],
      rules: DEFAULT_RULES,
      tokenizer: 'none',
      timeoutMs: 300_000,
    });
    expect(secrets).toContain('sk-canary-0123456789');
  });

  it('has the values of the documentation, beside its own file', () => {
    const { gateway, keys } = serve({ yaml: CONFIG_TEMPLATE });
    expect(keys).toEqual({ kind: 'file', file: '/etc/bursar/keys.json' });
    expect(gateway).toMatchObject({
      listen: { host: '127.0.0.1', port: 8787 },
      ledgerUrl: 'sqlite:/etc/bursar/ledger.db',
      ledgerTimeoutMs: 1_000,
      stateDir: '/etc/bursar/state',
      toolCosts: {
        // A model without a line has no price in credits.
        defaultMicros: undefined,
        rules: [
          { name: 'gpt-4o', prefix: false, micros: 15 * MICROS_PER_UNIT },
          { name: 'gpt-4o-mini', prefix: false, micros: MICROS_PER_UNIT },
          {
            name: 'web_search',
            prefix: false,
            micros: 5 * MICROS_PER_UNIT,
            usdMicros: MICROS_PER_UNIT / 100,
          },
        ],
      },
    });
  });

  it('says in its comments what the defaults are, and shows examples that load', () => {
    const uncommented = CONFIG_TEMPLATE.replace(
      /^( *)# (?=( |deepseek:|endpoints:|limits:))/gm,
      '$1',
    );
    expect(uncommented).toMatch(/^ {2}endpoints:$/m);
    const { gateway } = serve({
      yaml: uncommented,
      env: { GEOCODE_KEY: 'geo', DEEPSEEK_API_KEY: 'ds' },
    });
    expect(gateway.limits).toEqual(serve({ yaml: CONFIG_TEMPLATE }).gateway.limits);
    expect([...gateway.endpoints]).toEqual([
      ['web_search', { url: 'http://127.0.0.1:9000/search', headers: {}, timeoutMs: 300_000 }],
      [
        'geocode',
        {
          url: 'https://geo.example.com/v1',
          headers: { 'x-api-key': 'geo' },
          timeoutMs: 300_000,
          methods: ['GET'],
          paths: ['/v1/*'],
        },
      ],
    ]);
  });
});
