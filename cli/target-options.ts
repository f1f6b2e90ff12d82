import type { Command } from 'commander';
import {
  addConfigOption,
  addGatewayOption,
  addJsonOption,
  type ConfigOption,
  type GatewayOption,
  type JsonOption,
} from './options.js';

export interface TargetOptions extends ConfigOption, GatewayOption, JsonOption {
  readonly exact?: true;
}

/** For a command by which the operator changes one account. */
export function addTargetOptions(
  command: Command,
  argument: '<account>' | '[account]' = '<account>',
): Command {
  command
    .argument(
      argument,
      "an account or a unique beginning of one; a root's holder can stand for the root, as in lab/writer",
    )
    .option(
      '--exact',
      'take the whole name as it is, also of an account that has made no call yet',
    );
  addConfigOption(command);
  addGatewayOption(command, "ask this gateway, with the operator's key, and not the ledger itself");
  return addJsonOption(command);
}
