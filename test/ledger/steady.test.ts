import { join } from 'node:path';
import { Redis } from 'ioredis';
import Database from 'libsql';
import { describe, it, onTestFinished } from 'vitest';
import { LEDGER_DEFAULTS } from '../../src/ledger/contract.js';
import { openRedisLedger } from '../../src/ledger/redis/engine.js';
import { openSqliteLedger } from '../../src/ledger/sqlite/engine.js';
import { runs } from '../support/property.js';
import { startRedis } from '../support/redis.js';
import { temporaryFolder } from './folder.js';
import { RETAIN_MS, type Size, staysBounded } from './steady.js';

const folder = temporaryFolder();
const options = { ...LEDGER_DEFAULTS, timeoutMs: 10_000, clock: Date.now, retainMs: RETAIN_MS };
/** 1,200 calls, and in the long run 20,000. */
const LOAD = runs(300) > 300 ? { rounds: 4, calls: 5_000 } : { rounds: 4, calls: 300 };

const TABLES = ['roots', 'accounts', 'holds', 'carves', 'journal', 'journal_heads'] as const;

describe('under steady load the state stays as large as it is', () => {
  it('in Redis', async () => {
    const server = await startRedis();
    const admin = new Redis(server.url);
    const ledger = await openRedisLedger(server.url, options);
    onTestFinished(async () => {
      await ledger.close();
      admin.disconnect();
      await server.dispose();
    });
    await staysBounded(ledger, LOAD, async () => {
      const keys = await admin.keys('*');
      const bytes = await Promise.all(
        keys.map((key) => admin.memory('USAGE', key, 'SAMPLES', 0) as Promise<number>),
      );
      const [root = ''] = keys.filter((key) => key.includes(':root:'));
      return {
        keys: keys.length,
        fields: await admin.hlen(root),
        due: await admin.zcard('bursar:{main}:due'),
        bytes: bytes.reduce((sum, size) => sum + size),
      };
    });
  }, 120_000);

  it('in SQLite', async () => {
    const file = join(folder, 'steady.db');
    const ledger = await openSqliteLedger(file, options);
    onTestFinished(() => ledger.close());
    const db = new Database(file, { readonly: true });
    await staysBounded(ledger, LOAD, async () => {
      const rows = TABLES.map((table): [string, number] => {
        const [count] = db.prepare(`SELECT count(*) FROM ${table}`).raw(true).get([]) as [number];
        return [table, count];
      });
      // With what is still in the write-ahead log, which gets into the file when it gets there.
      const [pages, bytes] = ['page_count', 'page_size'].map(
        (name) => (db.prepare(`PRAGMA ${name}`).raw(true).get([]) as [number])[0],
      );
      const size: Size = { ...Object.fromEntries(rows), bytes: (pages ?? 0) * (bytes ?? 0) };
      return size;
    });
    db.close();
  }, 120_000);
});
