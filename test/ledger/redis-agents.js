// One process of agents on a Redis ledger: reserves one credit at a time for agents of a three-level
// tree, settles what it was given, and says who spent it. Run by the test of several processes.
//
// argv: the built engine, the built contract, the store's URL, and a JSON of what to do.
import { randomBytes } from 'node:crypto';

const [engine = '', contract = '', url = '', task = '{}'] = process.argv.slice(2);
const { openRedisLedger } = await import(engine);
const { LEDGER_DEFAULTS } = await import(contract);

/** @type {{ tenant: string, rootId: string, from: number, to: number, teams: number,
 *   teamLimit: number, agentLimit: number, attempts: number, atOnce: number }} */
const { tenant, rootId, from, to, teams, teamLimit, agentLimit, attempts, atOnce } =
  JSON.parse(task);
const CREDIT = 1_000_000;
const cost = { credits: CREDIT, calls: CREDIT };
const ledger = await openRedisLedger(url, {
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
    expiresAtMs: 4_102_444_800_000,
    ttlMs: 3_600_000,
  });
  if (outcome.status !== 'held') return;
  await ledger.settle({ reservation, cost });
  process.stdout.write(`${agent}\n`);
}

let made = 0;

async function worker() {
  while (made < attempts * (to - from)) await attempt(from + (made++ % (to - from)));
}

await Promise.all(Array.from({ length: atOnce }, worker));
await ledger.close();
