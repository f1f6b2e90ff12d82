import { Command, type Option } from 'commander';

/** What Commander has beside its types: it ends the command with "unknown option", and which one was meant. */
interface Refusing {
  unknownOption(flag: string): void;
}

/**
 * A command that tells of a mistyped option before it tells of one that is missing: with `--budgt 5`,
 * `--budget` is missing since it was mistyped.
 */
export class BursarCommand extends Command {
  override createCommand(name?: string): BursarCommand {
    return new BursarCommand(name);
  }

  missingMandatoryOptionValue({ flags }: Option): void {
    const unknown = this.#typed().find((flag) => !this.#has(flag));
    if (unknown !== undefined) (this as unknown as Refusing).unknownOption(unknown);
    this.error(`error: required option '${flags}' not specified`, {
      code: 'commander.missingMandatoryOptionValue',
    });
  }

  /** The long options of the command line, without their values. */
  #typed(): readonly string[] {
    let root: Command = this;
    while (root.parent !== null) root = root.parent;
    const { rawArgs } = root as unknown as { readonly rawArgs: readonly string[] };
    return rawArgs.filter((arg) => /^--[a-z]/.test(arg)).map((arg) => arg.replace(/=.*$/s, ''));
  }

  #has(flag: string): boolean {
    return flag === '--help' || this.options.some(({ long }) => long === flag);
  }
}
