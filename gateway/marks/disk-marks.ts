import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import type {
  AcknowledgedOperation,
  Mark,
  MarkKeeper,
  TenantMark,
} from '../../src/ledger/contract.js';
import type { MemoryMarks } from '../../src/ledger/marks.js';
import { indicesOf, readFolder, type Segment, segmentFile, snapshotFile } from './folder.js';
import { epochLine, markLine, operationLine, tenantLine, tenantOf } from './lines.js';
import { WaitingLines } from './waiting-lines.js';

export interface DiskMarksOptions {
  readonly folder: string;
  readonly gateway: string;
  readonly warn: (message: string) => void;
  /** After so long at most, what was noted is in the file: what a killed gateway loses. */
  readonly writeAfterMs?: number;
  /** After so long at most, the file is on the disk: what is lost with the power. */
  readonly syncAfterMs?: number;
  /** A file that has grown so large is followed by another. */
  readonly segmentBytes?: number;
  /** Beyond this the oldest operations are let go of, drained or not. */
  readonly maxBytes?: number;
}

const DEFAULTS = {
  writeAfterMs: 20,
  syncAfterMs: 1_000,
  segmentBytes: 8 * 1024 * 1024,
  maxBytes: 256 * 1024 * 1024,
};
const RETRY_MS = 250;

/**
 * Marks on the gateway's own disk, in files that only grow: segments of what was acknowledged, and from
 * time to time a snapshot of all marks, so that segments may go once the journal has been drained past
 * them. A call never waits for the disk; see {@link DiskMarksOptions} for what that can lose.
 */
export class DiskMarks implements MarkKeeper {
  readonly gateway: string;
  readonly #options: DiskMarksOptions & typeof DEFAULTS;
  readonly #memory: MemoryMarks;
  readonly #segments: Segment[];
  readonly #drained = new Map<string, number>();
  /** By root: of all its changes that wait to be written, the last is enough. */
  #marks = new Map<string, Mark>();
  /** Tenants of which more was seen than is written. */
  #seen = new Set<string>();
  readonly #lines = new WaitingLines();
  /** Of which tenants they are. */
  #noted = new Set<string>();
  #current: Segment;
  #file: FileHandle;
  #timer: NodeJS.Timeout | undefined;
  #syncTimer: NodeJS.Timeout | undefined;
  /** One step on the files at a time. */
  #working: Promise<void> = Promise.resolve();
  #failure: string | undefined;
  #closed = false;

  /** @throws {Error} when the folder can't be read or written. */
  static async open(options: DiskMarksOptions): Promise<DiskMarks> {
    const { folder, gateway } = options;
    const { marks, segments, next } = readFolder(folder, gateway);
    const file = await open(segmentFile(folder, next), 'ax', 0o600);
    const disk = new DiskMarks(options, marks, segments, next, file);
    await disk.#writeSnapshot();
    return disk;
  }

  private constructor(
    options: DiskMarksOptions,
    memory: MemoryMarks,
    segments: Segment[],
    next: number,
    file: FileHandle,
  ) {
    this.gateway = options.gateway;
    this.#options = { ...DEFAULTS, ...options };
    this.#memory = memory;
    this.#segments = segments;
    this.#current = { index: next, bytes: 0, tenants: new Map() };
    this.#file = file;
  }

  markOf(root: string): Mark | undefined {
    return this.#memory.markOf(root);
  }

  marksOf(tenant: string): [string, Mark][] {
    return this.#memory.marksOf(tenant);
  }

  acknowledge(root: string, mark: Mark): void {
    this.#memory.acknowledge(root, mark);
    const waiting = this.#marks.get(root);
    if (waiting !== undefined && waiting.sequence > mark.sequence) return;
    this.#marks.set(root, mark);
    this.#writeSoon();
  }

  tenantMarkOf(tenant: string): TenantMark | undefined {
    return this.#memory.tenantMarkOf(tenant);
  }

  acknowledgeTenant(tenant: string, mark: TenantMark): void {
    const before = this.#memory.tenantMarkOf(tenant);
    this.#memory.acknowledgeTenant(tenant, mark);
    if (this.#memory.tenantMarkOf(tenant) === before) return;
    this.#seen.add(tenant);
    this.#writeSoon();
  }

  note(operation: AcknowledgedOperation): void {
    this.#lines.add(operationLine(operation));
    this.#noted.add(tenantOf(operation));
    this.#writeSoon();
  }

  registered(): string[] {
    return this.#memory.registered();
  }

  epochOf(tenant: string): number | undefined {
    return this.#memory.epochOf(tenant);
  }

  async register(tenant: string, epoch: number): Promise<void> {
    if (this.#memory.epochOf(tenant) !== epoch) {
      for (const root of this.#marks.keys()) {
        if (root.startsWith(`${tenant}/`)) this.#marks.delete(root);
      }
      // Operations stay until what the recovery made of them is drained.
      for (const { tenants } of this.#segments) {
        if (tenants.has(tenant)) tenants.set(tenant, undefined);
      }
      this.#drained.delete(tenant);
      this.#seen.delete(tenant);
    }
    await this.#memory.register(tenant, epoch);
    this.#lines.add(epochLine(tenant, epoch));
    await this.flush();
    if (this.#failure !== undefined) throw new Error(this.#failure);
  }

  journalIsAt(tenant: string, last: number, drained: number): void {
    for (const { tenants } of this.#segments) {
      if (tenants.has(tenant) && tenants.get(tenant) === undefined) tenants.set(tenant, last);
    }
    this.#drained.set(tenant, drained);
    if (this.#segments.length > 0) this.#enqueue(() => this.#prune());
  }

  failure(): string | undefined {
    return this.#failure;
  }

  /** Everything noted so far is written and on the disk when this answers, or {@link failure} says why not. */
  async flush(): Promise<void> {
    this.#enqueue(async () => {
      await this.#write();
      if (this.#failure === undefined) await this.#file.datasync();
    });
    await this.#working;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#syncTimer);
    await this.flush();
    this.#enqueue(() => this.#file.close());
    await this.#working;
  }

  #writeSoon(): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#enqueue(() => this.#write());
    }, this.#options.writeAfterMs);
  }

