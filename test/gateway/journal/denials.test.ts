import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../../gateway/api/problem.js';
import { PROBLEM_CODES } from '../../../gateway/api/problem-codes.js';
import {
  type DenialCount,
  Denials,
  denialsFolder,
  isDenial,
} from '../../../gateway/journal/denials.js';
import { readDenials } from '../../../gateway/journal/read-denials.js';
import { temporaryFolder } from '../../ledger/folder.js';
import { bearer, chat, delegate, gatewayUnderTest } from '../harness.js';

const folder = temporaryFolder();
const START_MS = Date.UTC(2026, 10, 22, 8, 3);
const ROOT = `main/${'a'.repeat(32)}`;
let places = 0;

function counting() {
  const stateDir = join(folder, String(places++));
  const time = { nowMs: START_MS };
  const denials = new Denials({ stateDir, gateway: 'gateway-1', clock: () => time.nowMs });
  const read = async (sinceMs = 0) => {
    const counts: DenialCount[] = [];
    for await (const count of readDenials([denialsFolder(stateDir, 'main')], sinceMs)) {
      counts.push(count);
    }
    return counts;
  };
  return { stateDir, time, denials, read };
}

describe('denials', () => {
  it('are all that is forbidden or can not be paid, and the caps of the ledger', () => {
    const forbidden = PROBLEM_CODES.filter((code) => [402, 403].includes(new Problem(code).status))
      // No account is refused there.
      .filter((code) => !code.startsWith('operator_'));
    expect(forbidden.length).toBeGreaterThan(4);
    expect([...forbidden, 'too_many_holds' as const].filter((code) => !isDenial(code))).toEqual([]);
    expect(isDenial('ledger_unavailable')).toBe(false);
  });

  it('are counted by account, cause and minute, and written when the minute is over', async () => {
    const { time, denials, read } = counting();
    for (let i = 0; i < 5; i++) denials.note(`${ROOT}/a`, 'budget_exhausted');
    denials.note(`${ROOT}/a`, 'tool_not_allowed');
    time.nowMs += 59_999;
    await denials.flush({ all: false });
    expect(await read()).toEqual([]);
    time.nowMs += 1;
    denials.note(`${ROOT}/b`, 'expired');
    await denials.flush({ all: false });
    const gateway = 'gateway-1';
    const minute = '2026-11-22T08:03:00Z';
    const first = [
      { account: `${ROOT}/a`, cause: 'budget_exhausted', count: 5, gateway, minute },
      { account: `${ROOT}/a`, cause: 'tool_not_allowed', count: 1, gateway, minute },
    ];
    expect(await read()).toEqual(first);
    await denials.flush({ all: true });
    await denials.flush({ all: true });
    const later = { account: `${ROOT}/b`, cause: 'expired', count: 1, gateway };
    expect(await read()).toEqual([...first, { ...later, minute: '2026-11-22T08:04:00Z' }]);
    expect(await read(START_MS + 1)).toHaveLength(1);
  });

  it('of a million invented names take a bounded room, and none is lost from the sum', async () => {
    const { denials, read } = counting();
    for (let i = 0; i < 20_000; i++) denials.note(`${ROOT}/x${i}`, 'budget_exhausted');
    for (let i = 0; i < 5_000; i++) {
      denials.note(`main/${i.toString(16).padStart(32, '0')}`, 'budget_exhausted');
    }
    await denials.flush({ all: true });
    const counts = await read();
    expect(counts).toHaveLength(2_001);
    expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(25_000);
    const of = (account: string) => counts.find((its) => its.account === account)?.count;
    expect(of(`${ROOT}/*`)).toBe(19_000);
    expect(of('main/*')).toBe(5_000 - 999);
  });

  it('that can not be written are kept, and written once when they can', async () => {
    const { stateDir, denials, read } = counting();
    writeFileSync(stateDir, 'a file where the folder belongs');
    denials.note(ROOT, 'expired');
    await expect(denials.flush({ all: true })).rejects.toThrow();
    rmSync(stateDir);
    denials.note(ROOT, 'expired');
    await denials.flush({ all: true });
    expect((await read()).map(({ count }) => count)).toEqual([2]);
  });
});

describe('what the gateway counts', () => {
  it('is a decision about an account, by its leaf; no mistake, and nothing of a stranger', async () => {
    const gateway = gatewayUnderTest();
    const root = await gateway.mint('3', 'gpt-4o-mini:1,unpriced');
    const leaf = delegate(root, 'a', '1');
    const statuses: number[] = [];
    const call = async (macaroon: string, model?: string) => {
      statuses.push((await chat(gateway, macaroon, model)).status);
    };
    await call(leaf);
    await call(leaf);
    await call(leaf, 'gpt-4o');
    await call('no macaroon');
    statuses.push((await chat(gateway, leaf, 'gpt-4o-mini', { body: '{' })).status);
    const operator = await gateway.app.request('/bursar/v1/accounts', { headers: bearer(leaf) });
    statuses.push(operator.status);
    gateway.clock.nowMs += 48 * 3_600_000;
    await call(leaf);
    expect(statuses).toEqual([200, 402, 403, 401, 400, 401, 401]);
    const account = expect.stringMatching(/^main\/[0-9a-f]{32}\/a$/);
    expect(gateway.denied).toEqual([
      { account, cause: 'budget_exhausted' },
      { account, cause: 'tool_not_allowed' },
      { account, cause: 'expired' },
    ]);
  });
});
