import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { DiskMarks } from '../../gateway/marks/disk-marks.js';
import { readFolder } from '../../gateway/marks/folder.js';
import type { MarkLine } from '../../gateway/marks/lines.js';
import { takePlace } from '../../gateway/marks/place.js';
import { emptyFolder } from '../cli/harness.js';
import { fc, runs } from '../support/property.js';

const NONCE = '0123456789abcdef';
const root = (i: number, tenant = 'main') => `${tenant}/${String(i).padStart(32, '0')}`;
const reservation = (i: number) => `r1.main.${'0'.repeat(32)}.${String(i).padStart(32, '0')}`;

const open = (folder: string, more: object = {}) =>
  DiskMarks.open({ folder, gateway: 'gw', warn: () => {}, writeAfterMs: 1, ...more });

function operations(folder: string): string[] {
  const found: string[] = [];
  readFolder(folder, 'gw', (line: MarkLine) => {
    if (line.line === 'operation' && 'reservation' in line.operation) {
      found.push(line.operation.reservation);
    }
  });
  return found;
}

describe('marks on a disk', () => {
  it('are there again after a restart: the last of each root, whatever the order', async () => {
    const acks = fc.array(fc.tuple(fc.nat(3), fc.nat(50)), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(acks, fc.nat(200), async (seen, segmentBytes) => {
        const folder = emptyFolder();
        const expected = new Map<string, number>();
        // Several lives, each with files that are followed by others soon.
        for (const life of [seen.slice(0, 15), seen.slice(15)]) {
          const marks = await open(folder, { segmentBytes });
          for (const [name, sequence] of expected) {
            expect(marks.markOf(name)).toEqual({ sequence, nonce: NONCE });
          }
          await marks.register('main', 1);
          for (const [i, sequence] of life) {
            marks.acknowledge(root(i), { sequence, nonce: NONCE });
            expected.set(root(i), Math.max(sequence, expected.get(root(i)) ?? 0));
            if (sequence % 5 === 0) await marks.flush();
          }
          await marks.close();
          expect(marks.failure()).toBeUndefined();
        }
      }),
      { numRuns: runs(20) },
    );
  });

  it('a line that was being written when the gateway was killed is left out, and no more', async () => {
    const folder = emptyFolder();
    const marks = await open(folder);
    marks.acknowledge(root(1), { sequence: 7, nonce: NONCE });
    marks.note({ kind: 'released', reservation: reservation(1) });
    await marks.close();
    const [segment = ''] = readdirSync(folder).filter((name) => name.startsWith('segment'));
    appendFileSync(join(folder, segment), `["m","${root(1)}",9,"01`);
    expect((await open(folder)).markOf(root(1))?.sequence).toBe(7);
    expect(operations(folder)).toEqual([reservation(1)]);
    appendFileSync(join(folder, segment), 'x"]\nnonsense\n');
    await expect(open(folder)).rejects.toThrow(/line \d+: found .*expected a line of marks/);
  });

  it('another epoch ends what was known of a tenant, and of no other', async () => {
    const folder = emptyFolder();
    const marks = await open(folder);
    for (const tenant of ['main', 'acme']) {
      await marks.register(tenant, 1);
      marks.acknowledge(root(1, tenant), { sequence: 3, nonce: NONCE });
    }
    await marks.register('main', 2);
    await marks.close();
    const again = await open(folder);
    expect(again.markOf(root(1))).toBeUndefined();
    expect(again.markOf(root(1, 'acme'))?.sequence).toBe(3);
    expect(again.epochOf('main')).toBe(2);
  });

  it('operations stay until the journal is drained past them, and then go', async () => {
    const folder = emptyFolder();
    const marks = await open(folder, { segmentBytes: 200 });
    for (let i = 0; i < 20; i++) {
      marks.note({ kind: 'released', reservation: reservation(i) });
      await marks.flush();
    }
    marks.journalIsAt('main', 20, 0);
    await marks.flush();
    expect(operations(folder)).toHaveLength(20);
    marks.journalIsAt('main', 20, 19);
    await marks.flush();
    expect(operations(folder)).toHaveLength(20);
    marks.journalIsAt('main', 30, 20);
    await marks.flush();
    expect(operations(folder).length).toBeLessThan(3);
  });

  it('operations of an epoch before stay until what was recovered of them is drained', async () => {
    const folder = emptyFolder();
    const marks = await open(folder, { segmentBytes: 200 });
    await marks.register('main', 1);
    for (let i = 0; i < 20; i++) {
      marks.note({ kind: 'released', reservation: reservation(i) });
      await marks.flush();
    }
    marks.journalIsAt('main', 20, 0);
    // The recovery journaled them under numbers that the epoch before had, and under some more.
    await marks.register('main', 2);
    marks.journalIsAt('main', 25, 20);
    await marks.flush();
    expect(operations(folder)).toHaveLength(20);
    marks.journalIsAt('main', 25, 25);
    await marks.flush();
    expect(operations(folder).length).toBeLessThan(3);
  });

  it('that can not be written say so, and are whole again when they can', async () => {
    const folder = join(emptyFolder(), 'marks');
    mkdirSync(folder);
    const warnings: string[] = [];
    const warn = (text: string) => void warnings.push(text);
    const marks = await open(folder, { segmentBytes: 1, warn });
    rmSync(folder, { recursive: true });
    marks.acknowledge(root(1), { sequence: 1, nonce: NONCE });
    await marks.flush();
    expect(marks.failure()).toMatch(/this gateway's marks can't be written: ENOENT/);
    mkdirSync(folder);
    await vi.waitFor(() => expect(marks.failure()).toBeUndefined(), { timeout: 5_000 });
    expect(warnings).toHaveLength(2);
    await marks.close();
    expect((await open(folder)).markOf(root(1))?.sequence).toBe(1);
  });
});

it('two processes never share a folder, and the next finds the one that is free', () => {
  const stateDir = emptyFolder();
  const [first, second] = [
    takePlace(stateDir, 'Web 1', randomBytes),
    takePlace(stateDir, '', randomBytes),
  ];
  expect(first.name).toMatch(/^web1-[0-9a-f]{8}$/);
  expect(second.name).toMatch(/^gateway-[0-9a-f]{8}$/);
  first.release();
  const again = takePlace(stateDir, 'other', randomBytes);
  expect(again).toMatchObject({ folder: first.folder, name: first.name });
  second.release();
  again.release();
});

it('on a file system that makes no folders is refused by its name, and ends', () => {
  expect(() => takePlace('/proc/bursar/state', 'web', randomBytes)).toThrow(
    /^stateDir: found that \/proc\/bursar\/state\/gateway-1 can't be made \(ENOENT[^)]*\); expected a folder on a disk/,
  );
});
