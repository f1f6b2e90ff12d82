import { afterEach, describe, expect, it } from 'vitest';
import type { BodyThreads, BodyThreadsOptions } from '../../../gateway/body-threads/pool.js';
import { DEFAULT_RULES } from '../../../gateway/providers/request.js';
import { bytesOf } from '../providers/support.js';
import { everyBody, FRAGILE, NOBODY_LEAVES, path } from './support.js';

let threads: BodyThreads | undefined;
afterEach(() => threads?.close());

const start = (options: Partial<BodyThreadsOptions> = {}): BodyThreads => {
  threads = everyBody({ code: FRAGILE, ...options });
  return threads;
};

const saying = (content: string) =>
  bytesOf({ model: 'gpt-4o', messages: [{ role: 'user', content }] });

const open = (pool: BodyThreads, content: string, account = 'a', leaving = NOBODY_LEAVES) =>
  pool.open('chat', saying(content), path(account), leaving);

const codeOf = (opening: Promise<unknown>) =>
  opening.then(
    () => 'opened',
    (error: { code: string }) => error.code,
  );

const terms = {
  api: 'chat',
  model: 'gpt-4o',
  headers: new Headers(),
  rules: DEFAULT_RULES,
} as const;

describe('a thread', () => {
  it('that dies fails the body that it had, and another one reads the next', async () => {
    const pool = start();
    const dying = codeOf(open(pool, 'die!'));
    const waiting = open(pool, 'hello');
    expect(await dying).toBe('reading_failed');
    (await waiting).leave();
    expect(await codeOf(open(pool, 'hello'))).toBe('opened');
  });
  it('that a body keeps too long is ended, the body refused, and another one reads the next', async () => {
    const pool = start({ budgetMs: 500 });
    const refused = await open(pool, 'hang!').catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'body_too_large', status: 413 });
    expect(refused).toMatchObject({ message: expect.stringContaining('more than 500 ms') });
    expect(await codeOf(open(pool, 'hello'))).toBe('opened');
  });
  it('that a body has no room in is ended, and another one reads the next', async () => {
    const pool = start({ heapMb: 16 });
    expect(await codeOf(open(pool, 'fill!'))).toBe('reading_failed');
    expect(await codeOf(open(pool, 'hello'))).toBe('opened');
  });
  it('that can’t be started fails each body', async () => {
    const pool = start({ code: new URL('https://nowhere.invalid/worker.js') });
    expect(await codeOf(open(pool, 'hello'))).toBe('reading_failed');
    expect(await codeOf(open(pool, 'hello'))).toBe('reading_failed');
  });
  it('that ends fails a body that is open, and does not throw', async () => {
    const pool = start();
    const opened = await open(pool, 'hello');
    await pool.close();
    await expect(opened.read(terms)).rejects.toMatchObject({ code: 'reading_failed' });
    opened.leave();
    expect(await codeOf(open(pool, 'hello'))).toBe('reading_failed');
  });
});

describe('a body that waits', () => {
  it('is opened when the one before it is read, or left', async () => {
    const pool = start();
    const first = await open(pool, 'first');
    const order: string[] = [];
    const second = open(pool, 'second').then((body) => {
      order.push('second');
      body.leave();
    });
    order.push('first');
    await first.read(terms);
    first.leave();
    await second;
    expect(order).toEqual(['first', 'second']);
  });
  it('gives its turn away when its caller has left', async () => {
    const pool = start();
    const first = await open(pool, 'first');
    const gone = codeOf(open(pool, 'gone', 'a', AbortSignal.abort()));
    const last = codeOf(open(pool, 'last'));
    first.leave();
    expect(await gone).toBe('client_left');
    expect(await last).toBe('opened');
  });
  it('comes before what another account sent first, beyond one', async () => {
    const pool = start();
    const first = await open(pool, 'first', 'greedy');
    const order: string[] = [];
    const waiting = ['greedy', 'greedy', 'greedy', 'modest'].map(async (account) => {
      const body = await open(pool, 'more', account);
      order.push(account);
      body.leave();
    });
    first.leave();
    await Promise.all(waiting);
    expect(order).toEqual(['greedy', 'modest', 'greedy', 'greedy']);
  });
});

describe('the bytes', () => {
  it('of a part of a larger buffer are copied, and the others stay', async () => {
    const whole = new Uint8Array([...bytesOf('???'), ...saying('hello'), ...bytesOf('???')]);
    const pool = start();
    const part = whole.subarray(3, whole.length - 3);
    const body = await (await pool.open('chat', part, path('a'), NOBODY_LEAVES)).read(terms);
    expect(Buffer.from(body.bytes)).toEqual(Buffer.from(saying('hello')));
    expect(whole).toHaveLength(saying('hello').length + 6);
  });
});
