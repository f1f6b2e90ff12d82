import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { type OwnMarks, openOwnMarks } from '../../../gateway/marks/own-marks.js';
import { LEDGER_DEFAULTS, type Ledger, LedgerUnavailable } from '../../../src/ledger/contract.js';
import { openLedger } from '../../../src/ledger/open.js';

/** What of a gateway touches the store: a ledger, and marks on a disk of its own. */
export interface TestGateway {
  readonly ledger: Ledger;
  readonly own: OwnMarks;
  readonly name: string;
  readonly stateDir: string;
  readonly warnings: string[];
  close(): Promise<void>;
}

/** A folder that is gone after the test. */
function stateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-state-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts one, on a folder of an earlier one or on a new one. */
export async function startGateway(
  url: string,
  stateDir = stateFolder(),
  timeoutMs = 1_000,
): Promise<TestGateway> {
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  const own = await openOwnMarks({ stateDir, host: 'gw', randomBytes, warn });
  const options = { ...LEDGER_DEFAULTS, timeoutMs, clock: Date.now, marks: own.marks, warn };
  const ledger = await openLedger(url, options);
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= ledger.close().then(() => own.close());
    return closing;
  };
  onTestFinished(close);
  return { ledger, own, name: own.marks.gateway, stateDir, warnings, close };
}

/** The same, for tests of what it knows, and not of how long it waits for a store that is busy. */
export function startPatient(url: string, stateDir?: string): Promise<TestGateway> {
  return startGateway(url, stateDir, 10_000);
}

/** What a call was refused with, when no decision was made. */
export async function failure(call: Promise<unknown>): Promise<LedgerUnavailable> {
  const error = await call.then(
    (answer) => new Error(`expected no decision, found ${JSON.stringify(answer)}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof LedgerUnavailable)) throw error;
  return error;
}

/** Waits until a call is decided, or is refused for this reason. */
export async function untilStateLost(call: () => Promise<unknown>): Promise<LedgerUnavailable> {
  return vi.waitFor(
    async () => {
      const error = await failure(call());
      expect(error.reason).toBe('state_lost');
      return error;
    },
    { timeout: 10_000, interval: 20 },
  );
}

/** Waits until a call is refused since something was found missing, by any gateway. */
export async function untilNamed(call: () => Promise<unknown>): Promise<LedgerUnavailable> {
  return vi.waitFor(
    async () => {
      const error = await failure(call());
      expect(error).toMatchObject({ reason: 'state_lost' });
      expect(error.message).toMatch(/found .*, expected /);
      return error;
    },
    { timeout: 10_000, interval: 20 },
  );
}

export function untilServed<T>(call: () => Promise<T>): Promise<T> {
  return vi.waitFor(call, { timeout: 10_000, interval: 20 });
}
