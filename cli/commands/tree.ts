import { type Command, InvalidArgumentError, Option } from 'commander';
import { type AccountAnswer, readRootsAnswer } from '../api/answers.js';
import { arrangeTree, SORTS, type Sort } from '../api/arrange-tree.js';
import type { Ask } from '../api/ask.js';
import { findAccount, pagesOfRoots, pagesOfTree } from '../api/find-account.js';
import { openOperatorApi } from '../api/operator.js';
import { type Hidden, type ReadTree, readSomeOfTree, readWholeTree } from '../api/read-tree.js';
import type { Io } from '../io.js';
import {
  addConfigOption,
  addExample,
  addGatewayOption,
  addJsonOption,
  type ConfigOption,
  type GatewayOption,
  type JsonOption,
} from '../options.js';
import { renderExpiry } from '../render/instant.js';
import { renderRoots } from '../render/roots.js';
import { renderStandings } from '../render/standings.js';
import { type Style, styleFor } from '../render/style.js';
import { treeLines } from '../render/tree-lines.js';

type TreeOptions = ConfigOption &
  GatewayOption &
  JsonOption & {
    readonly all?: boolean;
    readonly depth?: number;
    readonly limit?: number;
    readonly sort?: Sort;
  };

/** Without `--all` and `--limit`. */
const SHOWN_CHILDREN = 50;

export function addTree(program: Command, io: Io): void {
  const command = program
    .command('tree')
    .summary('show the root accounts, or one tree, with what was spent')
    .description(
      'Shows every root account, or one account with everything below it: calls, spent, held, limit ' +
        'and what remains. Reads the configured ledger, or a running gateway.',
    )
    .argument(
      '[account]',
      "an account or a unique beginning of one; a root's holder can stand for the root, as in lab/writer",
    );
  addConfigOption(command);
  addGatewayOption(command, "ask this gateway, with the operator's key, and not the ledger itself");
  command.option(
    '--all',
    `show every account; without it, at most ${SHOWN_CHILDREN} children of each`,
  );
  command.option('--depth <levels>', 'show so many levels below the account', readCount);
  command.option('--limit <n>', 'show so many children of each account', readCount);
  command.addOption(
    new Option(
      '--sort <by>',
      'the most spent first (in USD, else in credits), or by name: agent-2 before agent-10',
    ).choices(SORTS),
  );
  addJsonOption(command);
  addExample(command, 'bursar tree research-agent-prod --sort spent --depth 1 --limit 10');
  command.action((account: string | undefined, options: TreeOptions) => tree(io, account, options));
}

function readCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new InvalidArgumentError('expected a whole number from 1.');
  return Number(text);
}

async function tree(io: Io, text: string | undefined, options: TreeOptions): Promise<void> {
  const api = await openOperatorApi(io, options, ['read']);
  try {
    const style = styleFor(io.out);
    if (text !== undefined) {
      const account = await findAccount(api.ask, text);
      if (options.json) await writeEach(io, pagesOfTree(api.ask, account));
      else {
        const { answer, hidden } = await readTree(api.ask, account, options);
        io.out.write(renderTree(answer, hidden, io, style));
      }
      return;
    }
    if (options.json) {
      await writeEach(io, pagesOfRoots(api.ask));
      return;
    }
    const roots = [];
    for await (const page of pagesOfRoots(api.ask)) roots.push(...readRootsAnswer(page).roots);
    if (roots.length === 0) io.err.write('no root accounts yet: "bursar mint" makes one\n');
    else io.out.write(renderRoots(roots, io.clock(), style));
  } finally {
    await api.close();
  }
}

/** What is at the top by what it spent can be anywhere in the ledger's order: then all are read. */
async function readTree(ask: Ask, account: string, options: TreeOptions): Promise<ReadTree> {
  const { all, depth, sort = 'name' } = options;
  const limit = options.limit ?? (all ? undefined : SHOWN_CHILDREN);
  const isSome = !all && sort === 'name' && depth === undefined && options.limit === undefined;
  const read = isSome ? await readSomeOfTree(ask, account) : await readWholeTree(ask, account);
  return arrangeTree(read, {
    sort,
    ...(depth === undefined ? {} : { depth }),
    ...(limit === undefined ? {} : { limit }),
  });
}

/** A line for each page. */
async function writeEach(io: Io, pages: AsyncIterable<string>): Promise<void> {
  for await (const page of pages) io.out.write(`${page}\n`);
}

function renderTree(
  answer: AccountAnswer,
  hidden: readonly Hidden[],
  io: Io,
  style: Style,
): string {
  const { account, root, path, children } = answer;
  const labels = Object.entries(root.labels).map(([key, value]) => `${key}=${value}`);
  const facts = [
    `expires ${renderExpiry(Date.parse(root.expires), io.clock())}`,
    `key ${root.kid}`,
    ...(labels.length === 0 ? [] : [`labels ${labels.join(', ')}`]),
  ];
  return [
    `${style.bold(account)}\n${style.dim(facts.join(', '))}\n\n`,
    renderStandings(treeLines(nest(path, children)), io.clock(), style),
    ...hidden.map(
      ({ account: below, accounts }) =>
        `… and ${accounts.toLocaleString('en')} more below ${below}; --all shows them\n`,
    ),
    style.dim('\nBelow the root, limits are those last seen in a macaroon.\n'),
  ].join('');
}

type Node = AccountAnswer['children'][number];

/** One tree of the path, each account the only child of the one before, and what is below it. */
function nest(path: AccountAnswer['path'], children: readonly Node[]): Node {
  const [own, ...above] = [...path].reverse();
  if (own === undefined) throw new Error('an account without a path');
  return above.reduce<Node>((child, account) => ({ ...account, children: [child] }), {
    ...own,
    children,
  });
}
