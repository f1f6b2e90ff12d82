import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { makeStateFolder } from './make-folder.js';

/** More gateways than this can't share one `stateDir`. */
const MAX_PLACES = 64;

/** A folder of marks that no other process writes. */
export interface Place {
  readonly folder: string;
  /** Under which this gateway registers: fresh when the folder is, and then for ever. */
  readonly name: string;
  release(): void;
}

/**
 * Takes the first free one of `stateDir/gateway-1`, `gateway-2` … Gateways on one configuration so have
 * a folder each, and one that starts again finds its own, or another's that is gone. The lock is the
 * system's, on a file, and ends with the process, however that ends.
 * @param host begins the name: what of it is no letter, digit, dot or hyphen is left out.
 * @throws {Error} when none can be written.
 */
export function takePlace(
  stateDir: string,
  host: string,
  randomBytes: (length: number) => Uint8Array,
): Place {
  for (let i = 1; i <= MAX_PLACES; i++) {
    const folder = join(stateDir, `gateway-${i}`);
    makeStateFolder(folder);
    const release = lock(join(folder, 'lock'));
    if (release !== undefined) return { folder, name: nameOf(folder, host, randomBytes), release };
  }
  throw new Error(`${stateDir}: found ${MAX_PLACES} gateways at work there, expected fewer`);
}

/** Undefined while another has it. */
function lock(file: string): (() => void) | undefined {
  const db = new Database(file);
  try {
    db.pragma('busy_timeout = 0');
    db.exec('BEGIN EXCLUSIVE');
    return () => {
      // The library closes a file when it likes to; its lock ends here.
      if (db.inTransaction) db.exec('ROLLBACK');
      db.close();
    };
  } catch (error) {
    db.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) return undefined;
    throw error;
  }
}

function nameOf(folder: string, host: string, randomBytes: (length: number) => Uint8Array): string {
  const file = nameFile(folder);
  const known = readName(folder);
  if (known !== undefined) return known;
  const clean = host
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]/g, '')
    .replace(/^[.-]+/, '')
    .slice(0, 40);
  const random = Buffer.from(randomBytes(4)).toString('hex');
  const name = `${clean === '' ? 'gateway' : clean}-${random}`;
  writeFileSync(file, `${name}\n`, { mode: 0o600, flush: true });
  return name;
}

/** Whose folder it is; undefined before it has a name. */
export function readName(folder: string): string | undefined {
  try {
    const name = readFileSync(nameFile(folder), 'utf8').trim();
    return name === '' ? undefined : name;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function nameFile(folder: string): string {
  return join(folder, 'name');
}
