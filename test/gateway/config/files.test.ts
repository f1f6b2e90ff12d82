import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../../gateway/config/files.js';
import { readOperatorKey } from '../../../gateway/config/secrets.js';
import { OPERATOR_KEY } from './fixture.js';

describe('files on a real disk', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bursar-files-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are read with their mode', () => {
    const file = join(folder, 'operator.key');
    writeFileSync(file, `${OPERATOR_KEY}\n`);
    chmodSync(file, 0o600);
    expect(nodeFiles.exists(file)).toBe(true);
    expect(nodeFiles.read(file)).toEqual({ text: `${OPERATOR_KEY}\n`, mode: 0o600 });
    expect(readOperatorKey(file, nodeFiles)).toBe(OPERATOR_KEY);
    chmodSync(file, 0o640);
    expect(() => readOperatorKey(file, nodeFiles)).toThrow(`run chmod 600 ${file}`);
  });

  it('that can not be read say why', () => {
    expect(() => readOperatorKey(join(folder, 'none'), nodeFiles)).toThrow('found no such file');
    chmodSync(folder, 0o700);
    expect(() => readOperatorKey(folder, nodeFiles)).toThrow(`found a folder: ${folder}`);
    expect(nodeFiles.exists(join(folder, 'none'))).toBe(false);
  });
});
