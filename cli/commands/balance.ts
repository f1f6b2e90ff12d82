import type { Command } from 'commander';
import { readBalanceAnswer } from '../api/answers.js';
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

type BalanceOptions = ConfigOption & GatewayOption & JsonOption;

export function addBalance(program: Command, io: Io): void {
  const command = program
    .command('balance')
    .summary('ask the gateway what a macaroon has left')
    .description(
      'Asks a running gateway what is left on every account that the macaroon in $BURSAR_MACAROON, ' +
        'else on standard input, charges. The macaroon itself is the credential.',
    )
    .allowExcessArguments();
  addConfigOption(command);
  addGatewayOption(
    command,
    'the gateway; else $BURSAR_GATEWAY, else where the configuration listens',
  );
  addJsonOption(command);
  addExample(command, 'BURSAR_MACAROON=$CHILD bursar balance');
  command.action((options: BalanceOptions) => balance(io, options, command.args));
}

async function balance(io: Io, options: BalanceOptions, args: readonly string[]): Promise<void> {
  const macaroon = await readMacaroonText(io, args);
  const ask = askGateway(io, findGateway(io, options), macaroon);
  const answer = await ask({ method: 'GET', path: 'balance' });
  if (options.json) {
    io.out.write(`${answer}\n`);
    return;
  }
  const { account, path } = readBalanceAnswer(answer);
  const style = styleFor(io.out);
  const lines = path.map((node, level) => ({ lead: indentation(level), node }));
  io.out.write(`${style.bold(account)}\n\n${renderStandings(lines, io.clock(), style)}`);
}
