import { mkdir, open, truncate, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { JournalHead } from '../../src/ledger/contract.js';
import { isIntact, readLine } from '../../src/ledger/journal/chain.js';
import { linesOf, listSegments, type Segment, segmentName } from './segments.js';

/** Of a file, what is used here. */
export interface OpenFile {
  writeFile(data: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

export type OpenForWriting = (path: string) => Promise<OpenFile>;

/** The files are not of the journal that the store has. Nothing is written until somebody has looked. */
export class JournalForked extends Error {
  override readonly name = 'JournalForked';
}

/** Never one that is there: two gateways never write to one file. */
const openNew: OpenForWriting = (path) => open(path, 'ax', 0o600);

/** The folder of one tenant's chain, as the one gateway that drains it now writes to it. */
export class JournalFolder {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #open: OpenForWriting;
  #file: { readonly handle: OpenFile; bytes: number } | undefined;

  /** @param maxBytes a file that has reached it is not written to any more */
  constructor(path: string, maxBytes: number, openFile: OpenForWriting = openNew) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#open = openFile;
  }

  /**
   * What somebody wrote here past the head, and did not live to tell the store: its lines by number.
   * Cuts what was never finished behind them: part of a line, or what a power loss left of one. Syncs
   * what is kept. Afterwards a new file is begun.
   * @throws {JournalForked} when the files do not fit the head
   */
  async recover(head: JournalHead): Promise<ReadonlyMap<number, string>> {
    await this.close();
    const segments = await listSegments(this.#path);
    const upTo = segments.findLastIndex(({ first }) => first <= head.number);
    const written = new Map<number, string>();
    for (const segment of segments.slice(Math.max(upTo, 0))) {
      await this.#recoverSegment(segment, head, written);
    }
    if (segments.length > 0) await syncFolder(this.#path);
    return written;
  }

  /**
   * Appends lines, the first of them of this number. When it answers they are on the disk.
   * @param lines each with its end
   */
  async append(first: number, lines: Uint8Array): Promise<void> {
    if (this.#file !== undefined && this.#file.bytes >= this.#maxBytes) await this.close();
    this.#file ??= { handle: await this.#begin(first), bytes: 0 };
    const { handle, bytes } = this.#file;
    try {
      await handle.writeFile(lines);
      await handle.sync();
      this.#file.bytes = bytes + lines.length;
    } catch (error) {
      // The disk may be full: what is half there is cut off now, or by the next who recovers.
      await handle.truncate(bytes).catch(() => undefined);
      await this.close().catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.handle.close();
  }

  async #begin(first: number): Promise<OpenFile> {
    const made = await mkdir(this.#path, { recursive: true, mode: 0o700 });
    const handle = await this.#open(join(this.#path, segmentName(first)));
    // The names too must be there after a power loss: of the file, and of folders just made.
    await syncFolder(this.#path);
    for (let path = this.#path; made !== undefined && path.length >= made.length; ) {
      path = dirname(path);
      await syncFolder(path);
    }
    return handle;
  }

  async #recoverSegment(
    { path, first }: Segment,
    head: JournalHead,
    written: Map<number, string>,
  ): Promise<void> {
    let isEmpty = true;
    let isPastHead = first > head.number;
    for await (const { text, at, torn } of linesOf(path)) {
      const line = torn ? undefined : readLine(text);
      if (line === undefined || !isIntact(text, line)) {
        // What was synced was whole: damage further up is for `verify` to find.
        if (!torn && !isPastHead) continue;
        await truncate(path, at);
        break;
      }
      isEmpty = false;
      const { number, hash } = line;
      isPastHead ||= number >= head.number;
      if (number === head.number && hash !== head.hash) {
        throw new JournalForked(`${path}: found entry ${number} as ${hash}, expected ${head.hash}`);
      }
      if (number <= head.number) continue;
      if ((written.get(number) ?? text) !== text) {
        throw new JournalForked(`${path}: found a second entry ${number}`);
      }
      written.set(number, text);
    }
    if (isEmpty) await unlink(path);
    else await syncFile(path);
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
