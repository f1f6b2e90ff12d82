import { BodyThreads, type BodyThreadsOptions } from '../../../gateway/body-threads/pool.js';

const BUILT = new URL('../../../dist/gateway/body-threads/worker.js', import.meta.url);

/** The real worker, but for bodies that say so: `die!` ends it, `hang!` keeps it for ever, `fill!` fills its heap. */
export const FRAGILE = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort as port } from 'node:worker_threads';
    port.on('message', ({ body }) => {
      const text = body === undefined ? '' : Buffer.from(body).toString();
      if (text.includes('die!')) process.exit(1);
      if (text.includes('hang!')) for (;;);
      if (text.includes('fill!')) for (const all = []; ; ) all.push(new Array(1_000).fill({}));
    });
    await import(${JSON.stringify(BUILT)});
  `)}`,
);

/** One thread, which reads every body, however small. */
export function everyBody(options: Partial<BodyThreadsOptions> = {}): BodyThreads {
  return new BodyThreads({
    threads: 1,
    dearBytes: 0,
    budgetMs: 10_000,
    hasTokenizers: false,
    heapMb: 256,
    ...options,
  });
}

export const path = (...accounts: string[]) => accounts.map((account) => ({ account }));

export const NOBODY_LEAVES = new AbortController().signal;
