// One process of agents on a SQLite ledger: reserves one credit at a time for agents of a
// three-level tree, settles what it was given, and says so. Run by the tests of several processes.
//
// argv: the built engine, the built contract, the ledger's file, and a JSON of what to do.
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';

const [engine = '', contract = '', file = '', task = '{}'] = process.argv.slice(2);
const { openSqliteLedger } = await import(engine);
const { LEDGER_DEFAULTS } = await import(contract);

/** @type {{ tenant: string, rootId: string, from: number, to: number, teams: number,
 *   teamLimit: number, agentLimit: number, attempts: number, atOnce: number, settle: boolean }} */
const { tenant, rootId, from, to, teams, teamLimit, agentLimit, attempts, atOnce, settle } =
  JSON.parse(task);
const CREDIT = 1_000_000;
const FAR_MS = 4_102_444_800_000;
const cost = { credits: CREDIT, calls: CREDIT };

const ledger = await openSqliteLedger(file, {
  ...LEDGER_DEFAULTS,
  timeoutMs: 30_000,
  clock: Date.now,
});

/** @param {number} credits */
const limits = (credits) => [
  { unit: 'credits', window: 'life', limitMicros: credits * CREDIT, carved: false },
];

/** @param {number} agent */
async function attempt(agent) {
  const root = `${tenant}/${rootId}`;
  const team = `${root}/team-${agent % teams}`;
  const reservation = `r1.${tenant}.${rootId}.${randomBytes(16).toString('hex')}`;
  const outcome = await ledger.reserve({
    reservation,
    kid: 'k1',
    path: [
      { account: root, limits: [] },
      { account: team, limits: limits(teamLimit) },
      { account: `${team}/agent-${agent}`, limits: limits(agentLimit) },
    ],
    cost: { least: cost, most: cost, steps: 0 },
    expiresAtMs: FAR_MS,
    ttlMs: 3_600_000,
    owner: 'gateway',
  });
  if (outcome.status !== 'held') return;
  if (settle) await ledger.settle({ reservation, cost });
  // Straight to the pipe: what was written is out, whatever happens to this process next.
  writeSync(1, `${agent} ${reservation}\n`);
}

let made = 0;

async function worker() {
  while (made < attempts * (to - from)) await attempt(from + (made++ % (to - from)));
}

/** @param {() => Promise<void>} work */
async function failureOf(work) {
  return work().then(
    () => undefined,
    (error) => /** @type {{ reason?: string }} */ (error).reason,
  );
}

const first = await failureOf(async () => {
  await Promise.all(Array.from({ length: atOnce }, worker));
});
if (first !== undefined) {
  writeSync(1, `failed ${first}\n`);
  // A call alone may still fit where a group of them did not.
  let next;
  while (next === undefined) next = await failureOf(() => attempt(from));
  writeSync(1, `failed again ${next}\n`);
}
await ledger.close();
