import { describe, expect, it, vi } from 'vitest';
import { type Ledger, LedgerUnavailable } from '../../src/ledger/contract.js';
import { deferred } from '../support/deferred.js';
import { chat, errorOf, gatewayUnderTest, leafBalance, modelLedger, NOW } from './harness.js';

type Operation = 'reserve' | 'settle' | 'release' | 'balance' | 'ping';

/** A ledger whose operations can be made to fail, before they run or after: a lost reply. */
function faultyLedger() {
  const inner = modelLedger(() => NOW);
  const faults = new Map<Operation, 'before' | 'after'>();
  const seen: string[] = [];
  const ledger = new Proxy(inner, {
    get(target, name: keyof Ledger) {
      if (name === 'shared') return target.shared;
      const operation = (target[name] as (...args: unknown[]) => unknown).bind(target);
      return async (...args: unknown[]) => {
        seen.push(name);
        const fault = faults.get(name as Operation);
        if (fault === 'before') throw new LedgerUnavailable('disconnected', 'down');
        const outcome = await operation(...args);
        if (fault === 'after') throw new LedgerUnavailable('deadline', 'no answer');
        return outcome;
      };
    },
  });
  return { ledger, faults, seen };
}

describe('a ledger that does not answer', () => {
  it('lets nothing through: 503, a short wait, nothing dispatched', async () => {
    const { ledger, faults } = faultyLedger();
    const gateway = gatewayUnderTest({ ledger });
    const macaroon = await gateway.mint();
    faults.set('reserve', 'before');
    const response = await chat(gateway, macaroon);
    expect([response.status, (await errorOf(response)).error.code]).toEqual([
      503,
      'ledger_unavailable',
    ]);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(gateway.upstream.seen).toEqual([]);
    faults.clear();
    expect((await chat(gateway, macaroon)).status).toBe(200);
  });

  it.each(['before', 'after'] as const)(
    'has a reservation that failed %s it ran released again',
    async (moment) => {
      const { ledger, faults, seen } = faultyLedger();
      const gateway = gatewayUnderTest({ ledger });
      const macaroon = await gateway.mint();
      faults.set('reserve', moment);
      await chat(gateway, macaroon);
      faults.clear();
      await vi.waitFor(() => expect(seen).toContain('release'));
      expect(await gateway.resolver.drain(5_000)).toBe(0);
      expect((await leafBalance(gateway, macaroon)).held['credits']).toBe(0);
    },
  );

  it.each(['before', 'after'] as const)(
    'after the dispatch takes nothing from the caller, who is charged once when it is back (%s)',
    async (moment) => {
      const { ledger, faults } = faultyLedger();
      const gateway = gatewayUnderTest({ ledger });
      const macaroon = await gateway.mint();
      faults.set('settle', moment);
      expect((await chat(gateway, macaroon, 'gpt-4o')).status).toBe(200);
      faults.clear();
      expect(await gateway.resolver.drain(5_000)).toBe(0);
      const { spent, held } = await leafBalance(gateway, macaroon);
      expect([spent['credits'], held['credits']]).toEqual([15, 0]);
    },
  );

  it('shows in /readyz, and not in /healthz', async () => {
    const { ledger, faults } = faultyLedger();
    const { app } = gatewayUnderTest({ ledger });
    expect((await app.request('/readyz')).status).toBe(200);
    faults.set('ping', 'before');
    const response = await app.request('/readyz');
    expect([response.status, await response.json()]).toEqual([
      503,
      { ready: false, why: 'ledger_unavailable' },
    ]);
    expect((await app.request('/healthz')).status).toBe(200);
  });

  it('lets a drain wait for a first try that is under way, and for what becomes of it', async () => {
    const [begun, failing] = [deferred(), deferred()];
    const inner = modelLedger(() => NOW);
    let tries = 0;
    const settle: Ledger['settle'] = async (request) => {
      tries += 1;
      if (tries > 1) return inner.settle(request);
      begun.resolve();
      await failing.promise;
      throw new LedgerUnavailable('disconnected', 'down');
    };
    const ledger = new Proxy(inner, {
      get(target, name: keyof Ledger) {
        if (name === 'shared') return target.shared;
        return name === 'settle' ? settle : (target[name] as () => unknown).bind(target);
      },
    });
    const gateway = gatewayUnderTest({ ledger });
    const macaroon = await gateway.mint();
    const calling = chat(gateway, macaroon, 'gpt-4o');
    await begun.promise;
    const draining = gateway.resolver.drain(5_000);
    failing.resolve();
    expect([await draining, tries]).toEqual([0, 2]);
    expect((await calling).status).toBe(200);
    const { spent, held } = await leafBalance(gateway, macaroon);
    expect([spent['credits'], held['credits']]).toEqual([15, 0]);
  });

  it('keeps a hold that can not be ended, until the drain is over', async () => {
    const { ledger, faults } = faultyLedger();
    const gateway = gatewayUnderTest({ ledger });
    const macaroon = await gateway.mint();
    faults.set('settle', 'before');
    await chat(gateway, macaroon);
    expect(await gateway.resolver.drain(50)).toBe(1);
  });
});
