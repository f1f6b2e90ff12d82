import { join } from 'node:path';
import { LEDGER_DEFAULTS } from '../../src/ledger/contract.js';
import { openSqliteLedger } from '../../src/ledger/sqlite/engine.js';
import { ledgerContract } from './contract.js';
import { temporaryFolder } from './folder.js';

const folder = temporaryFolder();

ledgerContract('SQLite', (options, store) =>
  openSqliteLedger(join(folder, `${store}.db`), {
    ...LEDGER_DEFAULTS,
    clock: Date.now,
    ...options,
  }),
);
