import { join } from 'node:path';
import { z } from 'zod';
import type { DenialCount } from './denials.js';
import { linesOf, namesIn } from './segments.js';

const NAME = /^\d{4}-\d{2}-\d{2}-[A-Za-z0-9._-]+\.jsonl$/;

const denial = z.object({
  account: z.string(),
  cause: z.string(),
  count: z.number(),
  gateway: z.string(),
  minute: z.iso.datetime(),
});

/**
 * The counts of any number of gateways by minute, one day in memory at a time. A line that was never
 * finished is left out.
 * @param folders each gateway's `denials` folder of one tenant
 * @param sinceMs only of minutes that begin then or later
 */
export async function* readDenials(
  folders: readonly string[],
  sinceMs: number,
): AsyncGenerator<DenialCount> {
  const files: { readonly name: string; readonly path: string }[] = [];
  for (const folder of folders) {
    const names = (await namesIn(folder)).filter((name) => NAME.test(name));
    files.push(...names.map((name) => ({ name, path: join(folder, name) })));
  }
  const days = [...new Set(files.map(({ name }) => name.slice(0, 10)))].sort();
  for (const day of days) {
    if (Date.parse(`${day}T23:59:59Z`) < sinceMs) continue;
    const counts: DenialCount[] = [];
    for (const { name, path } of files) {
      if (name.slice(0, 10) === day) counts.push(...(await readFile(path)));
    }
    const ordered = counts.filter(({ minute }) => Date.parse(minute) >= sinceMs);
    yield* ordered.sort((a, b) => (a.minute < b.minute ? -1 : a.minute > b.minute ? 1 : 0));
  }
}

async function readFile(path: string): Promise<DenialCount[]> {
  const counts: DenialCount[] = [];
  for await (const { text, torn } of linesOf(path)) {
    if (torn) continue;
    try {
      counts.push(denial.parse(JSON.parse(text)));
    } catch {
      // Part of a line that a power loss left; the next process wrote behind it.
    }
  }
  return counts;
}
