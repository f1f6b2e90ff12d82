// A drainer that ends at a chosen step: by an error inside a test, or by SIGKILL in a process of its
// own, which is why this is JavaScript.
import { open } from 'node:fs/promises';

/** Between which two effects of a drainer it may end. */
export const STEPS = /** @type {const} */ ([
  'before lease',
  'after lease',
  'before open',
  'after open',
  'half a write',
  'after write',
  'after sync',
  'after head',
  'after trim',
]);

/** @typedef {typeof STEPS[number]} Step */
/** @typedef {{ due: (step: Step) => boolean, end: (step: Step) => never }} Crash */
/** @typedef {import('../../../gateway/journal/drain-tenant.js').TenantDrainDeps['ledger']} Drained */

/**
 * A ledger that ends at a step, before or after it has done what was asked.
 * @param {Drained} ledger
 * @param {Crash} crash
 * @returns {Drained}
 */
export function crashingLedger(ledger, crash) {
  /** @param {Step} step */
  const at = (step) => {
    if (crash.due(step)) crash.end(step);
  };
  return {
    journalTexts: (request) => ledger.journalTexts(request),
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

/**
 * Files that end at a step, one of them with half of the bytes on the disk.
 * @param {Crash} crash
 * @returns {import('../../../gateway/journal/folder.js').OpenForWriting}
 */
export function crashingFiles(crash) {
  return async (path) => {
    if (crash.due('before open')) crash.end('before open');
    const handle = await open(path, 'ax', 0o600);
    if (crash.due('after open')) {
      await handle.close();
      crash.end('after open');
    }
    return {
      writeFile: async (data) => {
        if (crash.due('half a write')) {
          await handle.writeFile(data.subarray(0, data.length / 2));
          crash.end('half a write');
        }
        await handle.writeFile(data);
        if (crash.due('after write')) crash.end('after write');
      },
      sync: () => handle.sync(),
      // A process that is gone cuts nothing.
      truncate: async () => {},
      close: () => handle.close(),
    };
  };
}
