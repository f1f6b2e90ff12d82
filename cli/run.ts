import { type Command, CommanderError } from 'commander';
import { BursarCommand } from './command.js';
import { addCommands } from './command-table.js';
import { describeFailure, EXIT_USAGE } from './errors.js';
import type { Io } from './io.js';

/**
 * Runs one command line to its end. Never throws: what goes wrong is told on standard error.
 * @returns the exit status: 0, 1 for a refusal, 2 for wrong usage.
 */
export async function run(io: Io): Promise<number> {
  try {
    const program = createProgram(io);
    await addCommands(program, io);
    await program.parseAsync(io.args, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has written its message, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    const { message, status } = describeFailure(error);
    io.err.write(`error: ${message}\n`);
    return status;
  }
}

const OVERVIEW = `
A first round:
  $ bursar init                      # .bursar/: configuration, keys, ledger
  $ bursar serve                     # the gateway, on http://127.0.0.1:8787
  $ export BURSAR_MACAROON=$(bursar mint --holder research --budget 1000 --expires 24h)
  $ bursar delegate --holder scraper-1 --budget 200 --expires 1h
  $ bursar balance

Environment:
  BURSAR_MACAROON   the macaroon that delegate, inspect, balance and activate work on; else standard
                    input
  BURSAR_GATEWAY    a running gateway, like --gateway
  BURSAR_CONFIG     the configuration file, like --config; else bursar.yaml, .bursar/bursar.yaml
  NO_COLOR          no colours

Exit status: 0, 1 for a refusal, 2 for wrong usage. "bursar COMMAND --help" says more.`;

function createProgram(io: Io): Command {
  return new BursarCommand('bursar')
    .description(
      'Spending allowances for AI agents: macaroons with budgets that are delegated offline, ' +
        'and a gateway that enforces them before money is spent.',
    )
    .version(io.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: io.out.write, writeErr: io.err.write })
    .showHelpAfterError('("bursar --help" shows what there is)')
    .addHelpText('after', OVERVIEW);
}
