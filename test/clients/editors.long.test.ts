import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder } from '../cli/harness.js';
import { type Behind, startBehind } from './behind.js';
import { begin, UNITS } from './exact.js';
import { type Outside, startOutside } from './outside.js';
import { inPackages, modernNode, runClient } from './run.js';
import { type Script, turns } from './stub/script.js';

/** OpenCode and Continue by their commands, with the settings that docs/clients/ names. */
let behind: Behind;
let outside: Outside;
beforeAll(async () => {
  [behind, outside] = await Promise.all([startBehind(), startOutside()]);
});
afterAll(() => Promise.all([behind.close(), outside.close()]));

const PROMPT = 'Run three commands.';

/** Three commands, by the name that the client gives its shell; what has no tools is a title. */
function commands(shell: string): Script {
  const loop = turns(
    ['one', 'two', 'three'].map((word) => [
      { name: shell, input: { command: `echo ${word}`, description: 'Say it' } },
    ]),
  );
  return (asked) => (asked.tools.includes(shell) ? loop(asked) : { text: 'A title' });
}

interface Client {
  readonly script: Script;
  start(url: string, macaroon: string): Start;
}

interface Start {
  readonly command: readonly [string, ...string[]];
  readonly files: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

/** A provider of OpenCode's own, or any one that speaks chat completions. */
function openCode(provider: string, model: string): Client {
  const start = (url: string, macaroon: string): Start => {
    const npm = provider === 'bursar' ? { npm: '@ai-sdk/openai-compatible' } : {};
    const options = { baseURL: `${url}/v1`, apiKey: '{env:BURSAR_MACAROON}' };
    const settings = { provider: { [provider]: { ...npm, options, models: { [model]: {} } } } };
    return {
      command: [
        inPackages('opencode-linux-x64-baseline', 'bin/opencode'),
        ...['run', '--auto', '--model', `${provider}/${model}`, PROMPT],
      ],
      files: { 'opencode.json': JSON.stringify({ ...settings, autoupdate: false }) },
      env: {
        BURSAR_MACAROON: macaroon,
        OPENCODE_DISABLE_MODELS_FETCH: '1',
        OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      },
    };
  };
  return { script: commands('bash'), start };
}

function goOn(provider: string, model: string): Client {
  const start = (url: string, macaroon: string): Start => ({
    command: [
      modernNode(),
      inPackages('@continuedev/cli', 'dist/cn.js'),
      ...['-p', '--auto', '--config', 'config.yaml', PROMPT],
    ],
    files: {
      'config.yaml': `name: Bursar
version: 1.0.0
schema: v1
models:
  - name: Bursar
    provider: ${provider}
    model: ${model}
    apiBase: ${url}/v1/
    apiKey: ${macaroon}
`,
    },
    env: { CONTINUE_TELEMETRY_ENABLED: '0' },
  });
  return { script: commands('Bash'), start };
}

const CLIENTS = {
  'OpenCode, OpenAI': openCode('openai', 'gpt-5-mini'),
  'OpenCode, Anthropic': openCode('anthropic', 'claude-sonnet-5'),
  'OpenCode, chat completions': openCode('bursar', 'gpt-5-mini'),
  'Continue, OpenAI': goOn('openai', 'gpt-5-mini'),
  'Continue, OpenAI, chat completions': goOn('openai', 'gpt-4o'),
  'Continue, Anthropic': goOn('anthropic', 'claude-sonnet-5'),
};

const cases = (Object.keys(CLIENTS) as (keyof typeof CLIENTS)[]).flatMap((name) =>
  UNITS.map((unit) => [name, unit] as const),
);

describe.each(cases)('%s, on %s', (name, unit) => {
  it('finishes its turns, and is charged what was billed', async () => {
    const { script, start } = CLIENTS[name];
    const run = await begin(behind, script, unit);
    const { command, files, env } = start(behind.url, run.macaroon);
    const cwd = emptyFolder();
    for (const [file, text] of Object.entries(files)) writeFileSync(join(cwd, file), text);
    const ran = await runClient(command, { ...outside.env, ...env }, cwd);
    expect(ran, behind.warnings() + ran.err).toMatchObject({ status: 0 });
    expect(ran.out).toContain('All done.');
    expect((await run.isCharged()).calls).toBeGreaterThanOrEqual(4);
  });
});
