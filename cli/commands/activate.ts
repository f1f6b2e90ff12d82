import type { Command } from 'commander';
import { readActivateAnswer, readBalanceAnswer } from '../api/answers.js';
import { askGateway } from '../api/ask.js';
import { findGateway } from '../api/gateway-address.js';
import type { Io } from '../io.js';
import { readMacaroonText } from '../macaroon-input.js';
import {
  addConfigOption,
  addExample,
  addGatewayOption,
  addJsonOption,
  type ConfigOption,
  type GatewayOption,
  type JsonOption,
} from '../options.js';
import { renderStandings } from '../render/standings.js';
import { styleFor } from '../render/style.js';
import { indentation } from '../render/tree-lines.js';

type ActivateOptions = ConfigOption & GatewayOption & JsonOption;

export function addActivate(program: Command, io: Io): void {
  const command = program
    .command('activate')
    .summary('set a carved budget aside now, before its first call')
    .description(
      'Asks a running gateway to set aside what the carved budgets of the macaroon in ' +
        '$BURSAR_MACAROON, else on standard input, promise: so that no sibling can spend it first. ' +
        'Its first call would do the same. The macaroon itself is the credential.',
    )
    .allowExcessArguments();
  addConfigOption(command);
  addGatewayOption(
    command,
    'the gateway; else $BURSAR_GATEWAY, else where the configuration listens',
  );
  addJsonOption(command);
  addExample(command, 'BURSAR_MACAROON=$CHILD bursar activate');
  command.action((options: ActivateOptions) => activate(io, options, command.args));
}

async function activate(io: Io, options: ActivateOptions, args: readonly string[]): Promise<void> {
  const macaroon = await readMacaroonText(io, args);
  const ask = askGateway(io, findGateway(io, options), macaroon);
  const answer = await ask({ method: 'POST', path: 'activate' });
  const { account, replayed } = readActivateAnswer(answer);
  if (options.json) {
    io.out.write(`${answer}\n`);
    return;
  }
  const { path } = readBalanceAnswer(await ask({ method: 'GET', path: 'balance' }));
  if (!path.some(({ setAside }) => setAside.length > 0)) {
    io.err.write('note: no budget of this macaroon is carved, so there was nothing to set aside\n');
  } else if (replayed) {
    io.err.write('note: all of it was set aside already\n');
  }
  const style = styleFor(io.out);
  const lines = path.map((node, level) => ({ lead: indentation(level), node }));
  io.out.write(`${style.bold(account)}\n\n${renderStandings(lines, io.clock(), style)}`);
}
