import type { Command } from 'commander';
import { nodeFiles } from '../../gateway/config/files.js';
import type { LoadedConfig } from '../../gateway/config/load.js';
import { readRing } from '../../gateway/config/read-ring.js';
import { resolveKeys } from '../../gateway/config/resolve.js';
import { readKeyRing } from '../../gateway/config/secrets.js';
import type { Genesis } from '../../src/ledger/contract.js';
import { eachRoot } from '../../src/ledger/pages.js';
import {
  formatKeyRing,
  type KeyRing,
  mintingKey,
  NEW_KEY_BYTES,
  retire,
  rotate,
} from '../../src/macaroon/index.js';
import { Refusal, UsageError } from '../errors.js';
import type { Io } from '../io.js';
import {
  addConfigOption,
  addExample,
  addJsonOption,
  type ConfigOption,
  type JsonOption,
} from '../options.js';
import { changePrivateFile } from '../private-file.js';
import { styleFor } from '../render/style.js';
import { renderTable } from '../render/table.js';
import { loadRequiredConfig, openConfiguredLedger } from '../settings.js';

export function addKeys(program: Command, io: Io): void {
  const keys = program
    .command('keys')
    .summary('list, rotate or retire the keys that sign macaroons')
    .description(
      'The key ring: one key signs new macaroons, the older ones go on verifying until retired. ' +
        'Secrets are never shown. A running gateway follows a change within seconds.',
    );
  addExample(keys, 'bursar keys rotate');

  const list = keys.command('list').description('Shows every key: its id, status and age.');
  addConfigOption(list);
  addJsonOption(list);
  addExample(list, 'bursar keys list');
  list.action((options: ConfigOption & JsonOption) => listKeys(io, options));

  const rotating = keys
    .command('rotate')
    .description(
      'Makes a new minting key and prints its id. Everything minted before stays valid.',
    );
  addConfigOption(rotating);
  addExample(rotating, 'bursar keys rotate');
  rotating.action((options: ConfigOption) => rotateKey(io, options));

  const retiring = keys
    .command('retire')
    .description('Removes a key for good: every macaroon minted under it is refused from then on.')
    .argument('<kid>', 'the id of a key that is not the minting one');
  addConfigOption(retiring);
  retiring.option('--yes', 'do it; without it, only say what would be refused');
  addExample(retiring, 'bursar keys retire k1f2e3d4c --yes');
  retiring.action((kid: string, options: RetireOptions) => retireKey(io, kid, options));
}

function listKeys(io: Io, options: ConfigOption & JsonOption): void {
  const { keys } = currentRing(io, loadRequiredConfig(io, options));
  if (options.json) {
    const views = keys.map(({ kid, status, createdAt }) => ({ kid, status, createdAt }));
    io.out.write(`${JSON.stringify({ keys: views })}\n`);
    return;
  }
  const rows = keys.map(({ kid, status, createdAt }) => [kid, status, createdAt]);
  const columns = [{ title: 'KID' }, { title: 'STATUS' }, { title: 'CREATED' }];
  io.out.write(renderTable(columns, rows, styleFor(io.out)));
}

function rotateKey(io: Io, options: ConfigOption): void {
  const loaded = loadRequiredConfig(io, options);
  const material = { random: io.randomBytes(NEW_KEY_BYTES), nowMs: io.clock() };
  const { kid } = mintingKey(changeRing(io, loaded, (ring) => rotate(ring, material)));
  io.err.write(`new macaroons are signed by ${kid}; the older keys go on verifying\n`);
  io.out.write(`${kid}\n`);
}

type RetireOptions = ConfigOption & { readonly yes?: boolean };

async function retireKey(io: Io, kid: string, options: RetireOptions): Promise<void> {
  const loaded = loadRequiredConfig(io, options);
  // Also before the ledger is asked: nothing stops verifying when the ring refuses.
  ringFile(io, loaded);
  retire(currentRing(io, loaded), kid);
  io.err.write(`warning: ${await describeLoss(io, loaded, kid)}\n`);
  if (options.yes !== true) {
    throw new UsageError(
      `nothing was changed: "bursar keys retire ${kid} --yes" does it, for good`,
    );
  }
  changeRing(io, loaded, (ring) => retire(ring, kid));
  io.err.write(`retired ${kid}\n`);
}

/** What stops verifying, as far as the ledger can be asked. */
async function describeLoss(io: Io, loaded: LoadedConfig, kid: string): Promise<string> {
  const refused = `without ${kid}, every macaroon minted under it is refused`;
  try {
    const ledger = await openConfiguredLedger(io, loaded);
    try {
      const lost: Genesis[] = [];
      for await (const { genesis } of eachRoot(ledger)) {
        if (genesis.kid === kid && genesis.expiresAtMs > io.clock()) lost.push(genesis);
      }
      const names = lost.map(({ tenant, rootId, holder }) => `\n  ${tenant}/${rootId} (${holder})`);
      return lost.length === 0
        ? `${refused}; none that is still valid is in the ledger`
        : `${refused}, and these accounts with all below them:${names.join('')}`;
    } finally {
      await ledger.close();
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `${refused}; which accounts those are, the ledger can't tell: ${why}`;
  }
}

/** @throws {ConfigError | SecretError} */
function currentRing(io: Io, loaded: LoadedConfig): KeyRing {
  return readRing(resolveKeys(loaded, io.env), nodeFiles);
}

/** The ring's file, which a command here can change. @throws {ConfigError | Refusal} */
function ringFile(io: Io, loaded: LoadedConfig): string {
  const place = resolveKeys(loaded, io.env);
  if (place.kind === 'file') return place.file;
  const from = place.kind === 'command' ? 'a command (keysCommand)' : 'a descriptor (keys)';
  throw new Refusal(
    `the key ring comes from ${from}: change it there. "bursar keys" changes a ring in a file, ` +
      'of which the text can be put there',
  );
}

/** @throws {KeyRingError} and then nothing was changed. */
function changeRing(io: Io, loaded: LoadedConfig, change: (ring: KeyRing) => KeyRing): KeyRing {
  const file = ringFile(io, loaded);
  let changed = readKeyRing(file, nodeFiles);
  changePrivateFile(file, () => {
    changed = change(readKeyRing(file, nodeFiles));
    return formatKeyRing(changed);
  });
  return changed;
}
