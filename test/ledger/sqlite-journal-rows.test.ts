import { join } from 'node:path';
import Database from 'libsql';
import { expect, it } from 'vitest';
import type { JournalEntry } from '../../src/ledger/contract.js';
import { canonicalJson } from '../../src/ledger/journal/canonical.js';
import { JournalRows, readTexts } from '../../src/ledger/sqlite/journal-rows.js';
import { prepareDatabase } from '../../src/ledger/sqlite/schema.js';
import { fc, runs } from '../support/property.js';
import { temporaryFolder } from './folder.js';

const folder = temporaryFolder();
const entry = (sequence: number): JournalEntry => ({
  kind: 'paused',
  root: 'main/0',
  account: 'main/0',
  sequence,
  timeMs: 0,
  actor: 'line\nbreaks\u2028 are written as JSON writes them',
});
const text = (number: number) => canonicalJson(entry(number));

const step = fc.oneof(
  fc.integer({ min: 1, max: 30 }).map((count) => ({ kind: 'append' as const, count })),
  fc.nat(60).map((back) => ({ kind: 'trim' as const, back })),
);

it('rows of the journal are told entry by entry, from anywhere, however they were appended and trimmed', () => {
  const file = join(folder, 'rows.db');
  const db = new Database(file);
  prepareDatabase(db, file);
  const rows = new JournalRows(db);
  let tenants = 0;
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 12 }),
      fc.nat(80),
      fc.integer({ min: 1, max: 80 }),
      (steps, back, max) => {
        const tenant = `t${tenants}`;
        tenants += 1;
        let last = 0;
        let trimmed = 0;
        for (const its of steps) {
          if (its.kind === 'append') {
            rows.append(
              tenant,
              Array.from({ length: its.count }, (_, place) => entry(last + 1 + place)),
            );
            last += its.count;
          } else {
            const number = Math.max(0, last - its.back);
            rows.putDraining(tenant, { head: { number, hash: '' }, holder: '', untilMs: 0 });
            trimmed = Math.max(trimmed, number);
            expect(rows.trim(tenant, last)).toBe(trimmed);
          }
        }
        const after = Math.max(0, last - back);
        const first = Math.max(after, trimmed) + 1;
        const count = Math.min(max, Math.max(0, last + 1 - first));
        const found = readTexts(rows.page({ tenant, after, max }));
        expect(found).toMatchObject({ first, nextNumber: last + 1, trimmedThrough: trimmed });
        expect(found.texts).toEqual(
          Array.from({ length: count }, (_, place) => text(first + place)),
        );
      },
    ),
    { numRuns: runs(300) },
  );
  db.close();
});
