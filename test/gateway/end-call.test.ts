import { describe, expect, it } from 'vitest';
import type { UsagePlan } from '../../gateway/call-plan.js';
import { createCallLog } from '../../gateway/calls.js';
import { createEnder } from '../../gateway/end-call.js';
import type { ReadAnswer } from '../../gateway/metered-answer.js';
import type { PricedCall } from '../../gateway/priced-call.js';
import { NO_USAGE } from '../../src/pricing/usage.js';
import { gatewayUnderTest } from './harness.js';

const HELD = { calls: 1_000_000, usd: 100, tokens: 5_000_000 };
const USAGE = { ...NO_USAGE, input: 5 };
const ANSWER: ReadAnswer = {
  reading: { status: 'read', usage: USAGE },
  facts: { models: [], statedUsd: undefined, openTier: [], openWrites: 0 },
  ids: ['resp_1'],
  ended: 'whole',
};
const UPSTREAM = {
  status: 200,
  headers: {},
  body: {
    bytes: async () => new Uint8Array(),
    destroy: () => {},
    async *[Symbol.asyncIterator]() {},
  },
};

/** What happens, in its order, when a call is charged so much. */
async function meter(usd: number, answer: Partial<ReadAnswer> = {}, settled: object = {}) {
  const gateway = gatewayUnderTest();
  const { log, metrics } = gateway.deps;
  const happened: string[] = [];
  const ender = createEnder({
    resolver: {
      settle: (reservation: string) => {
        happened.push(`settle ${reservation}`);
        return Promise.resolve();
      },
    } as never,
    keeper: { begin: () => ({}) as never, end: () => {} },
    calls: createCallLog(),
    unknownNames: { ended: () => {} },
    metrics,
    log,
  });
  const call = {
    route: 'responses',
    name: 'm',
    allowance: { path: [], kid: 'k', tenant: 'main' },
    plan: { unknown: [] },
  } as unknown as PricedCall;
  const held = { granted: HELD, limits: [], step: 0 } as never;
  const open = ender.begin({ call, account: 'main/x', reservation: 'r1', held });
  const plan: UsagePlan = {
    asksStream: false,
    openMeter: () => {
      throw new Error('not asked');
    },
    settle: () => ({
      charged: { ...HELD, usd },
      how: 'read',
      detail: undefined,
      usage: USAGE,
      ...settled,
    }),
    unknown: ['top.field'],
    remember: (ids, usage) => happened.push(`remember ${ids.join()} ${usage.input}`),
    overrun: (reservation) => happened.push(`overrun ${reservation}`),
  };
  const ended = ender.meter(open, plan, { ...ANSWER, ...answer }, UPSTREAM);
  // All of it in the turn in which it was asked.
  const atOnce = [...happened];
  await ended;
  expect(happened).toEqual(atOnce);
  return { happened, gateway };
}

describe('a call that is charged by its usage', () => {
  it('is settled and remembered in one turn', async () => {
    const { happened, gateway } = await meter(100);
    expect(happened).toEqual(['settle r1', 'remember resp_1 5']);
    expect(gateway.lines).toEqual([]);
  });

  it('is not remembered without an id, or a usage', async () => {
    expect((await meter(100, { ids: [] })).happened).toEqual(['settle r1']);
    const missing = { how: 'missing', usage: undefined };
    expect((await meter(100, {}, missing)).happened).toEqual(['settle r1']);
  });

  it('above its hold is told, with the names on no list', async () => {
    const { happened, gateway } = await meter(101);
    expect(happened).toEqual(['overrun r1', 'settle r1', 'remember resp_1 5']);
    expect(gateway.lines).toMatchObject([
      {
        level: 'warn',
        message: 'above its hold',
        fields: { unknown: ['top.field'], charged: { usd: 101 }, held: { usd: 100 } },
      },
    ]);
    expect((await gateway.deps.metrics.overruns.get()).values).toMatchObject([{ value: 1 }]);
  });

  it('says how the answer ended where it does not say its usage', async () => {
    for (const ended of ['broken_off', 'timeout', 'caller_left'] as const) {
      const missing = { how: 'missing', usage: undefined };
      const { gateway } = await meter(100, { ended }, missing);
      expect(gateway.lines.map(({ fields }) => fields['cause'])).toEqual([ended]);
    }
    const { gateway } = await meter(100, { ended: 'broken_off' }, { how: 'malformed' });
    expect(gateway.lines.map(({ fields }) => fields['cause'])).toEqual(['malformed']);
  });
});
