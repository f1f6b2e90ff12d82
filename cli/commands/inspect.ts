import type { Command } from 'commander';
import { Amount, type ApiValue, toApiJson } from '../../gateway/api/json.js';
import { CaveatError, formatInstant, noteCaveats } from '../../src/caveats/index.js';
import { formatRule } from '../../src/caveats/tools.js';
import { decodeMacaroon, fingerprintOf, MacaroonError } from '../../src/macaroon/index.js';
import type { Limit } from '../../src/money/units.js';
import { Refusal } from '../errors.js';
import { bindingLimits, joinTools } from '../inspect/effective.js';
import { NOT_PROVED, type Report, renderReport } from '../inspect/report.js';
import type { Io } from '../io.js';
import { readMacaroonText } from '../macaroon-input.js';
import { addExample, addJsonOption, type JsonOption } from '../options.js';
import { styleFor } from '../render/style.js';
import { readUnproved } from '../unproved.js';

export function addInspect(program: Command, io: Io): void {
  const command = program
    .command('inspect')
    .summary('show what a macaroon says of itself, offline')
    .description(
      'Shows the accounts, limits and caveats of the macaroon in $BURSAR_MACAROON, else on standard ' +
        'input; what of it is effective, and which caveats have no effect and why. Offline, so that ' +
        'nothing is proved.',
    )
    .allowExcessArguments();
  addJsonOption(command);
  addExample(command, 'BURSAR_MACAROON=$CHILD bursar inspect');
  command.action((options: JsonOption) => inspect(io, options, command.args));
}

async function inspect(io: Io, options: JsonOption, args: readonly string[]): Promise<void> {
  const text = await readMacaroonText(io, args);
  const { identifier, unprovedCaveats, signature } = decodeMacaroon(text);
  const fingerprint = fingerprintOf(signature);
  let report: Report;
  try {
    const { allowance } = readUnproved(text);
    const notes = noteCaveats(unprovedCaveats);
    report = { identifier, fingerprint, allowance, notes, nowMs: io.clock() };
  } catch (error) {
    if (!(error instanceof CaveatError || error instanceof MacaroonError)) throw error;
    showRefused(io, options, { identifier, caveats: unprovedCaveats, reason: error.message });
    throw new Refusal(`any gateway refuses this macaroon: ${error.message}`);
  }
  io.out.write(
    options.json ? `${toApiJson(reportView(report))}\n` : renderReport(report, styleFor(io.out)),
  );
}

interface Unreadable {
  readonly identifier: string;
  readonly caveats: readonly string[];
  readonly reason: string;
}

/** Of a macaroon that means nothing here, what is written in it. */
function showRefused(
  io: Io,
  options: JsonOption,
  { identifier, caveats, reason }: Unreadable,
): void {
  if (options.json) {
    io.out.write(`${toApiJson({ proved: false, identifier, refused: reason, caveats })}\n`);
    return;
  }
  const lines = caveats.map((line) => `  ${line}\n`);
  io.out.write(`${NOT_PROVED}\n\nidentifier  ${identifier}\n\n${lines.join('')}`);
}

function reportView({ identifier, fingerprint, allowance, notes, nowMs }: Report): ApiValue {
  const { tools, expiresAtMs, path, kid, tenant } = allowance;
  return {
    proved: false,
    identifier,
    fingerprint,
    kid,
    tenant,
    account: path.at(-1)?.account,
    path: path.map(({ account, holder, limits, expiresAtMs: own }) => ({
      account,
      holder,
      limits: limits.map(limitView),
      expires: own === undefined ? null : formatInstant(own),
    })),
    effective: {
      limits: bindingLimits(allowance).map(({ account, limit }) => ({
        account,
        ...limitView(limit),
      })),
      tools: tools.length === 0 ? null : joinTools(tools).map(formatRule),
      expires: formatInstant(expiresAtMs),
      expired: expiresAtMs <= nowMs,
    },
    caveats: notes.map(({ line, noEffect }) => ({
      caveat: line,
      effective: noEffect === undefined,
      why: noEffect,
    })),
  };
}

function limitView({ unit, window, limitMicros, carved }: Limit) {
  const limit = new Amount(limitMicros);
  return { unit, window, limit, carved: carved ? true : undefined };
}
