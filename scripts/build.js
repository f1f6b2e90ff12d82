// Compiles to dist/, puts the Lua scripts and the price list where the code looks for them, and makes
// the command executable. Runs on `npm ci` (as `prepare`), so that `npx bursar` works in a fresh clone.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const tsc = join(
  dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin/tsc',
);

// Built aside and swapped in whole: a failed build leaves the last good one in place.
const dist = join(root, 'dist');
const fresh = join(root, `dist.${process.pid}`);
const old = join(root, `dist.old.${process.pid}`);
try {
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', fresh], {
    cwd: root,
    stdio: 'inherit',
  });
  cpSync(join(root, 'src'), join(fresh, 'src'), {
    recursive: true,
    filter: (source) => !/\.[a-z]+$/.test(source) || source.endsWith('.lua'),
  });
  cpSync(join(root, 'prices.yaml'), join(fresh, 'prices.yaml'));
  chmodSync(join(fresh, 'cli/bin.js'), 0o755);
  // The old one leaves in one step as well: somebody may be loading a module from it.
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(fresh, dist);
} finally {
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
}
