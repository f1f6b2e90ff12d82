import type { Command } from 'commander';
import type { Io } from './io.js';

type Add = (program: Command, io: Io) => void;

interface Entry {
  /** What follows `bursar` on the command line. */
  readonly names: readonly string[];
  readonly load: () => Promise<Add>;
}

interface Group {
  readonly heading: string;
  readonly entries: readonly Entry[];
}

/**
 * Every command, in the order of the help. A command's module is loaded when it is asked for:
 * `delegate`, which agents run in their scripts, does not wait for what `serve` needs.
 */
const GROUPS: readonly Group[] = [
  {
    heading: 'For the operator:',
    entries: [
      { names: ['init'], load: async () => (await import('./commands/init.js')).addInit },
      { names: ['serve'], load: async () => (await import('./commands/serve.js')).addServe },
      { names: ['mint'], load: async () => (await import('./commands/mint.js')).addMint },
      { names: ['tree'], load: async () => (await import('./commands/tree.js')).addTree },
      {
        names: ['pause', 'resume'],
        load: async () => (await import('./commands/control.js')).addPause,
      },
      { names: ['revoke'], load: async () => (await import('./commands/revoke.js')).addRevoke },
      { names: ['close'], load: async () => (await import('./commands/control.js')).addClose },
      { names: ['topup'], load: async () => (await import('./commands/topup.js')).addTopUp },
      { names: ['journal'], load: async () => (await import('./commands/journal.js')).addJournal },
      { names: ['keys'], load: async () => (await import('./commands/keys.js')).addKeys },
      {
        names: ['gateways'],
        load: async () => (await import('./commands/gateways.js')).addGateways,
      },
      { names: ['recover'], load: async () => (await import('./commands/recover.js')).addRecover },
      { names: ['config'], load: async () => (await import('./commands/config.js')).addConfig },
      { names: ['prices'], load: async () => (await import('./commands/prices.js')).addPrices },
    ],
  },
  {
    heading: 'For whoever holds a macaroon:',
    entries: [
      {
        names: ['delegate'],
        load: async () => (await import('./commands/delegate.js')).addDelegate,
      },
      { names: ['inspect'], load: async () => (await import('./commands/inspect.js')).addInspect },
      { names: ['balance'], load: async () => (await import('./commands/balance.js')).addBalance },
      {
        names: ['activate'],
        load: async () => (await import('./commands/activate.js')).addActivate,
      },
    ],
  },
];

/** Adds the one command that the line begins with; all of them where it begins otherwise. */
export async function addCommands(program: Command, io: Io): Promise<void> {
  const [first = ''] = io.args;
  const isAsked = ({ names }: Entry) => names.includes(first);
  const one = GROUPS.some(({ entries }) => entries.some(isAsked));
  for (const { heading, entries } of GROUPS) {
    program.commandsGroup(heading);
    const asked = one ? entries.filter(isAsked) : entries;
    for (const add of await Promise.all(asked.map(({ load }) => load()))) add(program, io);
  }
}
