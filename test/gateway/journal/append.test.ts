import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { JournalFolder } from '../../../gateway/journal/folder.js';
import { segmentName } from '../../../gateway/journal/segments.js';
import { fc, runs } from '../../support/property.js';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'bursar-append-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

it('what is appended stands in the file, page after page', async () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 30 });
  const pages = fc.array(fc.array(line, { minLength: 1, maxLength: 5 }), {
    minLength: 1,
    maxLength: 3,
  });
  let folders = 0;
  await fc.assert(
    fc.asyncProperty(pages, async (appended) => {
      folders += 1;
      const path = join(base, String(folders));
      const folder = new JournalFolder(path, 1_000_000);
      let first = 1;
      for (const page of appended) {
        await folder.append(first, Buffer.from(page.map((one) => `${one}\n`).join('')));
        first += page.length;
      }
      await folder.close();
      const text = await readFile(join(path, segmentName(1)), 'utf8');
      expect(text).toBe(
        appended
          .flat()
          .map((one) => `${one}\n`)
          .join(''),
      );
    }),
    { numRuns: runs(50) },
  );
});