  #syncSoon(): void {
    if (this.#syncTimer !== undefined || this.#closed) return;
    this.#syncTimer = setTimeout(() => {
      this.#syncTimer = undefined;
      this.#enqueue(() => this.#file.datasync());
    }, this.#options.syncAfterMs);
    this.#syncTimer.unref();
  }

  /** What fails is tried again, and meanwhile {@link failure} says so. */
  #enqueue(work: () => Promise<void>): void {
    this.#working = this.#working.then(work).catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    const message = `this gateway's marks can't be written: ${why}`;
    if (this.#failure !== message) this.#options.warn(message);
    this.#failure = message;
    if (this.#closed) return;
    const timer = setTimeout(() => this.#enqueue(() => this.#recover()), RETRY_MS);
    timer.unref();
  }

  /** In another file, since the last line of this one may be half a line. */
  async #recover(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await this.#rotate();
    await this.#write();
    this.#failure = undefined;
    this.#options.warn("this gateway's marks are written again");
  }

  async #write(): Promise<void> {
    const marks = this.#marks;
    const noted = this.#noted;
    const seen = this.#seen;
    if (this.#lines.isEmpty && marks.size === 0 && seen.size === 0) return;
    const lines = this.#lines.take();
    this.#marks = new Map();
    this.#noted = new Set();
    this.#seen = new Set();
    for (const tenant of noted) this.#current.tenants.set(tenant, undefined);
    try {
      const last = Array.from(marks, ([root, mark]) => markLine(root, mark)).join('');
      const data = Buffer.concat([lines, Buffer.from(last + this.#tenantLines(seen))]);
      await this.#file.appendFile(data);
      this.#current.bytes += data.length;
    } catch (error) {
      this.#lines.putBack(lines);
      for (const [root, mark] of marks) if (!this.#marks.has(root)) this.#marks.set(root, mark);
      for (const tenant of noted) this.#noted.add(tenant);
      for (const tenant of seen) this.#seen.add(tenant);
      throw error;
    }
    this.#syncSoon();
    if (this.#current.bytes >= this.#options.segmentBytes) {
      await this.#file.datasync();
      await this.#file.close();
      await this.#rotate();
    }
  }

  #tenantLines(tenants: Iterable<string>): string {
    let text = '';
    for (const tenant of tenants) {
      const mark = this.#memory.tenantMarkOf(tenant);
      if (mark !== undefined) text += tenantLine(tenant, mark);
    }
    return text;
  }

  async #rotate(): Promise<void> {
    this.#segments.push(this.#current);
    const index = this.#current.index + 1;
    this.#current = { index, bytes: 0, tenants: new Map() };
    this.#file = await open(segmentFile(this.#options.folder, index), 'ax', 0o600);
    await this.#writeSnapshot();
    await this.#prune();
  }

  async #writeSnapshot(): Promise<void> {
    const { folder } = this.#options;
    const { index } = this.#current;
    const name = snapshotFile(folder, index);
    const file = await open(`${name}.new`, 'w', 0o600);
    try {
      await file.appendFile(
        this.registered()
          .map((tenant) => epochLine(tenant, this.epochOf(tenant) ?? 0))
          .join(''),
      );
      let text = this.#tenantLines(this.registered());
      for (const [root, mark] of this.#memory.all()) {
        text += markLine(root, mark);
        if (text.length > 1_000_000) {
          await file.appendFile(text);
          text = '';
        }
      }
      await file.appendFile(text);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(`${name}.new`, name);
    for (const older of indicesOf(folder, 'snapshot')) {
      if (older < index) await rm(snapshotFile(folder, older));
    }
  }

  /** A segment may go once the journals of its tenants are drained past all that it has. */
  async #prune(): Promise<void> {
    let bytes = this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
    for (const segment of [...this.#segments]) {
      const isTooMuch = bytes > this.#options.maxBytes;
      if (!isTooMuch && ![...segment.tenants].every(([its, last]) => this.#isSafe(its, last))) {
        continue;
      }
      if (isTooMuch) {
        this.#options.warn(
          'the journal was not drained for long: the oldest of this gateway’s acknowledged operations are let go of',
        );
      }
      await rm(segmentFile(this.#options.folder, segment.index), { force: true });
      bytes -= segment.bytes;
      this.#segments.splice(this.#segments.indexOf(segment), 1);
    }
  }

  #isSafe(tenant: string, last: number | undefined): boolean {
    return last !== undefined && last <= (this.#drained.get(tenant) ?? 0);
  }
}
