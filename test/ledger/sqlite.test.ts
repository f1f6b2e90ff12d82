import { join } from 'node:path';
import { LEDGER_DEFAULTS } from '../../src/ledger/contract.js';
import { openSqliteLedger } from '../../src/ledger/sqlite/engine.js';
import { ledgerContract } from './contract.js';
import { temporaryFolder } from './folder.js';

const folder = temporaryFolder();
let files = 0;

ledgerContract('SQLite', (options) =>
  openSqliteLedger(join(folder, `${files++}.db`), {
    ...LEDGER_DEFAULTS,
    clock: Date.now,
    ...options,
  }),
);
