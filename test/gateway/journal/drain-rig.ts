// Drainers on a ledger inside the test, each test with a folder and a ledger of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { TenantDrain } from '../../../gateway/journal/drain-tenant.js';
import { JournalFolder } from '../../../gateway/journal/folder.js';
import { chainLines } from '../../../gateway/journal/segments.js';
import { type Genesis, LEDGER_DEFAULTS, type Ledger } from '../../../src/ledger/contract.js';
import { readLine } from '../../../src/ledger/journal/chain.js';
import { ChainCheck } from '../../../src/ledger/journal/verify.js';
import { opened, request } from '../../ledger/fixtures.js';
import { ModelLedger } from '../../ledger/model.js';
import { crashingFiles, crashingLedger, type Step } from './crashing.js';

export const LEASE_MS = 30_000;
export let folder = '';
let timeMs = 1_800_000_000_000;
export let ledger: Ledger;
let root: Genesis;
let drainers = 0;
/** Of drainers that crashed, as the system would close them. */
export const open: JournalFolder[] = [];

/** To be called by every file of tests: modules are shared by files, and hooks belong to one. */
export function afreshForEach(): void {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bursar-drain-'));
    await fresh();
  });
  afterEach(async () => {
    await closeAll();
    rmSync(folder, { recursive: true, force: true });
  });
}

export async function closeAll(): Promise<void> {
  await Promise.all(open.splice(0).map((files) => files.close()));
}

export async function fresh(): Promise<void> {
  ledger = new ModelLedger({ ...LEDGER_DEFAULTS, clock: nowMs }, nowMs);
  root = await opened(ledger);
}

/** By the store's clock. */
export function nowMs(): number {
  return timeMs;
}

export function pass(ms: number): void {
  timeMs += ms;
}

export async function holds(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await ledger.reserve(request(root));
}

class Crash extends Error {}

/** A name that no drainer has had. */
export function newHolder(): string {
  drainers += 1;
  return `gateway-${drainers}`;
}

/** A drainer of its own, that crashes at a step, or never. */
export function drain(path: string, crashAt?: Step, batch = 3, maxBytes = 4_000): TenantDrain {
  const at = {
    due: (step: Step) => step === crashAt,
    end: (step: Step): never => {
      throw new Crash(step);
    },
  };
  const files = new JournalFolder(path, maxBytes, crashingFiles(at));
  open.push(files);
  return new TenantDrain({
    ledger: crashingLedger(ledger, at),
    tenant: 'main',
    holder: newHolder(),
    folder: files,
    leaseMs: LEASE_MS,
    batch,
  });
}

export const never = () => false;
export const unreachable = (): never => {
  throw new Error('nothing crashes here');
};

export async function crashes(path: string, step?: Step): Promise<void> {
  await drain(path, step)
    .run(never)
    .catch((error: unknown) => {
      if (!(error instanceof Crash)) throw error;
    });
}

/** What the folders say, held against what the ledger did: all of it, once, in a whole chain. */
export async function expectWhole(folders: readonly string[], through: number): Promise<void> {
  const { head } = await ledger.journal({ tenant: 'main', after: 0, max: 1 });
  expect(head.number).toBe(through);
  const check = new ChainCheck('main', head);
  const numbers: (number | undefined)[] = [];
  for await (const text of chainLines(folders)) {
    check.take(text);
    numbers.push(readLine(text)?.number);
  }
  expect(check.finish()).toEqual([]);
  expect(numbers).toEqual(Array.from({ length: through }, (_, i) => i + 1));
}
