import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bursar, emptyFolder, type Serving, serve } from '../cli/harness.js';
import { microsOf } from './price.js';
import type { Asked, Reply, Script } from './stub/script.js';
import { type Stub, startStub } from './stub/server.js';

/** Credits that a call costs, by the first letters of its model. */
const CREDITS = { 'gpt-': 3, 'claude-': 2 } as const;

export const BUDGETS = { credits: '1000', usd: '100usd' } as const;

export interface Behind {
  /** The gateway. */
  readonly url: string;
  readonly stub: Stub;
  /** What the gateway has warned of since the last time: why a hold was charged, for instance. */
  warnings(): string;
  /** What the stub says from now on; what it has seen is kept. */
  follow(script: Script): void;
  /** A macaroon with one budget: the client's key. */
  mint(budget: string): Promise<string>;
  spent(macaroon: string): Promise<Spent>;
  /** What a gateway counts of calls that did not go as they were held, by the metric's name and labels. */
  alarms(): Promise<readonly string[]>;
  /** How many calls it has refused by itself, of each code. */
  refusals(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

const ALARMS =
  /^bursar_(usage_unread|holds_charged|overruns|presumed_spent|unknown_names_refused)_total.* [1-9]/;

export interface Spent {
  readonly credits: number;
  readonly micros: number;
  readonly calls: number;
  /** What is still held, of every unit. */
  readonly held: Readonly<Record<string, number>>;
}

/** A gateway as a user starts it: `bursar init`, a configuration, `bursar serve`; the stub is both its providers. */
export async function startBehind(): Promise<Behind> {
  let script: Script = () => ({ text: 'Nothing to say.' });
  const say = (asked: Asked): Reply => script(asked);
  const stub = await startStub(say);
  const cwd = emptyFolder();
  await must(bursar(['init'], { cwd }));
  writeFileSync(join(cwd, '.bursar', 'bursar.yaml'), configuration(stub.url));
  const gateway: Serving = await serve({ cwd });
  let read = 0;
  const metrics = async () => (await fetch(`${gateway.url}/metrics`)).text();
  const env = { BURSAR_GATEWAY: gateway.url };
  return {
    url: gateway.url,
    stub,
    warnings: () => {
      const lines = gateway.logLines.slice(read);
      read += lines.length;
      return lines.filter((line) => !line.includes('"level":"info"')).join('\n');
    },
    follow: (next) => {
      script = next;
    },
    mint: async (budget) => {
      const args = ['mint', '--holder', 'agent', '--budget', budget, '--expires', '1h'];
      return (await must(bursar(args, { cwd, env }))).trim();
    },
    spent: async (macaroon) => {
      const headers = { authorization: `Bearer ${macaroon}` };
      const answer = await fetch(`${gateway.url}/bursar/v1/balance`, { headers });
      const { path } = (await answer.json()) as {
        path: { spent: Record<string, number>; held: Record<string, number> }[];
      };
      const { spent = {}, held = {} } = path.at(-1) ?? {};
      return {
        credits: spent['credits'] ?? Number.NaN,
        micros: Math.round((spent['usd'] ?? Number.NaN) * 1e6),
        calls: spent['calls'] ?? Number.NaN,
        held,
      };
    },
    alarms: async () => (await metrics()).split('\n').filter((line) => ALARMS.test(line)),
    refusals: async () => {
      const lines = (await metrics()).matchAll(/^bursar_refusals_total\{code="(\w+)"\} (\d+)$/gm);
      return Object.fromEntries([...lines].map(([, code, times]) => [code, Number(times)]));
    },
    close: async () => {
      await gateway.stop();
      await stub.close();
    },
  };
}

function configuration(stubUrl: string): string {
  const written = readFileSync(new URL('bursar.yaml', import.meta.url), 'utf8');
  return written.replaceAll('STUB', stubUrl);
}

async function must(running: ReturnType<typeof bursar>): Promise<string> {
  const { status, out, err } = await running;
  if (status !== 0) throw new Error(err);
  return out;
}

/** What the calls that the stub billed since `from` must have cost, in each unit. */
export function dueSince(stub: Stub, from: number): Spent {
  const billed = stub.billed().slice(from);
  return {
    credits: billed.reduce((sum, { model }) => sum + creditsOf(model), 0),
    micros: billed.reduce((sum, one) => sum + microsOf(one), 0),
    calls: billed.length,
    held: { credits: 0, usd: 0, tokens: 0, calls: 0 },
  };
}

function creditsOf(model: string): number {
  const found = Object.entries(CREDITS).find(([prefix]) => model.startsWith(prefix));
  if (found === undefined) throw new Error(`no credits for ${model}`);
  return found[1];
}
