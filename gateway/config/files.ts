import { closeSync, existsSync, fstatSync, openSync, readFileSync } from 'node:fs';

/** What the configuration needs of a file system. */
export interface FileReader {
  exists(path: string): boolean;
  /**
   * The text, and the permission bits of the file that it came from.
   * @throws {Error} with a `code` such as `ENOENT`
   */
  read(path: string): { readonly text: string; readonly mode: number };
}

export const nodeFiles: FileReader = {
  exists: existsSync,
  read: (path) => {
    // One descriptor for both: between a stat and an open, the file could be another.
    const descriptor = openSync(path, 'r');
    try {
      // On Windows these bits say nothing of who may read it.
      const mode = process.platform === 'win32' ? 0o600 : fstatSync(descriptor).mode & 0o777;
      return { text: readFileSync(descriptor, 'utf8'), mode };
    } finally {
      closeSync(descriptor);
    }
  },
};

/** Why a file could not be read, in words. */
export function describeReadError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'no such file';
    case 'EACCES':
    case 'EPERM':
      return 'a file that may not be read';
    case 'EISDIR':
      return 'a folder';
    default:
      return `a file that can't be read (${code || String(error)})`;
  }
}
