import { resolve } from 'node:path';
import type { Command } from 'commander';
import { resolveLedger, resolveStateDir } from '../../gateway/config/resolve.js';
import { readMarks, type TenantMarks } from '../../gateway/marks/read-marks.js';
import { applyRecovery, planRecovery, type RecoverySources } from '../../gateway/recovery.js';
import { LEDGER_DEFAULTS, LedgerUnavailable } from '../../src/ledger/contract.js';
import { FenceAdmin, type FenceStanding } from '../../src/ledger/redis/fence-admin.js';
import { RedisRecovery } from '../../src/ledger/redis/recovery.js';
import { journalFault } from '../../src/ledger/redis/stored-journal.js';
import { Refusal } from '../errors.js';
import type { Io } from '../io.js';
import {
  addConfigOption,
  addExample,
  addJsonOption,
  type ConfigOption,
  collect,
  type JsonOption,
} from '../options.js';
import { describeFinding } from '../render/finding.js';
import { recoveryJson, renderRecovery } from '../render/recovery.js';
import { loadRequiredConfig, withoutPassword } from '../settings.js';

interface RecoverOptions extends ConfigOption, JsonOption {
  readonly tenant?: readonly string[];
  readonly stateDir?: readonly string[];
  readonly without?: readonly string[];
  readonly yes?: true;
}

/** It waits for a store that is busy, where a gateway would refuse. */
const TIMEOUT_MS = 30_000;

export function addRecover(program: Command, io: Io): void {
  const command = program
    .command('recover')
    .summary('give a store back what it has lost, from journals and marks')
    .description(
      'For a Redis that came back without changes that it had acknowledged: calls are refused then ' +
        'with 503 ledger_state_lost. Spending becomes the union, by the ids of the operations, of ' +
        'what the store, the journal in the files and the marks of the gateways know; holds that ' +
        'were open are charged in full. Without --yes nothing is changed, and what would be is ' +
        'shown: every account that changes. Needs the stateDir of every gateway. Carve-outs are ' +
        'set aside again on their next use.',
    )
    .option(
      '--tenant <name>',
      'this one, lost or not; may be repeated (default: all that are lost)',
      collect,
    )
    .option(
      '--state-dir <folder>',
      "another gateway's stateDir, to be read with the configured one; may be repeated",
      collect,
    )
    .option(
      '--without <gateway>',
      'a gateway whose stateDir is gone: what it alone knew is lost',
      collect,
    )
    .option('--yes', 'do it');
  addJsonOption(command);
  addConfigOption(command);
  addExample(command, 'bursar recover --state-dir /mnt/gateway-2/state --yes');
  command.action((options: RecoverOptions) => recover(io, options));
}

async function recover(io: Io, options: RecoverOptions): Promise<void> {
  const loaded = loadRequiredConfig(io, options);
  const { ledgerUrl, ledgerRetainMs: retainMs } = resolveLedger(loaded, io.env);
  if (ledgerUrl.startsWith('sqlite:')) throw new Refusal(NOT_SQLITE);
  const others = (options.stateDir ?? []).map((dir) => resolve(io.cwd, dir));
  const stateDirs = [...new Set([resolveStateDir(loaded, io.env), ...others])];
  const marks = collectMarks(stateDirs);
  const settings = { ...LEDGER_DEFAULTS, timeoutMs: TIMEOUT_MS, retainMs, clock: io.clock };
  const fence = new FenceAdmin(ledgerUrl, settings);
  const store = new RedisRecovery(ledgerUrl, settings);
  try {
    let count = 0;
    for (const standing of await fence.standings([...marks.keys(), ...(options.tenant ?? [])])) {
      const { tenant } = standing;
      if (options.tenant?.includes(tenant) === false) continue;
      const known = marks.get(tenant) ?? [];
      const why = await whyLost(standing, known, store);
      if (why === undefined && options.tenant === undefined) continue;
      requireKnown(standing, known);
      requireAll(standing, known, options.without ?? []);
      const sources = { tenant, stateDirs, marks: known, epoch: standing.epoch, store };
      await recoverTenant(io, sources, { standing, why: why ?? 'asked for' }, options);
      count += 1;
    }
    if (count === 0) io.err.write('no tenant has lost state: nothing to recover\n');
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    throw new Refusal(`the ledger, ${withoutPassword(ledgerUrl)}: ${error.message}`);
  } finally {
    await Promise.all([fence.close(), store.disconnect()]);
  }
}

