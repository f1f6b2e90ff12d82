import { LEDGER_DEFAULTS } from '../../src/ledger/contract.js';
import { ledgerContract } from './contract.js';
import { ModelLedger } from './model.js';
import { ModelStore } from './model-store.js';

let nowMs = 1_800_000_000_000;
const now = () => nowMs;
const stores: ModelStore[] = [];

ledgerContract(
  'the model',
  async (options, store) => {
    const kept = stores[store] ?? new ModelStore();
    stores[store] = kept;
    return new ModelLedger({ ...LEDGER_DEFAULTS, clock: now, ...options }, now, kept);
  },
  {
    now,
    pass: async (ms) => {
      nowMs += ms;
    },
  },
);
