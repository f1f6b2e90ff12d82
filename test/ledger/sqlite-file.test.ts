import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { LEDGER_DEFAULTS, LedgerInputError, LedgerUnavailable } from '../../src/ledger/contract.js';
import { openLedger } from '../../src/ledger/open.js';
import { counters, opened, request, rootOf, verdict } from './fixtures.js';
import { temporaryFolder } from './folder.js';

const folder = temporaryFolder();
const options = { ...LEDGER_DEFAULTS, timeoutMs: 5_000, clock: Date.now };
const openFile = (file: string, more = {}) => openLedger(`sqlite:${file}`, { ...options, ...more });

async function refusal(opening: Promise<unknown>): Promise<Error> {
  return opening.then(
    () => new Error('it was opened'),
    (error: Error) => error,
  );
}

describe('the file', () => {
  it('is made with its folder, for the owner alone, and keeps what is in it', async () => {
    const file = join(folder, 'new', 'deep', 'ledger.db');
    const first = await openFile(file);
    const root = await opened(first);
    await first.reserve(request(root));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600);
    await first.close();
    const second = await openFile(file);
    expect((await counters(second, rootOf(root), 'calls')).held).toBe(1_000_000);
    await second.close();
  });

  it('has entries of an older version, whose members stand in no order: they are told alike', async () => {
    const file = join(folder, 'older.db');
    const ledger = await openFile(file);
    await ledger.reserve(request(await opened(ledger), { about: { name: 'x', route: 'y' } }));
    const asked = { tenant: 'main', after: 0, max: 9 };
    const texts = await ledger.journalTexts(asked);
    const db = new Database(file);
    const rows = db.prepare('SELECT last, entries FROM journal').raw(true).all([]);
    const put = db.prepare('UPDATE journal SET entries = ? WHERE last = ?');
    const otherwise = (line: string) => {
      const { account, about, ...rest } = JSON.parse(line) as Record<string, unknown>;
      return JSON.stringify({ ...rest, account, about });
    };
    for (const [last, entries] of rows as [number, string][]) {
      put.run([entries.split('\n').map(otherwise).join('\n'), last]);
    }
    const stored = db.prepare('SELECT entries FROM journal ORDER BY last').raw(true).all([]);
    expect(stored.flatMap((row) => (row as [string])[0].split('\n'))).not.toEqual(texts.texts);
    expect(await ledger.journalTexts(asked)).toEqual(texts);
    db.close();
    await ledger.close();
  });

  it('that is something else is refused, and left as it is', async () => {
    const text = join(folder, 'notes.txt');
    writeFileSync(text, 'not a database, but long enough to have a header '.repeat(99));
    const before = readFileSync(text);
    const error = await refusal(openFile(text));
    expect(error).toBeInstanceOf(LedgerUnavailable);
    expect(error.message).toContain(text);
    expect(readFileSync(text)).toEqual(before);

    const theirs = join(folder, 'theirs.db');
    const db = new Database(theirs);
    db.exec('CREATE TABLE songs (title TEXT)');
    expect((await refusal(openFile(theirs))).message).toMatch(/another program/);
    expect(db.prepare('PRAGMA journal_mode').raw(true).get([])).toEqual(['delete']);
    expect((await refusal(openFile(folder))).message).toContain(folder);
  });

  it('of a newer version is refused', async () => {
    const file = join(folder, 'newer.db');
    await (await openFile(file)).close();
    const db = new Database(file);
    db.exec('PRAGMA user_version = 99');
    const error = await refusal(openFile(file));
    expect(error).toBeInstanceOf(LedgerUnavailable);
    expect(error.message).toMatch(/format 99, expected \d+:/);
  });

  it('that can’t be made is refused', async () => {
    const inTheWay = join(folder, 'file');
    writeFileSync(inTheWay, '');
    const file = join(inTheWay, 'ledger.db');
    const error = await refusal(openFile(file));
    expect(error).toBeInstanceOf(LedgerUnavailable);
    expect(error.message).toContain(file);
  });
});

describe('openLedger', () => {
  it.each([
    '',
    'ledger.db',
    'postgres://user:hunter2@host',
    'sqlite:',
    'sqlite::memory:',
    'sqlite://x',
  ])('refuses %j, and shows no password', async (url) => {
    const error = await refusal(openLedger(url, options));
    expect(error).toBeInstanceOf(LedgerInputError);
    expect(error.message).toContain('expected sqlite:PATH');
    expect(error.message).not.toContain('hunter2');
  });
});

describe('a locked file', () => {
  it('is refused at the deadline, read meanwhile, and served again at once', async () => {
    const file = join(folder, 'locked.db');
    const ledger = await openFile(file, { timeoutMs: 300 });
    const root = await opened(ledger);
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    let turns = 0;
    const ticking = setInterval(() => turns++, 5);
    const asked = request(root);
    const started = performance.now();
    const error = await refusal(ledger.reserve(asked));
    clearInterval(ticking);
    expect(error).toMatchObject({ name: 'LedgerUnavailable', reason: 'deadline' });
    expect(performance.now() - started).toBeLessThan(600);
    // The wait was the thread's, not the event loop's.
    expect(turns).toBeGreaterThan(10);
    expect((await counters(ledger, rootOf(root), 'calls')).held).toBe(0);
    other.exec('ROLLBACK');
    expect(verdict(await ledger.reserve(asked))).toBe('held');
    await ledger.close();
  });
});
