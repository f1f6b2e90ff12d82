import { describe, expect, it } from 'vitest';
import { ANTHROPIC_APIS, OPENAI_APIS } from '../../../gateway/model-calls/upstreams.js';
import { type Upstream, UpstreamError } from '../../../gateway/upstream/types.js';
import { answerAs } from '../../upstreams/provider.js';
import type { Script } from '../../upstreams/said.js';
import { gatewayUnderTest, leafBalance, modelUpstream, type Overrides } from '../harness.js';
import { dueOf, SHIPPED } from './rig.js';

const GPT = 'gpt-4o-2024-08-06';
const CLAUDE = 'claude-sonnet-4-20250514';
const messages = [{ role: 'user', content: 'Hi' }];

interface Streamed {
  readonly path: string;
  readonly model: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const STREAMS: readonly Streamed[] = [
  { path: '/v1/chat/completions', model: GPT, body: { messages, max_tokens: 50 } },
  { path: '/v1/responses', model: GPT, body: { input: 'Hi', max_output_tokens: 50 } },
  { path: '/v1/messages', model: CLAUDE, body: { messages, max_tokens: 50 } },
].map((one) => ({ ...one, body: { ...one.body, model: one.model } }));

const SCRIPT: Script = { text: 'Hé!', usage: { cachedInput: 5, reasoning: 3 } };

/** What the provider answers, and what it bills for that. */
function answered({ path, body, model }: Streamed, isStream: boolean, script = SCRIPT) {
  const asked = {
    ...body,
    stream: isStream,
    ...(path === '/v1/chat/completions' ? { stream_options: { include_usage: true } } : {}),
  };
  const answer = answerAs(path, asked, { script: () => script });
  const due = dueOf(model, { path, headers: {}, body: asked, answer });
  return { ...answer, due };
}

type Answer = Pick<ReturnType<typeof answered>, 'contentType'> & {
  readonly pieces: readonly (string | Uint8Array)[];
};

/** Says these pieces, and then breaks off if it is told to. */
function saying({ contentType, pieces }: Answer, breaksOff = false): Upstream {
  return {
    send: async () => ({
      status: 200,
      headers: { 'content-type': contentType },
      body: {
        bytes: () => Promise.reject(new Error('read as a stream')),
        destroy: () => {},
        async *[Symbol.asyncIterator]() {
          for (const piece of pieces) yield Buffer.from(piece as string);
          if (breaksOff) throw new UpstreamError('failed');
        },
      },
    }),
    close: async () => {},
  };
}

/** A gateway whose upstream can be exchanged between two calls. */
async function start(first: Upstream, overrides: Overrides = {}) {
  let current = first;
  let before = 0;
  const upstream: Upstream = { send: (request) => current.send(request), close: async () => {} };
  const gateway = gatewayUnderTest({
    modelUpstreams: [
      modelUpstream({
        apis: new Set([...OPENAI_APIS, ...ANTHROPIC_APIS]),
        models: [{ name: '', prefix: true }],
        upstream,
      }),
    ],
    prices: () => SHIPPED,
    priceList: { defaultMicros: undefined, rules: [] },
    ...overrides,
  });
  const macaroon = await gateway.mint('1000usd');
  return {
    say: (next: Upstream): void => {
      current = next;
    },
    ask: async ({ path, body }: Streamed, stream: boolean): Promise<Response> =>
      gateway.app.request(path, {
        method: 'POST',
        headers: { 'x-api-key': macaroon },
        body: JSON.stringify({ ...body, stream }),
      }),
    /** Since it was asked last, in micro-dollars, once nothing is under way any more. */
    charged: async (): Promise<number> => {
      expect(await gateway.resolver.drain(5_000)).toBe(0);
      const { spent, held } = await leafBalance(gateway, macaroon);
      expect(held['usd']).toBe(0);
      const all = Math.round((spent['usd'] ?? 0) * 1e6);
      const since = all - before;
      before = all;
      return since;
    },
    unread: async () => (await gateway.deps.metrics.usageUnread.get()).values,
    account: async (id: string) => {
      const headers = { 'x-api-key': macaroon };
      const response = await gateway.app.request(`/bursar/v1/calls/${id}`, { headers });
      return (await response.json()) as {
        held: { usd: number };
        cost: { usd: number };
        reading: string;
      };
    },
  };
}

const named = STREAMS.map((one) => [one.path, one] as const);

describe.each(named)('%s, cut off', (_, api) => {
  const { pieces, contentType, due } = answered(api, true);
  const bytes = Buffer.from(pieces.join(''));

  // One call a byte: some thousands.
  const long = { timeout: 180_000 };
  it(
    'by the upstream after every byte: never less than what it bills, and no hold stays',
    long,
    async () => {
      let { ask, charged, say } = await start(saying({ contentType, pieces }));
      let exact = 0;
      for (let at = 0; at <= bytes.length; at += 1) {
        // The model ledger remembers every hold, and becomes slower by it.
        if (at % 20 === 19) ({ ask, charged, say } = await start(saying({ contentType, pieces })));
        say(saying({ contentType, pieces: [bytes.subarray(0, at)] }, true));
        const response = await ask(api, true);
        await expect(response.text()).rejects.toThrow();
        const paid = await charged();
        expect(paid).toBeGreaterThanOrEqual(due.usd);
        if (paid === due.usd) exact += 1;
      }
      // From the last usage on, it is known.
      expect(exact).toBeGreaterThan(0);
      expect(exact).toBeLessThan(bytes.length);
    },
  );

  it('by the caller after every chunk: what the upstream bills, to the micro-dollar', async () => {
    const { ask, charged } = await start(saying({ contentType, pieces }));
    for (let taken = 0; taken <= pieces.length; taken += 1) {
      const reader = (await ask(api, true)).body?.getReader();
      for (let i = 0; i < taken; i += 1) await reader?.read();
      await reader?.cancel();
      expect(await charged()).toBe(due.usd);
    }
  });

  it('by the caller, with more to come than is read behind it: the hold', async () => {
    const limits = { ...gatewayUnderTest().deps.limits, drainBound: { bytes: 10, ms: 60_000 } };
    const { ask, charged, account, unread } = await start(saying({ contentType, pieces }), {
      limits,
    });
    const response = await ask(api, true);
    await response.body?.cancel();
    const paid = await charged();
    const known = await account(response.headers.get('x-bursar-reservation') ?? '');
    expect(paid).toBeGreaterThan(due.usd);
    expect(known).toMatchObject({ cost: known.held, reading: 'missing' });
    expect(paid).toBe(Math.round(known.held.usd * 1e6));
    expect(await unread()).toEqual([{ labels: { reason: 'missing' }, value: 1 }]);
  });

  it('not at all: the last line says what it cost, after all that the upstream said', async () => {
    const { ask, charged } = await start(saying({ contentType, pieces }));
    const response = await ask(api, true);
    expect(response.headers.get('x-bursar-cost')).toBeNull();
    expect(response.headers.get('x-bursar-held')).toMatch(/ usd, \d+ tokens$/);
    const text = await response.text();
    const usd = (await charged()) / 1e6;
    const last = text.slice(text.lastIndexOf(': bursar'));
    expect(last).toBe(
      `: bursar cost=${usd}usd,${due.tokens}tokens remaining=${(1e9 - due.usd) / 1e6}usd\n\n`,
    );
    expect(text.startsWith(pieces[0] ?? '')).toBe(true);
  });
});

describe.each(named)('%s, a plain answer', (_, api) => {
  const { pieces, contentType, due } = answered(api, false);
  const [whole = ''] = pieces;

  it('is settled before it is sent, and says what it cost', async () => {
    const { ask, charged } = await start(
      saying({ contentType, pieces: [whole.slice(0, 9), whole.slice(9)] }),
    );
    const response = await ask(api, false);
    const cost = `${due.usd / 1e6} usd, ${due.tokens} tokens`;
    expect(response.headers.get('x-bursar-cost')).toBe(cost);
    expect(response.headers.get('x-bursar-remaining')).toBe(`${(1e9 - due.usd) / 1e6} usd`);
    expect(await response.text()).toBe(whole);
    expect(await charged()).toBe(due.usd);
  });

  it('that breaks off is 502 and charged at its hold', async () => {
    const { ask, charged } = await start(
      saying({ contentType, pieces: [whole.slice(0, -1)] }, true),
    );
    expect((await ask(api, false)).status).toBe(502);
    expect(await charged()).toBeGreaterThan(due.usd);
  });

  const tamper = (change: (usage: Record<string, unknown>) => void) => {
    const value = JSON.parse(whole) as { usage: Record<string, unknown> };
    change(value.usage);
    return JSON.stringify(value);
  };
  const output = api.path === '/v1/chat/completions' ? 'completion_tokens' : 'output_tokens';
  const bad: [string, string, string][] = [
    ['missing', 'no usage', '{}'],
    ['missing', 'null', JSON.stringify({ ...JSON.parse(whole), usage: null })],
    ['missing', 'cut JSON', whole.slice(0, -1)],
    ['malformed', 'a negative count', tamper((usage) => Object.assign(usage, { [output]: -1 }))],
    ['malformed', 'a fraction', tamper((usage) => Object.assign(usage, { [output]: 1.5 }))],
  ];
  it.each(bad)(
    'with %s usage (%s) is charged at its hold, and counted',
    async (reason, _what, text) => {
      const { ask, charged, unread, account } = await start(
        saying({ contentType, pieces: [text] }),
      );
      const response = await ask(api, false);
      expect([response.status, await response.text()]).toEqual([200, text]);
      const { held } = await account(response.headers.get('x-bursar-reservation') ?? '');
      expect(await charged()).toBe(Math.round(held.usd * 1e6));
      expect(await unread()).toEqual([{ labels: { reason }, value: 1 }]);
    },
  );
});

describe.each(named)('%s, with more usage than any model has', (_, api) => {
  const { pieces, contentType } = answered(api, false);
  const whole = JSON.parse(pieces.join('')) as { usage: Record<string, unknown> };
  const output = api.path === '/v1/chat/completions' ? 'completion_tokens' : 'output_tokens';
  const { maxOutput = 0, tiers } = SHIPPED.find(api.model) ?? {};
  const perToken = (tiers?.get('default')?.bands[0].output ?? 0) / 1e6;

  it.each([1e12, 2 ** 53, 1e300])(
    '%d tokens: charged at the maximum of the model, never at the smaller hold',
    async (tokens) => {
      const usage = { ...whole.usage, [output]: tokens, total_tokens: undefined };
      const text = JSON.stringify({ ...whole, usage });
      const { ask, charged, unread, account } = await start(
        saying({ contentType, pieces: [text] }),
      );
      const response = await ask(api, false);
      const known = await account(response.headers.get('x-bursar-reservation') ?? '');
      expect(known.reading).toBe('above_maximum');
      const paid = await charged();
      expect(paid).toBeGreaterThanOrEqual(maxOutput * perToken);
      expect(paid).toBeGreaterThanOrEqual(Math.round(known.held.usd * 1e6));
      // The input is believed: it is nothing of the kind.
      expect(paid).toBeLessThan(maxOutput * perToken + 1_000);
      expect(await unread()).toEqual([{ labels: { reason: 'above_maximum' }, value: 1 }]);
    },
  );
});

describe.each(named)('%s, with less usage than what was seen passing by', (_, api) => {
  it.each([
    ['a plain answer', false],
    ['a stream', true],
  ])('is charged at its hold, and counted: %s', async (_what, isStream) => {
    // Fifty tokens went by, and none is said to be output.
    const script: Script = { text: 'word'.repeat(50), usage: { output: 0 } };
    const { pieces, contentType, due } = answered(api, isStream, script);
    const { ask, charged, unread, account } = await start(saying({ contentType, pieces }));
    const response = await ask(api, isStream);
    expect(await response.text()).toContain(pieces[0]?.trimEnd());
    const known = await account(response.headers.get('x-bursar-reservation') ?? '');
    expect(known).toMatchObject({ reading: 'below_seen', cost: known.held });
    expect(known.held.usd * 1e6).toBeGreaterThan(due.usd);
    expect(await charged()).toBe(Math.round(known.held.usd * 1e6));
    expect(await unread()).toEqual([{ labels: { reason: 'below_seen' }, value: 1 }]);
  });
});

describe('what has no price afterwards', () => {
  it('is charged at its hold: a tier that the list does not have', async () => {
    const [api] = STREAMS;
    if (api === undefined) throw new Error('no API');
    const { pieces, contentType } = answered(api, false);
    const text = pieces.join('').replace('"service_tier":"default"', '"service_tier":"unheard"');
    const { ask, charged, unread, account } = await start(saying({ contentType, pieces: [text] }));
    const response = await ask(api, false);
    const { held, reading } = await account(response.headers.get('x-bursar-reservation') ?? '');
    expect(reading).toBe('unpriced');
    expect(await charged()).toBe(Math.round(held.usd * 1e6));
    expect(await unread()).toEqual([{ labels: { reason: 'unpriced' }, value: 1 }]);
  });
});
