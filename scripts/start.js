// `npm start`: builds if that was not done, makes a configuration if there is none, then serves
// with commands to try. The gateway runs in this very process, so that signals reach it and its
// exit status is this one's.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'dist/cli/bin.js');

/** @param {string[]} args */
function runNode(...args) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(bin)) runNode(join(root, 'scripts/build.js'));

const args = process.argv.slice(2);
const { findConfig } = await import(pathToFileURL(join(root, 'dist/gateway/config/find.js')).href);
const found = findConfig({ env: process.env, cwd: process.cwd(), files: { exists: existsSync } });
if (found === undefined && !args.includes('--config')) runNode(bin, 'init');

process.argv.splice(2, args.length, 'serve', '--welcome', ...args);
await import(pathToFileURL(bin).href);
