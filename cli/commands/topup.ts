import type { Command } from 'commander';
import { LedgerUnavailable } from '../../src/ledger/contract.js';
import { AmountError } from '../../src/money/amount.js';
import { formatMicros } from '../../src/money/micros.js';
import { parseQuantity } from '../../src/money/quantity.js';
import { UNITS } from '../../src/money/units.js';
import { readAccountAnswer, readTopUpAnswer } from '../api/answers.js';
import type { Ask } from '../api/ask.js';
import { askTree, findTarget } from '../api/find-account.js';
import { openOperatorApi } from '../api/operator.js';
import { OutcomeUnknown, Refusal, UsageError } from '../errors.js';
import type { Io } from '../io.js';
import { addExample } from '../options.js';
import { addTargetOptions, type TargetOptions } from '../target-options.js';

interface TopUpOptions extends TargetOptions {
  readonly id?: string;
}

type Quantity = ReturnType<typeof parseQuantity>;

const ID = /^[0-9a-f]{32}$/;

export function addTopUp(program: Command, io: Io): void {
  const command = program
    .command('topup')
    .summary("raise an account's limit")
    .description(
      "Raises an account's first limit of a unit, from the next call on. It raises no limit above or " +
        'below it, none that was added to the same account later, and nothing that is set aside.',
    );
  addTargetOptions(command)
    .argument('<amount>', 'such as 500credits or 5usd; credits where no unit is named')
    .option('--id <id>', '32 hex digits: the same id again raises nothing again');
  addExample(command, 'bursar topup research-agent-prod 500credits');
  command.action((text: string, amount: string, options: TopUpOptions) =>
    topUp(io, text, amount, options),
  );
}

async function topUp(io: Io, text: string, amount: string, options: TopUpOptions): Promise<void> {
  const quantity = readAmount(amount);
  const id = readId(io, options.id);
  const api = await openOperatorApi(io, options, ['control', 'read']);
  try {
    const account = await findTarget(io, api.ask, text, options.exact === true);
    await noteWithoutLimit(io, api.ask, account, quantity);
    const answer = await send(api.ask, account, amount, id);
    if (options.json) {
      io.out.write(`${answer}\n`);
      return;
    }
    const { replayed, toppedUp } = readTopUpAnswer(answer);
    const total = UNITS.flatMap((unit) => {
      const micros = toppedUp[unit];
      return micros === undefined ? [] : [`${formatMicros(micros)} ${unit}`];
    }).join(', ');
    const what = replayed ? 'was topped up by this id already' : `topped up by ${show(quantity)}`;
    io.out.write(`${account} ${what}; by ${total} in all\n`);
  } finally {
    await api.close();
  }
}

/** @throws {UsageError} */
function readAmount(text: string): Quantity {
  try {
    const quantity = parseQuantity(text);
    if (quantity.micros > 0) return quantity;
  } catch (error) {
    if (error instanceof AmountError) throw new UsageError(error.message);
    throw error;
  }
  throw new UsageError(`amount ${JSON.stringify(text)}: expected more than 0`);
}

/** @throws {UsageError} */
function readId(io: Io, given: string | undefined): string {
  if (given === undefined) return Buffer.from(io.randomBytes(16)).toString('hex');
  if (ID.test(given)) return given;
  throw new UsageError(`--id: found ${JSON.stringify(given)}, expected 32 lowercase hex digits`);
}

/** A slip that nobody would notice: usd for an account that has credits. */
async function noteWithoutLimit(
  io: Io,
  ask: Ask,
  account: string,
  { unit }: Quantity,
): Promise<void> {
  const own = readAccountAnswer(await askTree(ask, { account, depth: 0 })).path.at(-1);
  if (own === undefined || own.limits.length === 0) return;
  if (own.limits.some((limit) => limit.unit === unit)) return;
  const has = [...new Set(own.limits.map((limit) => limit.unit))].join(', ');
  io.err.write(
    `note: ${account} was last seen with no limit in ${unit}, only in ${has}: ` +
      'a top-up raises a limit, and gives none\n',
  );
}

async function send(ask: Ask, account: string, amount: string, id: string): Promise<string> {
  try {
    return await ask({ method: 'POST', path: 'topup', body: { account, amount, id } });
  } catch (error) {
    if (error instanceof OutcomeUnknown || error instanceof LedgerUnavailable) {
      throw new Refusal(`${error.message}; to try again without raising it twice, add --id ${id}`);
    }
    throw error;
  }
}

function show({ unit, micros }: Quantity): string {
  return `${formatMicros(micros)} ${unit}`;
}
