import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder } from '../cli/harness.js';
import { type Behind, startBehind } from './behind.js';
import { DOT } from './dot.js';
import { begin, UNITS } from './exact.js';
import { type Outside, startOutside } from './outside.js';
import { inPackages, platformPackage, runClient } from './run.js';
import { type Reply, type Script, turns } from './stub/script.js';

/** Claude Code, headless, with what docs/clients/claude-code.md names and nothing else. */
let behind: Behind;
let outside: Outside;
beforeAll(async () => {
  [behind, outside] = await Promise.all([startBehind(), startOutside()]);
});
afterAll(() => Promise.all([behind.close(), outside.close()]));

/** The folder that it works in: the model names files by their whole path. */
const cwd = emptyFolder();
const made = join(cwd, 'made.txt');
const picture = join(cwd, 'dot.png');
writeFileSync(picture, DOT);

const FILES = turns([
  [{ name: 'Bash', input: { command: 'echo one', description: 'Say one' } }],
  [
    { name: 'Write', input: { file_path: made, content: 'two\n' } },
    { name: 'Bash', input: { command: 'ls', description: 'List the files' } },
  ],
  [{ name: 'Read', input: { file_path: made } }],
]);

/** Its search is a call of its own, with the tool that the provider runs. */
const SEARCH = turns([
  [{ name: 'WebSearch', input: { query: 'weather in Oslo' } }],
  [{ name: 'Bash', input: { command: 'echo found', description: 'Say it' } }],
  [{ name: 'WebSearch', input: { query: 'weather in Rome' } }],
]);

/** A sub-agent, a look for tools that were left out, and a picture. */
const AGENTS = turns([
  [{ name: 'Agent', input: { description: 'Look', prompt: 'Look around.' } }],
  [{ name: 'ToolSearch', input: { query: 'select:WebFetch,NotebookEdit', max_results: 2 } }],
  [{ name: 'Read', input: { file_path: picture } }],
]);

const IN_SUB_AGENT = turns([[{ name: 'Bash', input: { command: 'pwd', description: 'Where' } }]]);

/** Who asks is known by the tools: the main loop has them all, a sub-agent fewer, a search one. */
function claude(main: Script): Script {
  return (asked): Reply => {
    if (asked.tools.includes('Workflow')) return main(asked);
    if (asked.tools.includes('web_search')) {
      return { searches: ['first', 'second'], text: 'It is mild.' };
    }
    if (asked.tools.includes('Bash')) return IN_SUB_AGENT(asked);
    return { text: '{"title":"A title"}' };
  };
}

const RUNS: readonly (readonly [what: string, Script, Readonly<Record<string, string>>])[] = [
  ['its default model, three turns of tools', FILES, {}],
  ['a model with a budget of thinking', FILES, { ANTHROPIC_MODEL: 'claude-haiku-4-5' }],
  ['a long context', FILES, { ANTHROPIC_MODEL: 'claude-sonnet-4-6[1m]' }],
  ['searches by the provider', SEARCH, {}],
  ['a sub-agent, deferred tools and a picture', AGENTS, {}],
];

const cases = RUNS.flatMap(([what, script, env]) =>
  UNITS.map((unit) => [what, unit, script, env] as const),
);

describe.each(cases)('Claude Code: %s, on %s', (_what, unit, script, env) => {
  it('finishes its turns, and is charged what was billed', async () => {
    const run = await begin(behind, claude(script), unit);
    const tools = 'Bash,Write,Read,WebSearch,Agent,ToolSearch';
    const ran = await runClient(
      [
        inPackages(platformPackage('@anthropic-ai/claude-code'), 'claude'),
        ...['-p', 'Do it in three steps.', '--allowedTools', tools],
      ],
      {
        ...outside.env,
        ...env,
        ANTHROPIC_BASE_URL: behind.url,
        ANTHROPIC_AUTH_TOKEN: run.macaroon,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      },
      cwd,
    );
    expect(ran, behind.warnings() + ran.err).toMatchObject({ status: 0 });
    expect(ran.out).toContain('All done.');
    expect((await run.isCharged()).calls).toBeGreaterThanOrEqual(4);
    expect(outside.asked).toEqual([]);
  });
});
