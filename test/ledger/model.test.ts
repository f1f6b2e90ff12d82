import { LEDGER_DEFAULTS } from '../../src/ledger/contract.js';
import { ledgerContract } from './contract.js';
import { ModelLedger } from './model.js';

let nowMs = 1_800_000_000_000;
const now = () => nowMs;

ledgerContract(
  'the model',
  async (options) => new ModelLedger({ ...LEDGER_DEFAULTS, clock: now, ...options }, now),
  {
    now,
    pass: async (ms) => {
      nowMs += ms;
    },
  },
);
