import type { Command } from 'commander';
import { readRevokeAnswer } from '../api/answers.js';
import { findTarget } from '../api/find-account.js';
import { type OperatorApi, openOperatorApi } from '../api/operator.js';
import { UsageError } from '../errors.js';
import type { Io } from '../io.js';
import { readMacaroonText } from '../macaroon-input.js';
import { addExample } from '../options.js';
import { addTargetOptions, type TargetOptions } from '../target-options.js';
import { control, FINAL } from './control.js';

interface RevokeOptions extends TargetOptions {
  readonly macaroon?: true;
  readonly fingerprint?: string;
  readonly expires?: string;
}

/** `revoke`: an account and its subtree, or one macaroon and all that were attenuated from it. */
export function addRevoke(program: Command, io: Io): void {
  const command = program
    .command('revoke')
    .summary('refuse an account and all below it, or one macaroon, for good')
    .description(
      'Refuses every call of an account and of all accounts below it (403 account_revoked): for a ' +
        `macaroon that has leaked. ${FINAL} With --macaroon or --fingerprint, refuses one macaroon ` +
        'and all that were attenuated from it (403 macaroon_revoked), and leaves its account as it ' +
        'is: others that were made for the account go on.',
    );
  addTargetOptions(command, '[account]')
    .option('--macaroon', 'revoke the macaroon in $BURSAR_MACAROON, else on standard input')
    .option(
      '--fingerprint <hex>',
      'revoke the macaroon with this fingerprint, under the account: bursar inspect shows it',
    )
    .option(
      '--expires <instant>',
      "with --fingerprint: when the macaroon expires, if before its root; it takes a place in the root's list until then",
    );
  addExample(command, 'bursar revoke research-agent-prod/scraper-1');
  command.action((text: string | undefined, options: RevokeOptions) => revoke(io, text, options));
}

async function revoke(io: Io, text: string | undefined, options: RevokeOptions): Promise<void> {
  const { macaroon, fingerprint, expires } = options;
  if (macaroon === true && fingerprint !== undefined) {
    throw new UsageError('found --macaroon and --fingerprint, expected one of them');
  }
  if (expires !== undefined && fingerprint === undefined) {
    throw new UsageError('found --expires, expected --fingerprint with it');
  }
  if (macaroon === true) {
    const its = await readMacaroonText(io, text === undefined ? [] : [text]);
    return revokeMacaroon(io, options, async () => ({ macaroon: its }));
  }
  if (text === undefined) throw new UsageError('found no account, expected one, or --macaroon');
  if (fingerprint === undefined) return control(io, 'revoke', text, options);
  return revokeMacaroon(io, options, async ({ ask }) => {
    const target = await findTarget(io, ask, text, options.exact === true);
    const account = target.split('/', 2).join('/');
    return { account, fingerprint, ...(expires !== undefined && { expires }) };
  });
}

async function revokeMacaroon(
  io: Io,
  options: RevokeOptions,
  bodyFor: (api: OperatorApi) => Promise<Readonly<Record<string, string>>>,
): Promise<void> {
  const api = await openOperatorApi(io, options, ['control', 'read']);
  try {
    const answer = await api.ask({ method: 'POST', path: 'revoke', body: await bodyFor(api) });
    const { account, fingerprint, expires, replayed } = readRevokeAnswer(answer);
    const was = replayed ? 'was revoked already' : 'is revoked, with all that were made from it';
    io.out.write(
      options.json
        ? `${answer}\n`
        : `macaroon ${fingerprint} of ${account} ${was}; it expires ${expires}\n`,
    );
  } finally {
    await api.close();
  }
}
