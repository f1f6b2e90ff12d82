import { type Command, InvalidArgumentError } from 'commander';

/** For an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** For `--label KEY=VALUE`, several times. */
export function collectLabel(
  value: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = value.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected KEY=VALUE.');
  const key = value.slice(0, at);
  if (Object.hasOwn(before, key)) throw new InvalidArgumentError('Expected each key once.');
  return Object.fromEntries([...Object.entries(before), [key, value.slice(at + 1)]]);
}

export interface ConfigOption {
  readonly config?: string;
}

export function addConfigOption(command: Command): Command {
  return command.option('--config <file>', 'the configuration, instead of the one found');
}

export interface GatewayOption {
  readonly gateway?: string;
}

export function addGatewayOption(command: Command, description: string): Command {
  return command.option('--gateway <url>', description);
}

export interface JsonOption {
  readonly json?: true;
}

export function addJsonOption(command: Command): Command {
  return command.option('--json', 'print one line of JSON');
}

/** How the command looks in use, and where a mistake in it points to. */
export function addExample(command: Command, example: string): Command {
  return command
    .helpCommand(false)
    .showHelpAfterError(`("${fullName(command)} --help" shows how it is used)`)
    .addHelpText('after', `\nExample:\n  $ ${example}`);
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
