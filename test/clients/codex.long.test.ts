import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder } from '../cli/harness.js';
import { type Behind, startBehind } from './behind.js';
import { DOT } from './dot.js';
import { begin, UNITS } from './exact.js';
import { type Outside, startOutside } from './outside.js';
import { inPackages, modernNode, runClient } from './run.js';
import { type Script, turns } from './stub/script.js';

/** Codex, headless, with what docs/clients/codex.md names and nothing else. */
let behind: Behind;
let outside: Outside;
beforeAll(async () => {
  [behind, outside] = await Promise.all([startBehind(), startOutside()]);
});
afterAll(() => Promise.all([behind.close(), outside.close()]));

/** To the models that it knows best, Codex gives one tool that runs JavaScript, inside the input. */
const inCode = (input: string) =>
  [{ name: 'exec', type: 'custom', namespace: 'functions', input }] as const;
const CODE = turns([
  inCode('text(await tools.exec_command({cmd: "echo one"}));'),
  inCode(
    'text(await tools.apply_patch("*** Begin Patch\\n*** Add File: a.txt\\n+a\\n*** End Patch\\n"));',
  ),
  inCode('text(await tools.exec_command({cmd: "cat a.txt"}));'),
]);

const command = (cmd: string) => [{ name: 'exec_command', input: { cmd } }] as const;
const COMMANDS = turns([command('echo one'), command('echo two'), command('echo three')]);

const PATCH = '*** Begin Patch\n*** Add File: a.txt\n+a\n*** End Patch\n';
const PATCHES = turns([
  [{ name: 'apply_patch', type: 'custom', input: PATCH }],
  command('cat a.txt'),
  [{ name: 'view_image', input: { path: 'dot.png' } }],
]);

const searching =
  (script: Script): Script =>
  (asked) => ({ ...script(asked), ...(asked.turn === 1 && { searches: ['first', 'second'] }) });

/** A provider of one's own, as the recipe has it. */
const provider = (url: string) => `
model_provider = "bursar"

[model_providers.bursar]
name = "Bursar"
base_url = "${url}/v1"
env_key = "BURSAR_MACAROON"
wire_api = "responses"
`;

/** Nothing but the calls of models: no look for updates, no measurements, no plugins of the vendor's. */
const QUIET = `
[analytics]
enabled = false

[features]
plugins = false
apps = false
`;

/** The provider that is built in, at another address: Codex tries a WebSocket first. */
const builtIn = (url: string) => `openai_base_url = "${url}/v1"\n`;

type Run = readonly [what: string, Script, model: string, config: (url: string) => string];

const RUNS: readonly Run[] = [
  ['its default model', CODE, '', provider],
  ['the provider that is built in', CODE, '', builtIn],
  ['a model that it does not know', COMMANDS, 'model = "gpt-5-mini"\n', provider],
  ['patches and a picture', PATCHES, 'model = "gpt-5.5"\n', provider],
  [
    'searches by the provider',
    searching(COMMANDS),
    'model = "gpt-5.4"\nweb_search = "live"\n',
    provider,
  ],
];

const cases = RUNS.flatMap(([what, script, model, config]) =>
  UNITS.map((unit) => [what, unit, script, model, config] as const),
);

describe.each(cases)('Codex: %s, on %s', (_what, unit, script, model, config) => {
  it('finishes its turns, and is charged what was billed', async () => {
    const run = await begin(behind, script, unit);
    const cwd = emptyFolder();
    mkdirSync(join(cwd, '.codex'));
    const first = `check_for_update_on_startup = false\n${model}`;
    writeFileSync(join(cwd, '.codex', 'config.toml'), first + config(behind.url) + QUIET);
    writeFileSync(join(cwd, 'dot.png'), DOT);
    const flags = ['--skip-git-repo-check', '--sandbox', 'danger-full-access'];
    const ran = await runClient(
      [
        modernNode(),
        inPackages('@openai/codex', 'bin/codex.js'),
        ...['exec', ...flags, 'Do it in three steps.'],
      ],
      { ...outside.env, BURSAR_MACAROON: run.macaroon, CODEX_API_KEY: run.macaroon },
      cwd,
    );
    expect(ran, behind.warnings() + ran.err).toMatchObject({ status: 0 });
    expect(ran.out).toContain('All done.');
    expect((await run.isCharged()).calls).toBe(4);
    expect(outside.asked).toEqual([]);
  });
});
