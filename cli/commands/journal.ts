import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { resolveStateDir } from '../../gateway/config/resolve.js';
import { exportLines } from '../../gateway/journal/export.js';
import { chainLines, journalFolder, linesOf } from '../../gateway/journal/segments.js';
import { type JournalHead, type Ledger, MAX_JOURNAL_PAGE } from '../../src/ledger/contract.js';
import { parseAccount } from '../../src/ledger/ids.js';
import { canonicalJson } from '../../src/ledger/journal/canonical.js';
import { ChainCheck } from '../../src/ledger/journal/verify.js';
import { parseDuration } from '../../src/text/duration.js';
import { Refusal } from '../errors.js';
import type { Io } from '../io.js';
import { addConfigOption, addExample, type ConfigOption, collect } from '../options.js';
import { describeFinding } from '../render/finding.js';
import { loadRequiredConfig, openConfiguredLedger } from '../settings.js';

interface JournalOptions extends ConfigOption {
  readonly tenant: string;
  readonly stateDir?: readonly string[];
}

interface ExportOptions extends JournalOptions {
  readonly since?: number;
  readonly account?: string;
}

interface TailOptions extends ExportOptions {
  readonly lines: number;
}

interface VerifyOptions extends JournalOptions {
  readonly offline?: true;
}

export function addJournal(program: Command, io: Io): void {
  const journal = program
    .command('journal')
    .summary('read and verify the record of every change')
    .description(
      'The journal of one tenant: what gateways have drained into their stateDir, and behind it ' +
        'what is in the ledger alone. One line of JSON an entry.',
    );
  addExample(journal, 'bursar journal export --since 24h');

  const tail = journal
    .command('tail')
    .description('Prints the newest entries, and counts of denials of the same time.')
    .option('--lines <n>', 'how many entries', readCount, 20);
  addJournalOptions(tail, io);
  addExample(tail, 'bursar journal tail --lines 50');
  tail.action((options: TailOptions) => printTail(io, options));

  const exporting = journal
    .command('export')
    .description(
      'Prints all of it in order, drained or not. The opening of each root is always in it, since it ' +
        'has the labels by which its entries are told apart.',
    )
    .option(
      '--since <when>',
      'an instant such as 2026-11-22T08:00:00Z, or 24h for a day ago',
      (text) => readSince(text, io.clock()),
    )
    .option('--account <account>', 'only this account and those below it', readAccount);
  addJournalOptions(exporting, io);
  addExample(exporting, 'bursar journal export --since 7d > journal.jsonl');
  exporting.action((options: ExportOptions) => printExport(io, options));

  const verify = journal
    .command('verify')
    .description(
      'Checks the chain of what was drained: finds an entry that was removed, altered, moved or put ' +
        'in, and names its number. Exit status 1 if there is any.',
    )
    .argument('[file]', 'an export to check, in place of the folders')
    .option(
      '--offline',
      "do not ask the ledger: an end that was cut off, lines put behind it, or a whole chain made anew, aren't found",
    );
  addJournalOptions(verify, io);
  addExample(verify, 'bursar journal verify');
  verify.action((file: string | undefined, options: VerifyOptions) =>
    verifyChain(io, file, options),
  );
}

function addJournalOptions(command: Command, io: Io): void {
  addConfigOption(command)
    .option('--tenant <tenant>', 'whose journal', readTenant, 'main')
    .option(
      '--state-dir <folder>',
      "another gateway's stateDir, to be read with the configured one; may be repeated",
      (value: string, before?: readonly string[]) => collect(resolve(io.cwd, value), before),
    );
}

async function printTail(io: Io, options: TailOptions): Promise<void> {
  await withLedger(io, options, async (ledger, stateDirs) => {
    const { nextNumber } = await ledger.journal({ tenant: options.tenant, after: 0, max: 1 });
    const after = Math.max(0, nextNumber - 1 - options.lines);
    await print(io, ledger, stateDirs, { ...options, after, onlyBetween: true });
  });
}

async function printExport(io: Io, options: ExportOptions): Promise<void> {
  await withLedger(io, options, (ledger, stateDirs) => print(io, ledger, stateDirs, options));
}

async function print(
  io: Io,
  ledger: Ledger,
  stateDirs: readonly string[],
  options: ExportOptions & { readonly after?: number; readonly onlyBetween?: true },
): Promise<void> {
  const { tenant, since, account, after } = options;
  const lines = exportLines({
    ...{ ledger, stateDirs, tenant },
    ...(after !== undefined && { after }),
    ...(since !== undefined && { sinceMs: since }),
    ...(account !== undefined && { account }),
    onMissing: (from, through) =>
      io.err.write(
        `warning: entries ${from} to ${through} are in no folder given: another gateway has drained ` +
          'them, name its stateDir with --state-dir\n',
      ),
  });
  let begun = options.onlyBetween !== true;
  for await (const line of lines) {
    begun ||= !line.startsWith('{"denied":');
    if (begun) io.out.write(`${line}\n`);
  }
}

