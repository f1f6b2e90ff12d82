import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { CONFIG_TEMPLATE } from '../../gateway/config/template.js';
import { makeFolder } from '../../src/ledger/sqlite/make-folder.js';
import { formatKeyRing, NEW_KEY_BYTES, newKeyRing } from '../../src/macaroon/index.js';
import { Refusal } from '../errors.js';
import type { Io } from '../io.js';
import { addExample } from '../options.js';
import { createPrivateFile } from '../private-file.js';

interface InitOptions {
  readonly dir: string;
}

export function addInit(program: Command, io: Io): void {
  const command = program
    .command('init')
    .summary('make a configuration, a key ring and an operator key')
    .description(
      'Makes what a gateway needs: bursar.yaml, keys.json and operator.key in .bursar/. Asks nothing ' +
        'and overwrites nothing: what is there already stays, and what is missing is added.',
    )
    .option('--dir <folder>', 'another folder', '.bursar');
  addExample(command, 'bursar init');
  command.action((options: InitOptions) => init(io, options));
}

const OPERATOR_KEY_BYTES = 32;

/** Everything here is this machine's own, and most of it secret. */
const GITIGNORE = '*\n';

function init(io: Io, { dir }: InitOptions): void {
  const folder = resolve(io.cwd, dir);
  try {
    makeFolder(folder);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Refusal(
      `--dir: found that ${folder} can't be made (${why}); expected a folder on a disk`,
    );
  }
  // The configuration last: whoever finds it finds everything that it names.
  const files: readonly (readonly [string, () => string])[] = [
    ['.gitignore', () => GITIGNORE],
    ['keys.json', () => newRingText(io)],
    ['operator.key', () => `${Buffer.from(io.randomBytes(OPERATOR_KEY_BYTES)).toString('hex')}\n`],
    ['bursar.yaml', () => CONFIG_TEMPLATE],
  ];
  for (const [name, text] of files) {
    const wrote = createPrivateFile(join(folder, name), text());
    io.err.write(`${wrote ? 'wrote' : 'kept '} ${join(dir, name)}\n`);
  }
  io.out.write(`${join(folder, 'bursar.yaml')}\n`);
}

function newRingText(io: Io): string {
  const ring = newKeyRing({ random: io.randomBytes(NEW_KEY_BYTES), nowMs: io.clock() });
  return formatKeyRing(ring);
}
