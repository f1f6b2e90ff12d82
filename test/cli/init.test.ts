import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseKeyRing } from '../../src/macaroon/index.js';
import { bursar, emptyFolder } from './harness.js';

const FILES = ['.gitignore', 'bursar.yaml', 'keys.json', 'operator.key'];

function contents(folder: string): Record<string, string> {
  return Object.fromEntries(FILES.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

describe('init', () => {
  it('makes a configuration that is whole, and that its owner alone can read', async () => {
    const cwd = emptyFolder();
    const { status, out } = await bursar(['init'], { cwd, input: '' });
    const folder = join(cwd, '.bursar');
    expect({ status, out }).toEqual({ status: 0, out: `${join(folder, 'bursar.yaml')}\n` });
    expect(readdirSync(folder).sort()).toEqual(FILES);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of FILES) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('*\n');
    expect(parseKeyRing(readFileSync(join(folder, 'keys.json'), 'utf8')).keys).toHaveLength(1);
    expect(readFileSync(join(folder, 'operator.key'), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
    expect((await bursar(['config', 'check'], { cwd })).status).toBe(0);
  });

  it('a second time changes nothing, and says so', async () => {
    const cwd = emptyFolder();
    await bursar(['init'], { cwd });
    const before = contents(join(cwd, '.bursar'));
    const { status, err } = await bursar(['init'], { cwd });
    expect(status).toBe(0);
    expect(err).toBe(
      ['.gitignore', 'keys.json', 'operator.key', 'bursar.yaml']
        .map((name) => `kept  .bursar/${name}\n`)
        .join(''),
    );
    expect(contents(join(cwd, '.bursar'))).toEqual(before);
    expect(readdirSync(join(cwd, '.bursar')).sort()).toEqual(FILES);
  });

  it.each(FILES)('adds %s where it alone is missing', async (name) => {
    const cwd = emptyFolder();
    const folder = join(cwd, '.bursar');
    await bursar(['init'], { cwd });
    writeFileSync(join(folder, 'bursar.yaml'), '# mine\n');
    const before = contents(folder);
    rmSync(join(folder, name));
    const { err } = await bursar(['init'], { cwd });
    expect(err).toContain(`wrote .bursar/${name}\n`);
    expect(contents(folder)).toEqual({ ...before, [name]: expect.any(String) });
  });

  it('two installations have no secret in common', async () => {
    const [a, b] = [emptyFolder(), emptyFolder()];
    await Promise.all([bursar(['init'], { cwd: a }), bursar(['init'], { cwd: b })]);
    for (const name of ['keys.json', 'operator.key']) {
      const [first, second] = [a, b].map((cwd) => readFileSync(join(cwd, '.bursar', name), 'utf8'));
      expect(first).not.toBe(second);
    }
  });

  it('--dir takes another folder', async () => {
    const cwd = emptyFolder();
    await bursar(['init', '--dir', 'deep/er'], { cwd });
    expect(existsSync(join(cwd, 'deep/er/bursar.yaml'))).toBe(true);
    const check = await bursar(['config', 'check', '--config', 'deep/er/bursar.yaml'], { cwd });
    expect(check.status).toBe(0);
  });
});
