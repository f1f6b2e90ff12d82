import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../../gateway/config/files.js';
import type { Log, LogFields } from '../../../gateway/logging.js';
import { followPriceList, onDisk } from '../../../gateway/prices/follow.js';
import { memoryFiles } from '../config/memory-files.js';
import { FILE } from './fixture.js';

const list = (input: string) => `models:\n  m: {input: ${input}, source: s, date: 2026-11-22}\n`;

type Line = readonly [level: string, fields: LogFields];

/** A log that keeps its lines, and tells each one. */
function recordingLog(onLine: () => void = () => {}): { log: Log; lines: Line[] } {
  const lines: Line[] = [];
  const at = (level: string) => (fields: LogFields) => {
    lines.push([level, fields]);
    onLine();
  };
  return {
    log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    lines,
  };
}

/** A file whose text and stamp the test sets, looked at when it says so. */
function follow(text: string) {
  const file = { text };
  let stamp = 0;
  let tick = () => {};
  let isOpen = true;
  const { log, lines } = recordingLog();
  const source = followPriceList({
    file: FILE,
    files: { read: (path) => memoryFiles({ [FILE]: file }).read(path) },
    stamp: () => String(stamp),
    repeat: (again) => {
      tick = again;
      return () => {
        isOpen = false;
      };
    },
    log,
  });
  return {
    lines,
    source,
    inputOf: (model: string) => source.current().find(model)?.tiers.get('default')?.bands[0].input,
    write: (changed: string) => {
      file.text = changed;
      stamp += 1;
    },
    look: () => tick(),
    isOpen: () => isOpen,
  };
}

describe('a price list that is followed', () => {
  it('takes a new price at the next look, and leaves what was found before as it was', () => {
    const { source, inputOf, write, look, lines } = follow(list('1'));
    const held = source.current().find('m');
    write(list('2'));
    expect(inputOf('m')).toBe(1_000_000);
    look();
    expect(inputOf('m')).toBe(2_000_000);
    expect(held?.tiers.get('default')?.bands[0].input).toBe(1_000_000);
    expect(lines).toEqual([['info', { file: FILE, models: 1 }]]);
  });

  it('stays as it was after a mistake, which the log tells with its line, once', () => {
    const { inputOf, write, look, lines } = follow(list('1'));
    write(list('1e3'));
    look();
    look();
    expect(inputOf('m')).toBe(1_000_000);
    expect(lines).toHaveLength(1);
    const [level, fields] = lines[0] ?? [];
    expect(level).toBe('error');
    expect(fields?.['mistakes']).toContain(
      `${FILE}:2:14: models.m.input: found "1e3"; expected USD`,
    );
    write(list('3'));
    look();
    expect(inputOf('m')).toBe(3_000_000);
  });

  it('is not read again while nothing changes', () => {
    const { look, lines } = follow(list('1'));
    look();
    look();
    expect(lines).toEqual([]);
  });

  it('sees what changed between its first stamp and its first reading', () => {
    const file = { text: list('1') };
    let stamp = 'before';
    let tick = () => {};
    const { log } = recordingLog();
    const source = followPriceList({
      file: FILE,
      files: {
        read: (path) => {
          const read = memoryFiles({ [FILE]: { ...file } }).read(path);
          // Somebody writes right after the first reading.
          file.text = list('2');
          stamp = 'after';
          return read;
        },
      },
      stamp: () => stamp,
      repeat: (again) => {
        tick = again;
        return () => {};
      },
      log,
    });
    tick();
    expect(source.current().find('m')?.tiers.get('default')?.bands[0].input).toBe(2_000_000);
  });

  it('is refused at the start when it has a mistake', () => {
    expect(() => follow(list('-1'))).toThrow(`${FILE}:2:14: models.m.input: found "-1"`);
  });

  it('is let go of', () => {
    const { source, isOpen } = follow(list('1'));
    source.close();
    expect(isOpen()).toBe(false);
  });
});

describe('on a real disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-prices-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('a file that is replaced or removed is seen', async () => {
    const file = join(folder, 'prices.yaml');
    writeFileSync(file, list('1'));
    let told = () => {};
    const next = () =>
      new Promise<void>((resolve) => {
        told = resolve;
      });
    const { log, lines } = recordingLog(() => told());
    const source = followPriceList({ file, files: nodeFiles, log, ...onDisk });
    try {
      const replaced = next();
      writeFileSync(`${file}.new`, list('2'));
      renameSync(`${file}.new`, file);
      await replaced;
      expect(source.current().find('m')?.tiers.get('default')?.bands[0].input).toBe(2_000_000);
      const removed = next();
      rmSync(file);
      await removed;
      expect(source.current().find('m')).toBeDefined();
      expect(lines.map(([level]) => level)).toEqual(['info', 'error']);
      expect(lines[1]?.[1]['mistakes']).toContain('found no such file');
    } finally {
      source.close();
    }
  });
});
