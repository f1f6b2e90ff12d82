import { afterAll, afterEach, describe } from 'vitest';
import type { Ledger } from '../../src/ledger/contract.js';
import { admissionLaws } from './laws/admission.js';
import { carveLaws } from './laws/carves.js';
import { closingLaws } from './laws/closing.js';
import { concurrencyLaws } from './laws/concurrency.js';
import { controlLaws } from './laws/control.js';
import { drainingLaws } from './laws/draining.js';
import { inputLaws } from './laws/input.js';
import { journalLaws } from './laws/journal.js';
import { leavingDeadlineLaws, leavingLaws } from './laws/leaving.js';
import { ownershipLaws } from './laws/ownership.js';
import { refusalLaws } from './laws/refusals.js';
import { resolutionLaws } from './laws/resolution.js';
import { revocationLaws } from './laws/revocations.js';
import { sharedStateDeadlineLaws, sharedStateLaws } from './laws/shared-state.js';
import { sweepLaws } from './laws/sweep.js';
import { viewLaws } from './laws/views.js';
import { windowLaws } from './laws/windows.js';
import type { Options, StoreTime, Subject } from './subject.js';

/** @param store which one, counted from 1: empty at first, and the same for the same number. */
export type OpenLedger = (options: Options | undefined, store: number) => Promise<Ledger>;

const REAL_TIME: StoreTime = {
  now: Date.now,
  pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * The laws of DESIGN §3 that every engine keeps, whatever it stores in. An engine whose clock can
 * be set passes its own `time`; the others wait for a second, once, with all laws of deadlines
 * running side by side.
 */
export function ledgerContract(name: string, open: OpenLedger, time: StoreTime = REAL_TIME): void {
  const ledgers: Ledger[] = [];
  let stores = 0;
  const openOn = async (options: Options | undefined, store: number) => {
    const ledger = await open(options, store);
    ledgers.push(ledger);
    return ledger;
  };
  const subject: Subject = {
    time,
    open: (options) => openOn(options, ++stores),
    openTwo: async (options) => {
      const store = ++stores;
      return [await openOn(options, store), await openOn(options, store)];
    },
  };
  const closeAll = async () => {
    await Promise.all(ledgers.splice(0).map((ledger) => ledger.close()));
  };

  describe(`ledger contract: ${name}`, () => {
    describe('at any time', () => {
      afterEach(closeAll);
      admissionLaws(subject);
      refusalLaws(subject);
      resolutionLaws(subject);
      concurrencyLaws(subject);
      viewLaws(subject);
      inputLaws(subject);
      windowLaws(subject);
      carveLaws(subject);
      closingLaws(subject);
      controlLaws(subject);
      revocationLaws(subject);
      ownershipLaws(subject);
      journalLaws(subject);
      leavingLaws(subject);
      drainingLaws(subject);
      sharedStateLaws(subject);
    });
    const sideBySide = time === REAL_TIME ? describe.concurrent : describe;
    sideBySide('as time passes', () => {
      afterAll(closeAll);
      sweepLaws(subject);
      leavingDeadlineLaws(subject);
      sharedStateDeadlineLaws(subject);
    });
  });
}
