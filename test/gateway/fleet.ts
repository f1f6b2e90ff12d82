import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attenuate, composeCaveats, parseLimit } from '../../src/index.js';
import { BIN, bursar, emptyFolder, type Serving, serve } from '../cli/harness.js';

export interface OwnSettings {
  readonly ledger?: string;
  readonly settings?: string;
  /** A name in the fleet's folder, of a `stateDir` as on a machine of its own. */
  readonly stateDir?: string;
}

export interface Fleet {
  readonly folder: string;
  readonly operatorKey: string;
  /** Of all gateways so far. */
  readonly stateDirs: readonly string[];
  /**
   * Another gateway process on the same key ring and ledger.
   * @param own its own way to the ledger, or its own settings, in place of what all have
   * @param prelude shell text that comes before it: `ulimit -f 100;`
   */
  start(own?: OwnSettings, prelude?: string): Promise<Serving>;
  mint(budget: string): Promise<string>;
}

/**
 * Gateways as an operator runs them: processes of the built command, one key ring, one ledger, the
 * sandbox as the only upstream. Every model costs one credit.
 */
export function fleet(ledger: string, settings = ''): Fleet {
  const folder = emptyFolder();
  const config = join(folder, 'bursar.yaml');
  const env = { BURSAR_CONFIG: config };
  const stateDirs = [join(folder, SHARED_STATE)];
  let configs = 0;
  execFileSync(process.execPath, [BIN, 'init', '--dir', folder], { stdio: 'pipe' });
  writeConfig(config, { ledger, settings, stateDir: SHARED_STATE });
  return {
    folder,
    stateDirs,
    operatorKey: readFileSync(join(folder, 'operator.key'), 'utf8').trim(),
    start: async (own, prelude) => {
      const around = prelude === undefined ? {} : { prelude };
      if (own === undefined) return serve({ env, ...around });
      const file = join(folder, `own-${configs++}.yaml`);
      writeConfig(file, { ledger, settings, stateDir: SHARED_STATE, ...own });
      const stateDir = join(folder, own.stateDir ?? SHARED_STATE);
      if (!stateDirs.includes(stateDir)) stateDirs.push(stateDir);
      return serve({ env: { BURSAR_CONFIG: file }, ...around });
    },
    mint: async (budget) => {
      const terms = ['--holder', 'root', '--budget', budget, '--expires', '24h'];
      const { status, out, err } = await bursar(['mint', ...terms], { env });
      if (status !== 0) throw new Error(`mint ended with ${status}: ${err}`);
      return out.trim();
    },
  };
}

const SHARED_STATE = 'state';

function writeConfig(file: string, { ledger, settings, stateDir }: Required<OwnSettings>): void {
  writeFileSync(
    file,
    `listen: 127.0.0.1:0
ledger: ${ledger}
stateDir: ${stateDir}
keys: keys.json
operatorKeyFile: operator.key
${settings === '' ? SANDBOX : settings}
`,
  );
}

/** The settings of a fleet before an OpenAI-compatible upstream. Every model costs one credit. */
export function servedBy(upstreamUrl: string): string {
  return `upstreams:
  stub:
    protocol: openai
    baseUrl: ${upstreamUrl}/v1
    apiKey: provider-key
    models: ["*"]
tools:
  defaultCost: 1`;
}

/** The settings of a fleet of which nothing else is said. */
export const SANDBOX = `upstreams:
  sandbox:
    protocol: sandbox
    models: ["*"]
tools:
  defaultCost: 1`;

/** A child of a macaroon, cut offline. */
export function child(macaroon: string, holder: string, budget: number): string {
  return attenuate(macaroon, composeCaveats({ holder, limits: [parseLimit(String(budget))] }));
}

export function chatRequest(macaroon: string) {
  return {
    method: 'POST' as const,
    headers: { authorization: `Bearer ${macaroon}`, 'content-type': 'application/json' },
    body: '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}]}',
  };
}
