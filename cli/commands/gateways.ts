import type { Command } from 'commander';
import { resolveLedger } from '../../gateway/config/resolve.js';
import { LedgerUnavailable } from '../../src/ledger/contract.js';
import { FenceAdmin, type FenceStanding } from '../../src/ledger/redis/fence-admin.js';
import { Refusal } from '../errors.js';
import type { Io } from '../io.js';
import {
  addConfigOption,
  addExample,
  addJsonOption,
  type ConfigOption,
  type JsonOption,
} from '../options.js';
import { styleFor } from '../render/style.js';
import { renderTable } from '../render/table.js';
import { loadRequiredConfig, withoutPassword } from '../settings.js';

export function addGateways(program: Command, io: Io): void {
  const gateways = program
    .command('gateways')
    .summary('list the gateways that a store waits for, or drop one')
    .description(
      'Each gateway keeps on its own disk what the store acknowledged. When the store is another one ' +
        'than before, a tenant stays closed until every gateway registered in it has shown that ' +
        'nothing is missing.',
    );
  addExample(gateways, 'bursar gateways list');

  const list = gateways
    .command('list')
    .description('Shows each tenant, whether it is open, and the gateways registered in it.');
  addConfigOption(list);
  addJsonOption(list);
  addExample(list, 'bursar gateways list');
  list.action((options: ConfigOption & JsonOption) => listGateways(io, options));

  const drop = gateways
    .command('drop')
    .description(
      'Waits for a gateway no longer. What it alone saw acknowledged may be missing from the store, ' +
        'and be spent again: for a gateway whose disk is gone.',
    )
    .argument('<name>', 'as "gateways list" shows it');
  addConfigOption(drop);
  addExample(drop, 'bursar gateways drop web-1-9f8e7d6c');
  drop.action((name: string, options: ConfigOption) => dropGateway(io, name, options));
}

async function listGateways(io: Io, options: ConfigOption & JsonOption): Promise<void> {
  const standings = await withFence(io, options, (fence) => fence.standings());
  io.out.write(options.json ? `${JSON.stringify(standings)}\n` : render(io, standings));
}

function render(io: Io, standings: readonly FenceStanding[]): string {
  const rows = standings.flatMap(({ tenant, epoch, state, why, gateways }) => {
    const shown = gateways.length === 0 ? [undefined] : gateways;
    return shown.map((gateway, i) => [
      ...(i === 0 ? [tenant, String(epoch), state] : ['', '', '']),
      gateway?.name ?? '-',
      gateway === undefined ? '-' : gateway.hasPresented ? 'nothing missing' : 'not presented',
      i === 0 ? (why ?? '') : '',
    ]);
  });
  const titles = ['tenant', 'epoch', 'state', 'gateway', 'marks', 'why'];
  const columns = titles.map((title) => ({ title }));
  return renderTable(columns, rows, styleFor(io.out));
}

async function dropGateway(io: Io, name: string, options: ConfigOption): Promise<void> {
  const tenants = await withFence(io, options, (fence) => fence.drop(name));
  if (tenants.length === 0) throw new Refusal(`found no gateway ${name} in any tenant`);
  io.err.write(`dropped ${name} from ${tenants.join(', ')}\n`);
}

/** @throws {ConfigError | Refusal} */
async function withFence<T>(
  io: Io,
  options: ConfigOption,
  use: (fence: FenceAdmin) => Promise<T>,
): Promise<T> {
  const { ledgerUrl, ledgerTimeoutMs } = resolveLedger(loadRequiredConfig(io, options), io.env);
  if (ledgerUrl.startsWith('sqlite:')) {
    throw new Refusal('the ledger is an SQLite file: gateways register in Redis alone');
  }
  const fence = new FenceAdmin(ledgerUrl, { timeoutMs: ledgerTimeoutMs });
  try {
    return await use(fence);
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    throw new Refusal(`the ledger, ${withoutPassword(ledgerUrl)}: ${error.message}`);
  } finally {
    await fence.close();
  }
}
