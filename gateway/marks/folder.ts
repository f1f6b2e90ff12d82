import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryMarks } from '../../src/ledger/marks.js';
import { type MarkLine, readLines, tenantOf } from './lines.js';

const FILE = /^(snapshot|segment)-(\d{6,12})\.jsonl$/;

/** A file of what was acknowledged, in order; later ones have greater indices. */
export interface Segment {
  readonly index: number;
  bytes: number;
  /**
   * The tenants of whose operations it has some; with a number of their journal's that is none of
   * theirs greater than, once one is known.
   */
  readonly tenants: Map<string, number | undefined>;
}

/** What a folder of marks says. */
export interface ReadFolder {
  readonly marks: MemoryMarks;
  readonly segments: Segment[];
  /** The index for a next segment. */
  readonly next: number;
}

export function segmentFile(folder: string, index: number): string {
  return join(folder, `segment-${String(index).padStart(6, '0')}.jsonl`);
}

/** All marks as they were when the segment of the same index began. */
export function snapshotFile(folder: string, index: number): string {
  return join(folder, `snapshot-${String(index).padStart(6, '0')}.jsonl`);
}

export function indicesOf(folder: string, kind: 'snapshot' | 'segment'): number[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const [, found, index] = FILE.exec(name) ?? [];
      return found === kind ? [Number(index)] : [];
    })
    .sort((a, b) => a - b);
}

/**
 * Reads all of it.
 * @param each is given every line of the segments, in order.
 * @throws {Error} for a file that can't be read, or that no gateway writes.
 */
export function readFolder(
  folder: string,
  gateway: string,
  each: (line: MarkLine) => void = () => {},
): ReadFolder {
  const marks = new MemoryMarks(gateway);
  const from = indicesOf(folder, 'snapshot').at(-1) ?? 0;
  if (from > 0) {
    for (const line of linesOf(snapshotFile(folder, from)).lines) apply(marks, line);
  }
  const segments = indicesOf(folder, 'segment').map((index): Segment => {
    const { lines, bytes } = linesOf(segmentFile(folder, index));
    const segment = { index, bytes, tenants: new Map<string, number | undefined>() };
    for (const line of lines) {
      if (index >= from) apply(marks, line);
      if (line.line === 'operation') segment.tenants.set(tenantOf(line.operation), undefined);
      each(line);
    }
    return segment;
  });
  return { marks, segments, next: Math.max(from, segments.at(-1)?.index ?? 0) + 1 };
}

function linesOf(file: string): { readonly lines: Iterable<MarkLine>; readonly bytes: number } {
  const text = readFileSync(file, 'utf8');
  return { lines: readLines(text, file), bytes: text.length };
}

/** In one process everything of this is done at once: no step of `register` waits. */
function apply(marks: MemoryMarks, line: MarkLine): void {
  if (line.line === 'epoch') void marks.register(line.tenant, line.epoch);
  else if (line.line === 'mark') marks.acknowledge(line.root, line.mark);
  else if (line.line === 'tenant') marks.acknowledgeTenant(line.tenant, line.mark);
}
