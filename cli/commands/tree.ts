import type { Command } from 'commander';
import { type AccountAnswer, readAccountAnswer, readRootsAnswer } from '../api/answers.js';
import { askTree, findAccount } from '../api/find-account.js';
import { openOperatorApi } from '../api/operator.js';
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

type TreeOptions = ConfigOption & GatewayOption & JsonOption;

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
  addJsonOption(command);
  addExample(command, 'bursar tree research-agent-prod');
  command.action((account: string | undefined, options: TreeOptions) => tree(io, account, options));
}

async function tree(io: Io, text: string | undefined, options: TreeOptions): Promise<void> {
  const api = await openOperatorApi(io, options, ['read']);
  try {
    const style = styleFor(io.out);
    if (text !== undefined) {
      const found = await askTree(api.ask, await findAccount(api.ask, text));
      io.out.write(options.json ? `${found}\n` : renderTree(readAccountAnswer(found), io, style));
      return;
    }
    const answer = await api.ask({ method: 'GET', path: 'accounts' });
    if (options.json) {
      io.out.write(`${answer}\n`);
      return;
    }
    const { roots } = readRootsAnswer(answer);
    if (roots.length === 0) io.err.write('no root accounts yet: "bursar mint" makes one\n');
    else io.out.write(renderRoots(roots, io.clock(), style));
  } finally {
    await api.close();
  }
}

function renderTree(answer: AccountAnswer, io: Io, style: Style): string {
  const { account, root, path, children, truncated } = answer;
  const labels = Object.entries(root.labels).map(([key, value]) => `${key}=${value}`);
  const facts = [
    `expires ${renderExpiry(Date.parse(root.expires), io.clock())}`,
    `key ${root.kid}`,
    ...(labels.length === 0 ? [] : [`labels ${labels.join(', ')}`]),
  ];
  if (truncated) io.err.write('note: there are more accounts than one answer holds\n');
  return [
    `${style.bold(account)}\n${style.dim(facts.join(', '))}\n\n`,
    renderStandings(treeLines(nest(path, children)), io.clock(), style),
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
