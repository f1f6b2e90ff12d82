import { makeFolder } from '../../src/ledger/sqlite/make-folder.js';

/** @throws {Error} which names the setting, and what is wrong with it */
export function makeStateFolder(path: string): void {
  try {
    makeFolder(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `stateDir: found that ${path} can't be made (${why}); expected a folder on a disk that outlives the gateway`,
      { cause: error },
    );
  }
}
