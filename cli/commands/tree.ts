import type { Command } from 'commander';
import { type AccountAnswer, readAccountAnswer, readRootsAnswer } from '../api/answers.js';
import type { Ask } from '../api/ask.js';
import { openOperatorApi } from '../api/operator.js';
import { matchBelow, matchRoot } from '../api/resolve-account.js';
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

/** As deep as any path. */
const ALL_LEVELS = 15;

export function addTree(program: Command, io: Io): void {
  const command = program
    .command('tree')
    .summary('show the root accounts, or one tree, with what was spent')
    .description(
      'Shows every root account, or one account with everything below it: calls, spent, held, limit ' +
        'and what remains. Reads the configured ledger, or a running gateway.',
    )
    .argument('[account]', "an account, a unique beginning of one, or a root's holder");
  addConfigOption(command);
  addGatewayOption(command, "ask this gateway, with the operator's key, and not the ledger itself");
  addJsonOption(command);
  addExample(command, 'bursar tree research-agent-prod');
  command.action((account: string | undefined, options: TreeOptions) => tree(io, account, options));
}

async function tree(io: Io, text: string | undefined, options: TreeOptions): Promise<void> {
  const api = await openOperatorApi(io, options);
  try {
    const answer = await api.ask({ method: 'GET', path: 'accounts' });
    const style = styleFor(io.out);
    if (text !== undefined) {
      const found = await askAccount(api.ask, text, readRootsAnswer(answer).roots);
      io.out.write(options.json ? `${found}\n` : renderTree(readAccountAnswer(found), io, style));
    } else if (options.json) {
      io.out.write(`${answer}\n`);
    } else {
      const { roots } = readRootsAnswer(answer);
      if (roots.length === 0) io.err.write('no root accounts yet: "bursar mint" makes one\n');
      else io.out.write(renderRoots(roots, io.clock(), style));
    }
  } finally {
    await api.close();
  }
}

type Roots = ReturnType<typeof readRootsAnswer>['roots'];

/** The answer about the one account that the text means. */
async function askAccount(ask: Ask, text: string, roots: Roots): Promise<string> {
  const { root, isWhole } = matchRoot(text, roots);
  const whole = await ask(accountRequest(root));
  if (isWhole) return whole;
  return ask(accountRequest(matchBelow(text, readAccountAnswer(whole).children)));
}

function accountRequest(account: string) {
  const query = new URLSearchParams({ account, depth: String(ALL_LEVELS) });
  return { method: 'GET' as const, path: `accounts?${query}` };
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
    renderStandings(treeLines(nest(path, children)), style),
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