const NOT_SQLITE =
  'the ledger is an SQLite file, which commits before it answers and rolls back by itself what it ' +
  'did not: there is nothing to recover it from. Its journal holds copies of its changes, and one ' +
  'that was made by an older version begins at the upgrade. Restore the newest backup of the file: ' +
  'see docs/lost-state.md';

/** What the store does not have; undefined where it has all that is known here. */
async function whyLost(
  { tenant, epoch, why }: FenceStanding,
  known: readonly TenantMarks[],
  store: RedisRecovery,
): Promise<string | undefined> {
  if (why !== undefined) return why;
  // No gateway may have looked yet.
  for (const { gateway, epoch: its, marks } of known) {
    if (its > epoch) return `gateway ${gateway}: found epoch ${epoch}, expected epoch ${its}`;
    const missing = its === epoch ? await store.missing(tenant, marks) : undefined;
    if (missing !== undefined) return `gateway ${gateway}: ${missing}`;
  }
  const fault = journalFault(await store.journal(tenant));
  return fault === undefined ? undefined : `the journal: ${fault}`;
}

function collectMarks(stateDirs: readonly string[]): Map<string, TenantMarks[]> {
  const all = new Map<string, TenantMarks[]>();
  for (const dir of stateDirs) {
    for (const [tenant, marks] of readMarks(dir)) {
      all.set(tenant, [...(all.get(tenant) ?? []), ...marks]);
    }
  }
  return all;
}

function requireKnown({ tenant, epoch, gateways }: FenceStanding, known: readonly TenantMarks[]) {
  if (epoch > 0 || gateways.length > 0 || known.length > 0) return;
  throw new Refusal(`found no tenant ${tenant}, in the ledger or in a stateDir`);
}

/** Whoever is left out may be the only one that knows. */
function requireAll(
  { tenant, gateways }: FenceStanding,
  known: readonly TenantMarks[],
  without: readonly string[],
): void {
  const missing = gateways
    .map(({ name }) => name)
    .filter((name) => !without.includes(name) && !known.some(({ gateway }) => gateway === name));
  if (missing.length === 0) return;
  throw new Refusal(
    `tenant ${tenant}: found no marks of ${missing.join(', ')}; expected each gateway's stateDir ` +
      'by --state-dir, or its name by --without',
  );
}

async function recoverTenant(
  io: Io,
  sources: RecoverySources,
  { standing, why }: { readonly standing: FenceStanding; readonly why: string },
  { yes, json }: RecoverOptions,
): Promise<void> {
  const { tenant, store } = sources;
  const before = Math.max(standing.epoch, ...sources.marks.map(({ epoch }) => epoch));
  let epoch = before + 1;
  const names = [...new Set(sources.marks.map(({ gateway }) => gateway))].sort();
  io.err.write(
    `tenant ${tenant}: ${why}\n` +
      `tenant ${tenant}: with the marks of ${names.join(', ') || 'no gateway'}\n`,
  );
  let plan = await planRecovery(sources);
  for (const finding of plan.findings) {
    io.err.write(
      `warning: the journal in the folders given: ${describeFinding(finding)}. What it alone told ` +
        'is left out: are all folders given?\n',
    );
  }
  if (plan.mended !== undefined) {
    const { why: fault, drained, last } = plan.mended;
    io.err.write(
      `warning: the journal in the ledger: ${fault}. What is not there, or can't be read, is left out: ` +
        `${last - drained.number} entries stay, numbered after ${drained.number}\n`,
    );
  }
  if (yes) {
    epoch = await store.close(tenant, before);
    // Until then a gateway may have changed something.
    plan = await planRecovery(sources);
    await applyRecovery(plan, sources, epoch);
    await store.open(tenant, epoch);
  }
  const told = { tenant, epoch, isDone: yes === true, why, plan };
  io.out.write(json ? recoveryJson(told) : renderRecovery(plan));
  const changed = plan.roots.filter(({ plan: { steps, opens } }) => steps.length > 0 || opens);
  io.err.write(
    yes
      ? `tenant ${tenant}: roots recovered: ${changed.length}; open in epoch ${epoch}\n`
      : `tenant ${tenant}: roots to recover: ${changed.length}; nothing was changed. --yes does it\n`,
  );
}
