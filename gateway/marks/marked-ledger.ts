import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { LEDGER_DEFAULTS, LedgerUnavailable } from '../../src/ledger/contract.js';
import { openLedger } from '../../src/ledger/open.js';
import type { GatewayConfig } from '../config/types.js';
import { whyOlder } from '../journal/older-ledger.js';
import type { Log } from '../logging.js';
import { openOwnMarks } from './own-marks.js';

const OLDER = 'the ledger has lost state, or is another one than before';
const OLDER_HELP =
  'Put back the newest file of it; or, if what was spent since may be given again, move that folder ' +
  'away. See docs/lost-state.md';

/** The ledger, held against what this gateway saw of it before, over its restarts too. */
export async function openMarkedLedger(
  { ledgerUrl, ledgerTimeoutMs, ledgerRetainMs, ledgerWait, stateDir }: GatewayConfig,
  log: Log,
  clock: () => number,
) {
  const warn = (message: string) => log.warn({}, message);
  const own = await openOwnMarks({ stateDir, host: hostname(), randomBytes, warn });
  try {
    const ledger = await openLedger(ledgerUrl, {
      ...LEDGER_DEFAULTS,
      timeoutMs: ledgerTimeoutMs,
      retainMs: ledgerRetainMs,
      ...(ledgerWait && { wait: ledgerWait }),
      clock,
      marks: own.marks,
      warn,
    });
    const closeLedger = async () => {
      await ledger.close();
      await own.close();
    };
    // Redis is held against the marks, at any time; a file can change only while nobody has it.
    const why = ledgerUrl.startsWith('sqlite:') ? await whyOlder(ledger, stateDir) : undefined;
    if (why !== undefined) {
      await ledger.close();
      throw new LedgerUnavailable('state_lost', `${OLDER}: ${why}. ${OLDER_HELP}`);
    }
    return { ledger, closeLedger };
  } catch (error) {
    await own.close();
    throw error;
  }
}
