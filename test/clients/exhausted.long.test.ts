import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder } from '../cli/harness.js';
import { type Behind, dueSince, startBehind } from './behind.js';
import { driver, inPackages, modernNode, platformPackage, runClient } from './run.js';
import type { Api } from './stub/script.js';
import { TASKS } from './tasks.js';

/** What each client does with the 402 in the middle of its work. */
let behind: Behind;
beforeAll(async () => {
  behind = await startBehind();
});
afterAll(() => behind.close());

type Start = (macaroon: string, cwd: string) => readonly [readonly [string, ...string[]], Env];
type Env = Readonly<Record<string, string>>;

const library =
  (name: string, api: Api): Start =>
  (macaroon) => [
    [modernNode(), driver(name)],
    {
      GATEWAY: behind.url,
      MACAROON: macaroon,
      API: api,
      MODEL: api === 'messages' ? 'claude-sonnet-4-5' : 'gpt-5-mini',
      STREAM: 'yes',
    },
  ];

const claudeCode: Start = (macaroon) => [
  [inPackages(platformPackage('@anthropic-ai/claude-code'), 'claude'), '-p', 'Do it.'],
  {
    ANTHROPIC_BASE_URL: behind.url,
    ANTHROPIC_AUTH_TOKEN: macaroon,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  },
];

const codex: Start = (macaroon, cwd) => {
  mkdirSync(join(cwd, '.codex'));
  const config = `model_provider = "bursar"
model = "gpt-5-mini"
[model_providers.bursar]
name = "Bursar"
base_url = "${behind.url}/v1"
env_key = "BURSAR_MACAROON"
wire_api = "responses"
[analytics]
enabled = false
[features]
plugins = false
apps = false
`;
  writeFileSync(join(cwd, '.codex', 'config.toml'), config);
  const args = ['exec', '--skip-git-repo-check', 'Do it.'];
  const command = [modernNode(), inPackages('@openai/codex', 'bin/codex.js'), ...args] as const;
  return [command, { BURSAR_MACAROON: macaroon }];
};

/** The budget is for one call of each model, which the first turn uses up. */
const CLIENTS: readonly (readonly [name: string, budget: string, attempts: number, Start])[] = [
  ['the OpenAI SDK', '3', 1, library('openai-sdk', 'responses')],
  ['the Anthropic SDK', '2', 1, library('anthropic-sdk', 'messages')],
  ['the OpenAI Agents SDK', '3', 1, library('openai-agents', 'responses')],
  ['the Vercel AI SDK', '3', 1, library('ai-sdk', 'responses')],
  ['LangChain', '3', 1, library('langchain', 'chat')],
  ['LlamaIndex', '3', 1, library('llamaindex', 'chat')],
  ['Claude Code', '2', 1, claudeCode],
  ['Codex', '3', 6, codex],
];

describe.each(CLIENTS)('%s, when the budget is used up', (_name, budget, attempts, start) => {
  it('says so, and ends', async () => {
    behind.follow((asked) => {
      if (asked.tools.includes('Bash')) {
        const input = { command: 'echo one', description: 'Say one' };
        return { calls: [{ name: 'Bash', input }] };
      }
      if (asked.tools.includes('exec_command')) {
        return { calls: [{ name: 'exec_command', input: { cmd: 'echo one' } }] };
      }
      return TASKS['tools']!(asked);
    });
    const from = behind.stub.billed().length;
    const before = (await behind.refusals())['budget_exhausted'] ?? 0;
    const macaroon = await behind.mint(budget);
    const cwd = emptyFolder();
    const [command, env] = start(macaroon, cwd);
    const ran = await runClient(command, env, cwd);
    expect(ran.status, ran.out + ran.err).not.toBe(0);
    expect(ran.status, 'it ended by itself').not.toBeNull();
    expect(ran.out + ran.err).toMatch(/budget/i);
    expect(await behind.refusals()).toEqual({ budget_exhausted: before + attempts });
    const due = dueSince(behind.stub, from);
    expect(due.calls).toBe(1);
    expect(await behind.spent(macaroon)).toEqual(due);
  });
});
