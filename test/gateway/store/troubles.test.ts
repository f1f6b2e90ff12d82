import type { ServerResponse } from 'node:http';
import { Pool } from 'undici';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { LEDGER_DEFAULTS, type Ledger } from '../../../src/ledger/contract.js';
import { openLedger } from '../../../src/ledger/open.js';
import { CREDIT, counters } from '../../ledger/fixtures.js';
import { deferred } from '../../support/deferred.js';
import { child, type Fleet, fleet } from '../fleet.js';
import { type HttpStub, httpStub } from '../http-upstream.js';
import { openStore, type Store, TROUBLES } from './troubles.js';

let store: Store;
let tool: HttpStub;
let gateways: Fleet;
let url: string;
let ledger: Ledger;
/** The tool's answers that wait to be given. */
const asked: ServerResponse[] = [];
let arrived = deferred();

beforeAll(async () => {
  store = await openStore();
  tool = await httpStub((request, response) => {
    if (request.url !== '/slow') {
      response.end('{}');
      return;
    }
    asked.push(response);
    arrived.resolve();
  });
  gateways = fleet(
    store.server.url,
    `ledgerTimeout: 500ms
tools:
  costs: { work: 1 }
  endpoints: { work: "${tool.url}" }`,
  );
  ({ url } = await gateways.start());
  const options = { ...LEDGER_DEFAULTS, timeoutMs: 5_000, clock: Date.now };
  ledger = await openLedger(store.server.url, options);
  // Has the functions loaded, which a store at its memory limit takes no more.
  await ledger.ping();
});
afterAll(async () => {
  await ledger.close();
  await tool.close();
  await store.dispose();
});

async function call(macaroon: string, rest = '') {
  const headers = { authorization: `Bearer ${macaroon}` };
  const response = await fetch(`${url}/tools/work${rest}`, { headers });
  const { error } = (await response.json()) as { error?: { code: string } };
  return { status: response.status, code: error?.code };
}

async function minted(): Promise<{ macaroon: string; root: string }> {
  const macaroon = await gateways.mint('100');
  const headers = { authorization: `Bearer ${macaroon}` };
  const balance = await (await fetch(`${url}/bursar/v1/balance`, { headers })).json();
  return { macaroon, root: (balance as { account: string }).account };
}

describe('a gateway whose Redis is', () => {
  it.each(TROUBLES)('$name: 503, nothing dispatched, and what was is settled', async (trouble) => {
    let isOver = false;
    onTestFinished(async () => {
      if (!isOver) await trouble.end(store);
    });
    const { macaroon, root } = await minted();
    arrived = deferred();
    const open = call(macaroon, '/slow');
    await arrived.promise;
    const dispatched = tool.seen.length;
    await trouble.begin(store);
    for (let i = 0; i < 3; i++) {
      expect(await call(macaroon)).toEqual({ status: 503, code: 'ledger_unavailable' });
    }
    expect(tool.seen).toHaveLength(dispatched);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    // The caller has what it paid for, whether the ledger can be told now or not.
    for (const response of asked.splice(0)) response.end('{}');
    expect(await open).toEqual({ status: 200, code: undefined });
    if (trouble.settlesMeanwhile) {
      expect(await counters(ledger, root)).toEqual({ spent: CREDIT, held: 0 });
    }
    isOver = true;
    await trouble.end(store);
    // The hold's deadline is a quarter of an hour away: it is the gateway that has tried again.
    await vi.waitFor(
      async () => expect(await counters(ledger, root)).toEqual({ spent: CREDIT, held: 0 }),
      { timeout: 15_000, interval: 50 },
    );
    await vi.waitFor(async () => expect(await call(macaroon)).toMatchObject({ status: 200 }), {
      timeout: 5_000,
      interval: 50,
    });
    expect(await counters(ledger, root)).toEqual({ spent: 2 * CREDIT, held: 0 });
  });

  it('flushed of its functions in a loop: exactly what there is, all the same', async () => {
    const { macaroon, root } = await minted();
    const agent = child(macaroon, 'agent', 40);
    let isFlushing = true;
    const flushes = (async () => {
      while (isFlushing) await store.admin.function('FLUSH');
    })();
    onTestFinished(() => {
      isFlushing = false;
    });
    const pool = new Pool(url, { connections: 8 });
    const headers = { authorization: `Bearer ${agent}` };
    const statuses = new Map<number, number>();
    let left = 120;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        while (left-- > 0) {
          const { statusCode, body } = await pool.request({
            method: 'GET',
            path: '/tools/work',
            headers,
          });
          await body.dump();
          statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
        }
      }),
    );
    isFlushing = false;
    await flushes;
    await pool.close();
    expect(statuses.get(200)).toBe(40);
    // A busy machine may keep a call waiting for too long between two flushes.
    for (const status of statuses.keys()) expect([200, 402, 503]).toContain(status);
    expect(await counters(ledger, root)).toEqual({ spent: 40 * CREDIT, held: 0 });
  });
});
