import type { Command } from 'commander';
import { nodeFiles } from '../../gateway/config/files.js';
import { resolveKeysFile } from '../../gateway/config/resolve.js';
import { readKeyRing } from '../../gateway/config/secrets.js';
import { nodeCrypto } from '../../gateway/crypto.js';
import { formatInstant } from '../../src/caveats/index.js';
import { mintRoot } from '../../src/minting/mint-root.js';
import { parseTerms, type WrittenTerms } from '../../src/minting/terms.js';
import { type MintAnswer, readMintAnswer } from '../api/answers.js';
import { askGateway } from '../api/ask.js';
import { namedOperatorGateway } from '../api/gateway-address.js';
import type { Io } from '../io.js';
import {
  addConfigOption,
  addExample,
  addGatewayOption,
  addJsonOption,
  type ConfigOption,
  collect,
  collectLabel,
  type GatewayOption,
  type JsonOption,
} from '../options.js';
import { findOperatorKey, loadRequiredConfig, openConfiguredLedger } from '../settings.js';

interface MintOptions extends ConfigOption, GatewayOption, JsonOption {
  readonly holder: string;
  readonly budget: readonly string[];
  readonly tools?: string;
  readonly expires: string;
  readonly label?: Readonly<Record<string, string>>;
  readonly tenant?: string;
}

export function addMint(program: Command, io: Io): void {
  const command = program
    .command('mint')
    .summary('open a root account and print its macaroon')
    .description(
      'Opens a root account with a budget and prints its macaroon alone, so that $(…) works. Writes to ' +
        'the configured ledger, or asks a running gateway to.',
    )
    .requiredOption('--holder <name>', 'who gets it; the account is shown by this name')
    .requiredOption(
      '--budget <amount>',
      'a limit such as 1000 (credits), 5usd or 200credits/day; may be repeated',
      collect,
    )
    .requiredOption('--expires <when>', 'a duration such as 24h or 7d, or 2026-01-31T23:59:59Z')
    .option('--tools <list>', 'only these models and tools, with a least price a call if you like')
    .option('--label <key=value>', 'a fact for attribution; may be repeated', collectLabel)
    .option('--tenant <name>', 'the part of the ledger that it belongs to (default: main)');
  addConfigOption(command);
  addGatewayOption(command, "ask this gateway, with the operator's key, and not the ledger itself");
  addJsonOption(command);
  addExample(
    command,
    'bursar mint --holder research-agent-prod --budget 1000 --expires 24h \\\n' +
      '      --tools "gpt-4o:15,gpt-4o-mini:1,web_search:5" --label team=ml',
  );
  command.action((options: MintOptions) => mint(io, options));
}

async function mint(io: Io, options: MintOptions): Promise<void> {
  const { holder, budget, tools, expires, tenant, label: labels } = options;
  const terms = { holder, budget, tools, expires, tenant, labels };
  // Also before a gateway is asked: a slip of the pen needs no connection to be told.
  parseTerms(terms, io.clock());
  const gateway = namedOperatorGateway(io, options);
  const minted =
    gateway === undefined
      ? await mintInLedger(io, options, terms)
      : await mintAtGateway(io, gateway, findOperatorKey(io, options, ['mint']), terms);
  io.err.write(`opened ${minted.account} for ${holder}, until ${minted.expires}\n`);
  io.out.write(`${options.json ? JSON.stringify(minted) : minted.macaroon}\n`);
}

async function mintInLedger(
  io: Io,
  options: ConfigOption,
  written: WrittenTerms,
): Promise<MintAnswer> {
  const loaded = loadRequiredConfig(io, options);
  const ring = readKeyRing(resolveKeysFile(loaded, io.env), nodeFiles);
  const ledger = await openConfiguredLedger(io, loaded);
  try {
    const { macaroon, account, expiresAtMs } = await mintRoot(
      {
        ring,
        crypto: nodeCrypto,
        randomBytes: io.randomBytes,
        openRoot: (genesis) => ledger.openRoot(genesis),
      },
      parseTerms(written, io.clock()),
    );
    return { macaroon, account, expires: formatInstant(expiresAtMs) };
  } finally {
    await ledger.close();
  }
}

/** By the operator's API of a running gateway. @throws {Refusal} */
export async function mintAtGateway(
  io: Io,
  gateway: string,
  operatorKey: string,
  terms: WrittenTerms,
): Promise<MintAnswer> {
  const ask = askGateway(io, gateway, operatorKey);
  return readMintAnswer(await ask({ method: 'POST', path: 'macaroons', body: terms }));
}
