import type { FileReader } from '../../../gateway/config/files.js';

export interface MemoryFile {
  readonly text: string;
  /** 0600 by default. */
  readonly mode?: number;
}

/** A file system in memory, with Node's errors. */
export function memoryFiles(files: Readonly<Record<string, MemoryFile>>): FileReader {
  return {
    exists: (path) => Object.hasOwn(files, path),
    read: (path) => {
      const file = Object.hasOwn(files, path) ? files[path] : undefined;
      if (file === undefined) {
        throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: 'ENOENT' });
      }
      return { text: file.text, mode: file.mode ?? 0o600 };
    },
  };
}