async function verifyChain(
  io: Io,
  file: string | undefined,
  options: VerifyOptions,
): Promise<void> {
  if (options.offline) return tellVerified(io, await readChain(io, file, options), options);
  await withLedger(io, options, async (ledger) => {
    const { tenant } = options;
    const { head } = await ledger.journal({ tenant, after: 0, max: 1 });
    const read = await readChain(io, file, options, head);
    const { behind } = read.check;
    if (behind !== undefined) await compareWithLedger(ledger, tenant, read.check, behind);
    tellVerified(io, read, options);
  });
}

interface ReadChain {
  readonly check: ChainCheck;
  readonly head: JournalHead | undefined;
  readonly torn: readonly string[];
}

async function readChain(
  io: Io,
  file: string | undefined,
  options: VerifyOptions,
  head?: JournalHead,
): Promise<ReadChain> {
  const { tenant } = options;
  const check = new ChainCheck(tenant, head);
  const torn: string[] = [];
  if (file === undefined) {
    const folders = stateDirsOf(io, options).map((dir) => journalFolder(dir, tenant));
    const onTorn = (path: string) => torn.push(path);
    for await (const line of chainLines(folders, { onTorn })) check.take(line);
  } else {
    for await (const { text } of linesOf(resolve(io.cwd, file))) {
      if (!text.startsWith('{"denied":')) check.take(text);
    }
  }
  return { check, head, torn };
}

/** What stands behind the head is the ledger's own, or was put there. */
async function compareWithLedger(
  ledger: Ledger,
  tenant: string,
  check: ChainCheck,
  { through }: { readonly through: number },
): Promise<void> {
  const entries = new Map<number, string>();
  let page = await ledger.journal({ tenant, after: 0, max: 1 });
  const { head } = page;
  for (let after = head.number; after < through; after = page.entries.at(-1)?.number ?? through) {
    page = await ledger.journal({ tenant, after, max: MAX_JOURNAL_PAGE });
    for (const { number, entry } of page.entries) entries.set(number, canonicalJson(entry));
  }
  check.compare(head, entries);
}

function tellVerified(
  io: Io,
  { check, head, torn }: ReadChain,
  { tenant, offline }: VerifyOptions,
): void {
  const { head: last } = check;
  const findings = check.finish();
  const rootsBegunBefore = check.begunBefore.size;
  const found = { ok: findings.length === 0, last, head, findings, torn, rootsBegunBefore };
  io.out.write(`${JSON.stringify({ tenant, ...found })}\n`);
  if (offline) {
    io.err.write(
      'note: the ledger was not asked: an end that was cut off, lines that were put behind it, or a whole ' +
        "chain made anew, can't be told\n",
    );
  }
  if (found.ok && rootsBegunBefore > 0) {
    io.err.write(
      `note: roots whose journal begins after they were minted: ${rootsBegunBefore}. What they had ` +
        'spent until then, under an older version, is in the ledger alone\n',
    );
  }
  const [first] = findings;
  if (first !== undefined) {
    const more = findings.length === 1 ? '' : `, and ${findings.length - 1} more`;
    throw new Refusal(`the journal: ${describeFinding(first)}${more}`);
  }
}

/**
 * A name that was mistyped has an empty journal, which nothing is wrong with. Where nothing was minted yet
 * every tenant has one.
 */
async function requireTenant(io: Io, ledger: Ledger, options: JournalOptions): Promise<void> {
  const { tenant } = options;
  const known = await ledger.tenants();
  if (known.length === 0 || known.includes(tenant)) return;
  if (stateDirsOf(io, options).some((dir) => existsSync(journalFolder(dir, tenant)))) return;
  throw new Refusal(`found no tenant "${tenant}", expected --tenant ${known.join(' or ')}`);
}

async function withLedger(
  io: Io,
  options: JournalOptions,
  use: (ledger: Ledger, stateDirs: readonly string[]) => Promise<void>,
): Promise<void> {
  const ledger = await openConfiguredLedger(io, loadRequiredConfig(io, options));
  try {
    await requireTenant(io, ledger, options);
    await use(ledger, stateDirsOf(io, options));
  } finally {
    await ledger.close();
  }
}

function stateDirsOf(io: Io, options: JournalOptions): string[] {
  const own = resolveStateDir(loadRequiredConfig(io, options), io.env);
  return [...new Set([own, ...(options.stateDir ?? [])])];
}

function readCount(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('Expected 1 or more.');
  return Number(text);
}

function readTenant(text: string): string {
  if (!/^[a-z0-9-]{1,32}$/.test(text)) throw new InvalidArgumentError('Expected [a-z0-9-]{1,32}.');
  return text;
}

function readAccount(text: string): string {
  if (parseAccount(text) === undefined) {
    throw new InvalidArgumentError('Expected a whole account, as "bursar tree" shows it.');
  }
  return text;
}

function readSince(text: string, nowMs: number): number {
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(instant)) return instant;
  try {
    return nowMs - parseDuration(text);
  } catch {
    throw new InvalidArgumentError('Expected 2026-11-22T08:00:00Z, or a duration such as 24h.');
  }
}
