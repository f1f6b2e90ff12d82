import { createReadStream } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChainLine, readLine } from '../../src/ledger/journal/chain.js';

/** A file of a tenant's chain, named by the number of its first entry. */
export interface Segment {
  readonly path: string;
  readonly first: number;
}

const NAME = /^(\d{12,16})\.jsonl$/;

/** Where a gateway keeps what it has drained: `stateDir/journal/TENANT/NNNNNNNNNNNN.jsonl`. */
export function journalFolder(stateDir: string, tenant: string): string {
  return join(stateDir, 'journal', tenant);
}

export function segmentName(first: number): string {
  return `${String(first).padStart(12, '0')}.jsonl`;
}

/** The files of one tenant's chain in order; none where the folder is not there. */
export async function listSegments(folder: string): Promise<Segment[]> {
  const segments = (await namesIn(folder)).flatMap((name) => {
    const first = Number(NAME.exec(name)?.[1]);
    return first >= 1 && segmentName(first) === name ? [{ path: join(folder, name), first }] : [];
  });
  return segments.sort((a, b) => a.first - b.first);
}

/** The names in a folder; none where it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

export interface FileLine {
  readonly text: string;
  /** Where in the file it begins, in bytes. */
  readonly at: number;
  /** Its end was never written: what is there of it does not count. */
  readonly torn: boolean;
}

/** The lines of a file, read as they are asked for. */
export async function* linesOf(path: string): AsyncGenerator<FileLine> {
  let rest: Buffer = Buffer.alloc(0);
  let at = 0;
  for await (const chunk of createReadStream(path)) {
    let bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
      yield { text: bytes.toString('utf8', 0, end), at, torn: false };
      at += end + 1;
      bytes = bytes.subarray(end + 1);
    }
    rest = bytes;
  }
  if (rest.length > 0) yield { text: rest.toString('utf8'), at, torn: true };
}

/** More than the longest entry takes. */
const TAIL_BYTES = 256 * 1024;

/** The last whole line of a file; undefined where its end is no such line. */
async function lastLine(path: string): Promise<ChainLine | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    await file.read(bytes, 0, bytes.length, size - bytes.length);
    const end = bytes.lastIndexOf(10);
    return readLine(bytes.toString('utf8', bytes.lastIndexOf(10, end - 1) + 1, end));
  } finally {
    await file.close();
  }
}

/** The last entry in a folder, by the last of its files that has one; undefined for none. */
export async function lastDrained(folder: string): Promise<ChainLine | undefined> {
  for (const { path } of (await listSegments(folder)).reverse()) {
    const line = await lastLine(path);
    if (line !== undefined) return line;
  }
  return undefined;
}

export interface ChainLinesOptions {
  /** Files that have nothing past this number are left out. */
  readonly after?: number;
  /** Is told of each file that ends in a line without its end, which is left out. */
  readonly onTorn?: (path: string) => void;
}

/**
 * The lines of a tenant's chain out of the folders of any number of gateways, in the order of their
 * files. Two gateways on one entry write the very same line, each into a file of its own: such a
 * line comes once. What differs comes as it is, for {@link ChainCheck} to find.
 */
export async function* chainLines(
  folders: readonly string[],
  { after = 0, onTorn }: ChainLinesOptions = {},
): AsyncGenerator<string> {
  const all = (await Promise.all(folders.map(listSegments))).flat();
  all.sort((a, b) => a.first - b.first);
  const segments: Segment[] = [];
  for (const segment of all) {
    // A file whose end can't be told is read.
    const last = after === 0 ? undefined : await lastLine(segment.path);
    if (last === undefined || last.number > after) segments.push(segment);
  }
  // Of what another file may have too, the lines as they came.
  let shared = new Map<number, string>();
  for (const [place, { path }] of segments.entries()) {
    const nextFirst = segments[place + 1]?.first ?? Number.POSITIVE_INFINITY;
    const kept = new Map([...shared].filter(([number]) => number >= nextFirst));
    for await (const { text, torn } of linesOf(path)) {
      if (torn) {
        onTorn?.(path);
        continue;
      }
      const number = readLine(text)?.number;
      if (number !== undefined && number >= nextFirst) kept.set(number, text);
      if (number !== undefined && shared.get(number) === text) continue;
      yield text;
    }
    shared = kept;
  }
}
