import type { Command } from 'commander';
import {
  type AccountTerms,
  type Allowance,
  CaveatError,
  composeCaveats,
  delegate,
  formatInstant,
  formatLimit,
  noteCaveats,
  parseLimit,
} from '../../src/caveats/index.js';
import { parseEnd } from '../../src/minting/terms.js';
import type { Limit } from '../../src/money/units.js';
import { Refusal, UsageError } from '../errors.js';
import type { Io } from '../io.js';
import { readMacaroonText } from '../macaroon-input.js';
import { addExample, addJsonOption, collect, type JsonOption } from '../options.js';
import { readUnproved, type UnprovedAllowance } from '../unproved.js';

interface DelegateOptions extends JsonOption {
  readonly holder?: string;
  readonly budget?: readonly string[];
  readonly carved?: true;
  readonly unique?: true;
  readonly tools?: string;
  readonly expires?: string;
}

const UNIQUE_BYTES = 4;

export function addDelegate(program: Command, io: Io): void {
  const command = program
    .command('delegate')
    .summary('cut a smaller allowance out of a macaroon, offline')
    .description(
      'Cuts a smaller allowance out of the macaroon in $BURSAR_MACAROON, else on standard input, ' +
        'and prints the new macaroon alone. Offline: no key, no gateway and no configuration.',
    )
    .option('--holder <name>', 'open a child account of this name; without it, narrow the same one')
    .option(
      '--budget <amount>',
      'a limit such as 200 (credits), 5usd or 50credits/day; may be repeated',
      collect,
    )
    .option(
      '--carved',
      "set the budget aside for this child alone, from its first use (or 'bursar activate') on",
    )
    .option('--unique', 'add a random suffix to the name, so that no account is shared by accident')
    .option('--tools <list>', 'only these models and tools, as in "gpt-4o:15,web_*"')
    .option('--expires <when>', 'a duration such as 1h, or an instant 2026-01-31T23:59:59Z')
    .allowExcessArguments();
  addJsonOption(command);
  addExample(command, 'CHILD=$(bursar delegate --holder scraper-1 --budget 200 --expires 1h)');
  command.action((options: DelegateOptions) => run(io, options, command.args));
}

async function run(io: Io, options: DelegateOptions, args: readonly string[]): Promise<void> {
  const parentText = await readMacaroonText(io, args);
  const terms = readTerms(io, options);
  const parent = readParent(parentText);
  if (parent.allowance.expiresAtMs <= io.clock()) {
    const at = formatInstant(parent.allowance.expiresAtMs);
    io.err.write(
      `warning: the macaroon expired at ${at}, and what is cut from it has expired too\n`,
    );
  }
  const macaroon = cut(parentText, terms);
  // Read back as the gateway will: what it would refuse is never given out.
  const { allowance, caveats } = readUnproved(macaroon);
  const notes = noteCaveats(caveats).slice(parent.caveats.length);
  for (const { line, noEffect } of notes) {
    if (noEffect !== undefined) io.err.write(`note: "${line}" has no effect: ${noEffect}\n`);
  }
  if (options.carved) checkSetAside(allowance);
  for (const line of tooMuchToSetAside(allowance)) io.err.write(`warning: ${line}\n`);
  const account = allowance.path.at(-1)?.account ?? '';
  const expires = formatInstant(allowance.expiresAtMs);
  io.out.write(`${options.json ? JSON.stringify({ macaroon, account, expires }) : macaroon}\n`);
}

/** @throws {UsageError} for options that make no caveat. */
function readTerms(io: Io, options: DelegateOptions): AccountTerms {
  const { holder, budget = [], carved = false, unique, tools, expires } = options;
  if (unique && holder === undefined) throw new UsageError('--unique: expected a --holder with it');
  const name = unique ? `${holder}-${hex(io.randomBytes(UNIQUE_BYTES))}` : holder;
  return asUsage(() => {
    const terms = {
      ...(name === undefined ? {} : { holder: name }),
      limits: carved ? carvedLimits(budget) : budget.map((text) => parseLimit(text)),
      ...(tools === undefined ? {} : { tools }),
      ...(expires === undefined ? {} : { expiresAtMs: parseEnd(expires, io.clock()) }),
    };
    if (composeCaveats(terms).length > 0) return terms;
    throw new UsageError(
      'found nothing to cut: expected at least one of --holder, --budget, --tools and --expires',
    );
  });
}

/** @throws {UsageError | MacaroonError} */
function cut(parentText: string, terms: AccountTerms): string {
  return asUsage(() => delegate(parentText, terms));
}

function asUsage<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof CaveatError) throw new UsageError(error.message);
    throw error;
  }
}

/** @throws {Refusal} where what was to be set aside is none: its account was closed before. */
function checkSetAside({ path }: Allowance): void {
  const leaf = path.at(-1);
  if (leaf?.limits.some(({ carved }) => carved)) return;
  throw new Refusal(
    `--carved: ${leaf?.holder} was given its budgets already, and what is added to them later only ` +
      'restricts. Give a --holder with it, to set something aside for a new account below.',
  );
}

/**
 * What is for life is set aside, and stands first: only an account's first budget of a unit can be.
 * What is per window stays a ceiling beside it.
 * @throws {CaveatError | UsageError}
 */
function carvedLimits(budget: readonly string[]): Limit[] {
  const plain = budget.map((text) => parseLimit(text));
  const forLife = plain.filter(({ window }) => window === 'life');
  if (forLife.length === 0) {
    throw new UsageError(
      '--carved: expected a --budget with it that has no window, such as 200 or 5usd: ' +
        'what is set aside is set aside for life',
    );
  }
  const carved = forLife.map((limit) => ({ ...limit, carved: true }));
  return [...carved, ...plain.filter(({ window }) => window !== 'life')];
}

/** What is carved for the leaf beyond a limit for life of an account above. */
function tooMuchToSetAside({ path }: Allowance): string[] {
  const above = path.slice(0, -1);
  const leaf = path.at(-1);
  return (leaf?.limits ?? []).flatMap((own) => {
    if (!own.carved) return [];
    return above.flatMap(({ holder, limits }) =>
      limits
        .filter(({ unit, window }) => unit === own.unit && window === 'life')
        .filter(({ limitMicros }) => limitMicros < own.limitMicros)
        .map(
          (limit) =>
            `${formatLimit({ ...own, carved: false })} can not be set aside for ${leaf?.holder}, and ` +
            `all its calls will be refused: ${holder} is limited to ` +
            formatLimit({ ...limit, carved: false }),
        ),
    );
  });
}

/** @throws {MacaroonError | Refusal} */
function readParent(text: string): UnprovedAllowance {
  try {
    return readUnproved(text);
  } catch (error) {
    if (!(error instanceof CaveatError)) throw error;
    throw new Refusal(`the macaroon is one that any gateway refuses: ${error.message}`);
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
