import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { runKeysCommand, runKeysCommandAside } from '../../../gateway/config/keys-command.js';
import { readRing } from '../../../gateway/config/read-ring.js';
import { formatKeyRing } from '../../../src/macaroon/index.js';
import { KEY_RING, MINIMAL, mistakesOf, serve } from './fixture.js';
import { memoryFiles } from './memory-files.js';

const node = (script: string, ...args: string[]) => ({
  program: process.execPath,
  args: ['-e', script, ...args],
  cwd: tmpdir(),
});

const reasonOf = async (run: () => string | Promise<string>) => {
  try {
    return `printed ${await run()}`;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
};

describe.each([
  ['at a start', runKeysCommand],
  ['while calls are served', runKeysCommandAside],
])('a command that gives the keys, %s', (_, run) => {
  it('has its arguments as they are, without a shell, and its folder', async () => {
    const script = 'process.stdout.write(process.argv[1] + process.cwd())';
    expect(await run(node(script, '$HOME; `id` "*"'))).toBe(`$HOME; \`id\` "*"${tmpdir()}`);
  });

  it.each([
    ['an exit status', 'process.exit(3)', 'exit status 3 of the command'],
    [
      'an end by a signal',
      'process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 1e6)',
      'an end by a signal',
    ],
    [
      'too much',
      'process.stdout.write("x".repeat(3e6))',
      'more than 1048576 bytes from the command',
    ],
  ])(
    'is refused for %s; nothing that it says on standard error is told',
    async (__, script, reason) => {
      const told = await reasonOf(() => run(node(`console.error("canary"); ${script}`, 'canary')));
      expect(told).toContain(`SecretError: found ${reason}`);
      expect(told).not.toContain('canary');
    },
  );

  it('is refused where there is none', async () => {
    const missing = { program: 'bursar-no-such-command', args: [], cwd: tmpdir() };
    expect(await reasonOf(() => run(missing))).toContain(
      'found no such command: bursar-no-such-command',
    );
  });
});

describe('a command that does not end', () => {
  it('is ended, also when what it started holds its output', async () => {
    const script =
      'child_process.spawn("sleep", ["60"], { stdio: "inherit" }).unref(); setTimeout(() => {}, 1e6)';
    const told = await reasonOf(() => runKeysCommandAside(node(script), 500));
    expect(told).toContain('found no end of the command');
  });
});

describe('keysCommand', () => {
  const yaml = (script: string) =>
    `${MINIMAL}keysCommand: ["${process.execPath}", "-e", ${JSON.stringify(script)}]\n`;
  const files = { '/etc/bursar/keys.json': { text: 'not looked at' } };

  it('gives the ring, in place of a file', () => {
    const script = `process.chdir("/"); process.stdout.write(${JSON.stringify(formatKeyRing(KEY_RING))})`;
    const place = { kind: 'command', ...node(script), cwd: '/' } as const;
    expect(readRing(place, memoryFiles({}))).toEqual(KEY_RING);
  });

  it.each([
    [
      'both keys and keysCommand',
      'keys: keys.json\nkeysCommand: [a]\n',
      '4:1: keysCommand: found both keys and keysCommand; expected one of them',
    ],
    [
      'no command',
      'keysCommand: []\n',
      '3:14: keysCommand: found an empty list; expected a command, and its arguments',
    ],
    [
      'a text',
      'keysCommand: vault\n',
      '3:14: keysCommand: found a text of 5 characters; expected a list such as ["vault", "kv", "get", "…"]',
    ],
    [
      'standard input as a descriptor',
      'keys: fd:0\n',
      '3:7: keys: found "fd:0"; expected fd: and a number from 3 to 999, such as fd:3',
    ],
    [
      'no descriptor',
      'keys: fd:x\n',
      '3:7: keys: found "fd:x"; expected fd: and a number from 3 to 999, such as fd:3',
    ],
  ])('%s is refused', (_, lines, mistake) => {
    expect(mistakesOf({ yaml: `${MINIMAL}${lines}` })).toEqual([mistake]);
  });

  it('that fails stops the start, with its place and no argument', () => {
    // Its folder is in memory alone, so that no program is found from there.
    const [mistake = ''] = mistakesOf({ yaml: yaml('"canary"'), files });
    expect(mistake).toContain(`3:14: keysCommand: found no such command: ${process.execPath};`);
    expect(mistake).not.toContain('canary');
  });

  it('is not run by what needs no keys', () => {
    expect(() => serve({ yaml: `${MINIMAL}keysCommand: [a]\nlisten: nowhere\n` })).toThrow(
      /^(?!.*no such command)/s,
    );
  });
});
