import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { nodeFiles } from '../../gateway/config/files.js';
import { readRing } from '../../gateway/config/read-ring.js';
import { followKeyRing, reloadableKeyRing } from '../../gateway/key-ring-source.js';
import {
  formatKeyRing,
  type KeyRing,
  NEW_KEY_BYTES,
  newKeyRing,
  rotate,
} from '../../src/macaroon/index.js';
import { deferred } from '../support/deferred.js';
import { gatewayUnderTest } from './harness.js';

const material = () => ({ random: randomBytes(NEW_KEY_BYTES), nowMs: 0 });
const kids = ({ keys }: KeyRing) => keys.map(({ kid }) => kid);
const SOON = { timeout: 10_000, interval: 20 };

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

function following() {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-ring-'));
  const file = join(folder, 'keys.json');
  const ring = newKeyRing(material());
  const write = (text: string) => writeFileSync(file, text, { mode: 0o600 });
  write(formatKeyRing(ring));
  const { deps, lines } = gatewayUnderTest();
  const read = () => readRing({ kind: 'file', file }, nodeFiles);
  const source = followKeyRing(file, read, deps.log, 20);
  cleanups.push(() => rmSync(folder, { recursive: true }), source.close);
  return { source, ring, file, write, lines };
}

describe('the key ring of a file', () => {
  it('is the new one soon after a change, also one that follows the start at once', async () => {
    const { source, ring, write } = following();
    const next = rotate(ring, material());
    write(formatKeyRing(next));
    await vi.waitFor(() => expect(kids(source.current())).toEqual(kids(next)), SOON);
    expect(source.fault()).toBeUndefined();
  });

  it.each<[string, (ring: ReturnType<typeof following>) => void]>([
    ['is no key ring', ({ write }) => write('{"version":1,"keys":"canary"}')],
    ['can be read by others', ({ file }) => chmodSync(file, 0o640)],
    ['is gone', ({ file }) => rmSync(file)],
  ])('that %s is told, and the one before stays until it is mended', async (_, spoil) => {
    const given = following();
    const { source, ring, file, write, lines } = given;
    spoil(given);
    await vi.waitFor(() => expect(source.fault()).toContain('the one of before stays'), SOON);
    expect(kids(source.current())).toEqual(kids(ring));
    expect(lines.map(({ level }) => level)).toEqual(['error']);
    expect(JSON.stringify([lines, source.fault()])).not.toContain('canary');
    const mended = rotate(ring, material());
    write(formatKeyRing(mended));
    chmodSync(file, 0o600);
    await vi.waitFor(() => expect(kids(source.current())).toEqual(kids(mended)), SOON);
    expect(source.fault()).toBeUndefined();
  });
});

describe('the key ring of a command', () => {
  it('comes again when it is asked for, and an older answer never comes last', async () => {
    const [first, second, third] = [
      newKeyRing(material()),
      newKeyRing(material()),
      newKeyRing(material()),
    ];
    const slow = deferred();
    const answers = [
      async () => {
        await slow.promise;
        return second;
      },
      async () => third,
    ];
    const { deps } = gatewayUnderTest();
    const read = () => (answers.shift() ?? (async () => first))();
    const source = reloadableKeyRing(first, read, deps.log);
    const reloads = [source.reload(), source.reload()];
    slow.resolve();
    await Promise.all(reloads);
    expect(kids(source.current())).toEqual(kids(third));
  });

  it('that fails leaves the one before, and says so until it does not', async () => {
    const [first, second] = [newKeyRing(material()), newKeyRing(material())];
    const answers = [() => Promise.reject(new Error('down')), () => Promise.resolve(second)];
    const { deps, lines } = gatewayUnderTest();
    const source = reloadableKeyRing(
      first,
      () => answers.shift()?.() ?? Promise.resolve(first),
      deps.log,
    );
    await source.reload();
    expect(kids(source.current())).toEqual(kids(first));
    expect(source.fault()).toContain('the one of before stays');
    expect(lines.map(({ level }) => level)).toEqual(['error']);
    await source.reload();
    expect(kids(source.current())).toEqual(kids(second));
    expect(source.fault()).toBeUndefined();
  });
});
