import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { bursar, runInside } from './harness.js';

const COMMANDS = [
  'init',
  'serve',
  'mint',
  'delegate',
  'inspect',
  'balance',
  'tree',
  'pause',
  'resume',
  'revoke',
  'close',
  'topup',
  'activate',
  'journal',
  'journal tail',
  'journal export',
  'journal verify',
  'gateways',
  'gateways list',
  'gateways drop',
  'prices',
  'prices check',
  'prices show',
  'prices import',
  'keys',
  'keys list',
  'keys rotate',
  'keys retire',
  'config',
  'config check',
];

describe('help', () => {
  it.each(COMMANDS)(
    'bursar %s: describes itself, with an example of that very command',
    async (command) => {
      const names = command.split(' ');
      const { status, out, err } = await runInside([...names, '--help']);
      expect({ status, err }).toEqual({ status: 0, err: '' });
      expect(out).toContain(`Usage: bursar ${command}`);
      const [, example = ''] = out.split('Example:\n');
      expect(example).toContain(`bursar ${command}`);
    },
  );

  it('the overview names every command, the variables and the exit statuses', async () => {
    const { out } = await runInside(['--help']);
    const topLevel = new Set(COMMANDS.map((command) => command.split(' ')[0]));
    for (const name of topLevel) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
    for (const name of ['BURSAR_MACAROON', 'BURSAR_GATEWAY', 'BURSAR_CONFIG', 'NO_COLOR']) {
      expect(out).toContain(name);
    }
    expect(out).toContain('Exit status: 0, 1 for a refusal, 2 for wrong usage');
  });

  it('--version is that of the package', async () => {
    const { status, out } = await bursar(['--version']);
    expect({ status, out }).toEqual({ status: 0, out: `${packageJson.version}\n` });
  });
});

describe('standard output', () => {
  it('that takes nothing is told in one line, with status 1', async () => {
    const { status, err } = await bursar(['--version'], { prelude: 'exec >/dev/full;' });
    expect(err).toMatch(/^error: standard output: ENOSPC: [^\n]+\n$/);
    expect(status).toBe(1);
  });
});
