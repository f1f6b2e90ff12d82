import { Pool } from 'undici';
import { expect, it, onTestFinished, vi } from 'vitest';
import { CREDIT } from '../../ledger/fixtures.js';
import { child, fleet } from '../fleet.js';
import { httpStub } from '../http-upstream.js';
import { chargedOnce, pastDeadlines } from '../kills/checks.js';
import { callsTold, wholeJournal } from '../kills/journaled.js';
import type { Outcome } from '../kills/load.js';
import { openBeside } from '../kills/run.js';

const LIMIT = 100_000;
const CALLERS = 8;
/** Of 512 bytes: somewhat more than a megabyte, which the write-ahead log soon has. */
const MAX_BLOCKS = 2_500;

/** Calls until the ledger takes no more, and then some. */
async function callUntilRefused(url: string, macaroon: string): Promise<Outcome[]> {
  const pool = new Pool(url, { connections: CALLERS });
  const outcomes: Outcome[] = [];
  let refused = 0;
  let calls = 0;
  async function caller(): Promise<void> {
    while (refused < 3 * CALLERS) {
      const id = `call-${calls++}`;
      const headers = { authorization: `Bearer ${macaroon}`, 'x-bursar-tags': `id=${id}` };
      const { statusCode, body } = await pool.request({
        method: 'GET',
        path: `/tools/work/${id}`,
        headers,
      });
      const code = /"code":"([a-z_]+)"/.exec(await body.text())?.[1];
      outcomes.push({ id, status: statusCode, agent: 1, code });
      if (statusCode === 503) refused += 1;
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, caller));
  await pool.close();
  return outcomes;
}

it('a gateway whose disk is full: 503, nothing dispatched, nothing acknowledged is lost', async () => {
  const reached = new Map<string, number>();
  const tool = await httpStub((request, response) => {
    const id = (request.url ?? '').slice(1);
    reached.set(id, (reached.get(id) ?? 0) + 1);
    response.setHeader('x-request-id', `seen-${id}`).end('{}');
  });
  onTestFinished(() => tool.close());
  const gateways = fleet(
    'sqlite:ledger.db',
    `tools:
  costs: { work: 1 }
  endpoints: { work: "${tool.url}" }
limits:
  holdTtl: 2s`,
  );
  const agent = child(await gateways.mint(String(LIMIT)), 'agent', LIMIT);
  const cramped = await gateways.start({}, `ulimit -f ${MAX_BLOCKS};`);
  const outcomes = await callUntilRefused(cramped.url, agent);
  const statuses = new Set(outcomes.map(({ status }) => status));
  expect(statuses).toEqual(new Set([200, 503]));
  for (const { status, code } of outcomes) {
    if (status === 503) expect(code).toBe('ledger_unavailable');
  }
  cramped.child.kill('SIGKILL');
  await cramped.gone;

  const roomy = await gateways.start();
  const ledger = await openBeside('sqlite:ledger.db', gateways.folder);
  const tell = async () =>
    callsTold(await wholeJournal(ledger, 'main', gateways.stateDirs), () => LIMIT * CREDIT);
  await pastDeadlines(await tell());
  const told = await vi.waitFor(
    async () => {
      const calls = await tell();
      expect([...calls.values()].filter(({ ended }) => ended === undefined)).toEqual([]);
      return calls;
    },
    { timeout: 15_000, interval: 100 },
  );
  chargedOnce(told, reached, outcomes);
  const settled = [...told.values()].filter(({ ended }) => ended === 'settled');
  expect(settled.length).toBeGreaterThan(20);
  const headers = { authorization: `Bearer ${agent}`, 'x-bursar-tags': 'id=last' };
  expect((await fetch(`${roomy.url}/tools/work/last`, { headers })).status).toBe(200);
}, 120_000);
