import { resolve } from 'node:path';
import type { Command } from 'commander';
import { resolveLedger, resolveStateDir } from '../../gateway/config/resolve.js';
import { readMarks, type TenantMarks } from '../../gateway/marks/read-marks.js';
import { type PlannedRoot, planRecovery, type RecoverySources } from '../../gateway/recovery.js';
import { LEDGER_DEFAULTS, LedgerUnavailable } from '../../src/ledger/contract.js';
import { openLedger } from '../../src/ledger/open.js';
import { FenceAdmin, type FenceStanding } from '../../src/ledger/redis/fence-admin.js';
import { RedisRecovery } from '../../src/ledger/redis/recovery.js';
import { formatMicros } from '../../src/money/micros.js';
import { UNITS } from '../../src/money/units.js';
import { Refusal } from '../errors.js';
import type { Io } from '../io.js';
import { addConfigOption, addExample, type ConfigOption, collect } from '../options.js';
import { loadRequiredConfig, withoutPassword } from '../settings.js';

interface RecoverOptions extends ConfigOption {
  readonly tenant?: readonly string[];
  readonly stateDir?: readonly string[];
  readonly without?: readonly string[];
  readonly yes?: true;
}

/** A root's whole history may be written back in one step. */
const TIMEOUT_MS = 120_000;

export function addRecover(program: Command, io: Io): void {
  const command = program
    .command('recover')
    .summary('give a store back what it has lost, from journals and marks')
    .description(
      'For a Redis that came back without changes that it had acknowledged. Spending becomes the union ' +
        'of what the store, the drained journal and the marks of the gateways know, by the ids of the ' +
        'operations; holds that were open are charged in full. Without --yes nothing is changed, and ' +
        'what would be is shown. Restores no carve-outs: they are set aside again on their next use.',
    )
    .option(
      '--tenant <name>',
      'this one, lost or not; may be repeated (default: all that are lost)',
      collect,
    )
    .option(
      '--state-dir <folder>',
      "a gateway's stateDir; may be repeated (default: the configured one)",
      collect,
    )
    .option(
      '--without <gateway>',
      'a gateway whose stateDir is gone: what it alone knew is lost',
      collect,
    )
    .option('--yes', 'do it');
  addConfigOption(command);
  addExample(command, 'bursar recover --state-dir state --state-dir /mnt/gateway-2/state');
  command.action((options: RecoverOptions) => recover(io, options));
}

async function recover(io: Io, options: RecoverOptions): Promise<void> {
  const loaded = loadRequiredConfig(io, options);
  const { ledgerUrl } = resolveLedger(loaded, io.env);
  if (ledgerUrl.startsWith('sqlite:')) {
    throw new Refusal(
      'the ledger is an SQLite file: restore its newest backup, see docs/lost-state.md',
    );
  }
  const stateDirs = options.stateDir?.map((dir) => resolve(io.cwd, dir)) ?? [
    resolveStateDir(loaded, io.env),
  ];
  const marks = collectMarks(stateDirs);
  const settings = { ...LEDGER_DEFAULTS, timeoutMs: TIMEOUT_MS, clock: io.clock };
  const fence = new FenceAdmin(ledgerUrl, settings);
  const store = new RedisRecovery(ledgerUrl, settings);
  const ledger = await openLedger(ledgerUrl, settings);
  try {
    const all = await fence.standings([...marks.keys(), ...(options.tenant ?? [])]);
    const chosen = all.filter(({ tenant, state }) =>
      options.tenant === undefined ? state === 'lost' : options.tenant.includes(tenant),
    );
    if (chosen.length === 0) io.err.write('no tenant has lost state: nothing to recover\n');
    for (const standing of chosen) {
      const { tenant } = standing;
      const known = marks.get(tenant) ?? [];
      requireAll(standing, known, options.without ?? []);
      await recoverTenant(
        io,
        { tenant, stateDirs, marks: known, ledger, store },
        standing,
        options,
      );
    }
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    throw new Refusal(`the ledger, ${withoutPassword(ledgerUrl)}: ${error.message}`);
  } finally {
    await Promise.all([fence.close(), store.disconnect(), ledger.close()]);
  }
}

function collectMarks(stateDirs: readonly string[]): Map<string, TenantMarks[]> {
  const all = new Map<string, TenantMarks[]>();
  for (const dir of new Set(stateDirs)) {
    for (const [tenant, marks] of readMarks(dir)) {
      all.set(tenant, [...(all.get(tenant) ?? []), ...marks]);
    }
  }
  return all;
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
  standing: FenceStanding,
  { yes }: RecoverOptions,
): Promise<void> {
  const { tenant, store } = sources;
  const before = Math.max(standing.epoch, ...sources.marks.map(({ epoch }) => epoch), 0);
  const current = sources.marks.filter(({ epoch }) => epoch === before);
  const own = { ...sources, marks: current };
  let plan = await planRecovery(own);
  const epoch = before + 1;
  if (yes) {
    await store.close(tenant, before, plan.drained);
    // Until then a gateway may have changed something.
    plan = await planRecovery(own);
    for (const { plan: root } of plan.roots) {
      if (root.opens !== undefined || root.steps.length > 0) await store.apply(root, epoch);
    }
    await store.open(tenant, epoch);
  }
  for (const root of plan.roots) report(io, root);
  const changed = plan.roots.filter(
    ({ plan: { steps, opens } }) => steps.length > 0 || opens,
  ).length;
  io.err.write(
    yes
      ? `tenant ${tenant}: ${changed} roots recovered, epoch ${epoch}\n`
      : `tenant ${tenant}: ${changed} roots would be recovered; nothing was changed. With --yes they are\n`,
  );
}

/** One line for each account and unit that changes. */
function report(io: Io, { plan, stored }: PlannedRoot): void {
  if (plan.opens !== undefined) io.out.write(`${plan.root}  opened again\n`);
  for (const [account, more] of [...plan.spentMore].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const unit of UNITS) {
      const by = more[unit] ?? 0;
      if (by === 0) continue;
      const before = stored?.accounts.get(account)?.counters[unit].spent ?? 0;
      io.out.write(
        `${account}  spent ${formatMicros(before)} -> ${formatMicros(before + by)} ${unit}\n`,
      );
    }
  }
  for (const step of plan.steps) {
    if (step.kind === 'topup') {
      io.out.write(`${step.account}  topped up by ${formatMicros(step.micros)} ${step.unit}\n`);
    } else if (step.kind === 'standing') io.out.write(`${step.account}  ${step.standing}\n`);
  }
  if (plan.problem !== undefined) io.out.write(`${plan.root}  note: ${plan.problem}\n`);
}
