import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { LEDGER_DEFAULTS } from '../../src/ledger/contract.js';
import { openLedger } from '../../src/ledger/open.js';
import type { GatewayConfig } from '../config/types.js';
import type { Log } from '../logging.js';
import { openOwnMarks } from './own-marks.js';

/** The ledger, held against what this gateway saw of it before, over its restarts too. */
export async function openMarkedLedger(
  { ledgerUrl, ledgerTimeoutMs, ledgerRetainMs, ledgerWait, stateDir }: GatewayConfig,
  log: Log,
) {
  const warn = (message: string) => log.warn({}, message);
  const own = await openOwnMarks({ stateDir, host: hostname(), randomBytes, warn });
  try {
    const ledger = await openLedger(ledgerUrl, {
      ...LEDGER_DEFAULTS,
      timeoutMs: ledgerTimeoutMs,
      retainMs: ledgerRetainMs,
      ...(ledgerWait && { wait: ledgerWait }),
      clock: Date.now,
      marks: own.marks,
      warn,
    });
    const closeLedger = async () => {
      await ledger.close();
      await own.close();
    };
    return { ledger, closeLedger };
  } catch (error) {
    await own.close();
    throw error;
  }
}
