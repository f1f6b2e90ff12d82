// A process that drains one tenant's journal, and kills itself at the nth time that it comes to a step.
//
// argv: the built modules (a URL of dist/), the ledger's URL, the folder, the step, which time, and the
// name under which it holds the lease.
import { crashingFiles, crashingLedger } from './crashing.js';

const [dist = '', url = '', path = '', step = '', time = '1', holder = ''] = process.argv.slice(2);
const { openLedger } = await import(`${dist}src/ledger/open.js`);
const { LEDGER_DEFAULTS } = await import(`${dist}src/ledger/contract.js`);
const { TenantDrain } = await import(`${dist}gateway/journal/drain-tenant.js`);
const { JournalFolder } = await import(`${dist}gateway/journal/folder.js`);

let times = 0;
const cell = new Int32Array(new SharedArrayBuffer(4));
const crash = {
  /** @param {string} at */
  due: (at) => at === step && ++times === Number(time),
  end: () => {
    process.kill(process.pid, 'SIGKILL');
    // Nothing more is done until it is gone.
    Atomics.wait(cell, 0, 0);
    throw new Error('killed');
  },
};
const ledger = await openLedger(url, { ...LEDGER_DEFAULTS, timeoutMs: 30_000, clock: Date.now });
const drain = new TenantDrain({
  ledger: crashingLedger(ledger, crash),
  tenant: 'main',
  holder,
  folder: new JournalFolder(path, 20_000, crashingFiles(crash)),
  leaseMs: 1_000,
  batch: 20,
});
for (;;) {
  await drain.run(() => false);
  await new Promise((resolve) => setTimeout(resolve, 20));
}
