import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LEDGER_DEFAULTS } from '../../src/ledger/contract.js';
import { StoreThread } from '../../src/ledger/sqlite/thread.js';

const PACKED_REPLIES = new URL('../../dist/src/ledger/sqlite/packed-replies.js', import.meta.url);
const options = { ...LEDGER_DEFAULTS, timeoutMs: 2_000, clock: Date.now };

/** A worker of the given code, which is ready at once. */
function badWorker(code: string): URL {
  const source = `
    import { parentPort as port } from 'node:worker_threads';
    port.postMessage({ ready: true });
    const { packReplies } = await import(${JSON.stringify(PACKED_REPLIES)});
    const answer = ({ others }) =>
      port.postMessage({ replies: packReplies(others.map(({ id }) => ({ id, outcome: 1 })), () => undefined) });
    ${code}
  `;
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}

const refused = (reason: string) => ({ name: 'LedgerUnavailable', reason });
const ping = (thread: StoreThread) =>
  thread.call({ kind: 'ping' }).then(
    () => 'answered',
    (error: unknown) => error,
  );

describe('the thread', () => {
  it('that dies refuses all that it had, and the next call after a while starts another', async () => {
    const code = badWorker("port.on('message', () => { throw new Error('boom') });");
    const thread = await StoreThread.start('unused', options, code);
    for (const error of await Promise.all([ping(thread), ping(thread)])) {
      expect(error).toMatchObject(refused('store_error'));
    }
    expect(await ping(thread)).toMatchObject({ message: expect.stringMatching(/restarting/) });
    await sleep(500);
    expect(await ping(thread)).toMatchObject({ message: expect.stringMatching(/has failed/) });
    await thread.close();
  });

  it('that can’t be started again refuses the call, and does not throw', async () => {
    const code = badWorker("port.on('message', () => process.exit());");
    const thread = await StoreThread.start('unused', options, code);
    expect(await ping(thread)).toMatchObject({ message: expect.stringMatching(/has ended/) });
    code.href = 'https://nowhere.invalid/worker.js';
    await sleep(500);
    expect(await ping(thread)).toMatchObject({
      ...refused('store_error'),
      message: expect.stringMatching(/can’t be started/),
    });
    expect(await ping(thread)).toMatchObject({ message: expect.stringMatching(/restarting/) });
    await thread.close();
  });

  it('that never answers is waited for up to the deadline', async () => {
    const code = badWorker("port.on('message', ({ close }) => close && port.close());");
    const thread = await StoreThread.start('unused', { ...options, timeoutMs: 50 }, code);
    const started = performance.now();
    const first = ping(thread);
    await sleep(20);
    const second = ping(thread);
    expect(await first).toMatchObject(refused('deadline'));
    expect(performance.now() - started).toBeLessThan(500);
    expect(await second).toMatchObject(refused('deadline'));
    await thread.close();
    expect(await ping(thread)).toMatchObject(refused('closed'));
  });

  it('that answers too late is not heard', async () => {
    const code = badWorker(`
      port.on('message', ({ calls, close }) => {
        if (close) port.close();
        else setTimeout(() => answer(calls), 100);
      });`);
    const thread = await StoreThread.start('unused', { ...options, timeoutMs: 50 }, code);
    expect(await ping(thread)).toMatchObject(refused('deadline'));
    await sleep(100);
    await thread.close();
  });

  it('can’t be sent what can’t be copied, and stays', async () => {
    const code = badWorker(`
      port.on('message', ({ calls, close }) => {
        if (close) port.close();
        else answer(calls);
      });`);
    const thread = await StoreThread.start('unused', options, code);
    const bad = { kind: 'balance', account: (() => '') as unknown as string } as const;
    await expect(thread.call(bad)).rejects.toMatchObject(refused('store_error'));
    expect(await ping(thread)).toBe('answered');
    await thread.close();
  });
});
