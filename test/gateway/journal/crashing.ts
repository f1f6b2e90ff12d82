import { open } from 'node:fs/promises';
import type { TenantDrainDeps } from '../../../gateway/journal/drain-tenant.js';
import type { OpenForWriting } from '../../../gateway/journal/folder.js';

/** Between which two effects of a drainer something may go wrong. */
export const STEPS = [
  'before lease',
  'after lease',
  'before open',
  'after open',
  'half a write',
  'after write',
  'after sync',
  'after head',
  'after trim',
] as const;
export type Step = (typeof STEPS)[number];

/** Called at every step; what it throws, or kills, ends the drainer there. */
export type AtStep = (step: Step) => void;

/** A ledger that stops at a step, before or after it has done what was asked. */
export function crashingLedger(
  ledger: TenantDrainDeps['ledger'],
  at: AtStep,
): TenantDrainDeps['ledger'] {
  return {
    journal: (request) => ledger.journal(request),
    lease: async (request) => {
      at('before lease');
      const outcome = await ledger.lease(request);
      at('after lease');
      return outcome;
    },
    moveHead: async (request) => {
      at('after sync');
      const outcome = await ledger.moveHead(request);
      at('after head');
      return outcome;
    },
    trimJournal: async (request) => {
      const through = await ledger.trimJournal(request);
      at('after trim');
      return through;
    },
  };
}

/** Files that stop at a step, one of them with half of the bytes on the disk. */
export function crashingFiles(at: AtStep): OpenForWriting {
  return async (path) => {
    at('before open');
    const handle = await open(path, 'ax', 0o600);
    try {
      at('after open');
    } catch (error) {
      await handle.close();
      throw error;
    }
    return {
      writeFile: async (data) => {
        let isHalf = true;
        try {
          at('half a write');
          isHalf = false;
        } finally {
          // Thrown or killed: a process that is killed has no `finally`, and writes this before.
          await handle.writeFile(isHalf ? data.slice(0, data.length / 2) : data);
        }
        at('after write');
      },
      sync: () => handle.sync(),
      // A process that is gone cuts nothing and closes nothing by itself.
      truncate: async () => {},
      close: () => handle.close(),
    };
  };
}
