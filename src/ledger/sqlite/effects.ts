import type { Caps } from '../rules/records.js';
import type { Clocks } from '../rules/time.js';
import type { JournalRows } from './journal-rows.js';
import type { Rows } from './rows.js';
import type { SharedRows } from './shared-rows.js';
import type { StagedRecords } from './staged.js';

/** What one operation may touch. */
export interface Effects {
  readonly records: StagedRecords;
  readonly rows: Rows;
  readonly journal: JournalRows;
  readonly shared: SharedRows;
  readonly clocks: Clocks;
  readonly caps: Caps;
  readonly retainMs: number;
}
