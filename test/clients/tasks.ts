import { type Reply, type Script, turns } from './stub/script.js';

const weather = (city: string) => ({ name: 'get_weather', input: { city } });
const add = (a: number, b: number) => ({ name: 'add', input: { a, b } });

/** The same task for every library: three turns of tools, two of them at once in the second. */
const tools = turns([[weather('Oslo')], [weather('Rome'), add(1, 2)], [add(4, 4)]]);

/** What the model does, by the feature of the client that a run is about. */
export const TASKS: Readonly<Record<string, Script>> = {
  tools,
  stored: tools,
  encrypted: tools,
  thinking: tools,
  search: (asked): Reply => ({
    ...tools(asked),
    ...(asked.turn < 2 && { searches: [`weather ${asked.turn}`, 'degrees'] }),
  }),
  handoff: turns([
    [weather('Oslo')],
    [{ name: 'transfer_to_Adder', input: {} }],
    [add(4, 4)],
    [add(5, 5)],
  ]),
  shell: turns([
    [
      {
        name: 'shell',
        type: 'shell',
        input: { commands: ['ls', 'pwd'], timeout_ms: 1_000, max_output_length: 1_000 },
      },
    ],
    [
      {
        name: 'apply_patch',
        type: 'apply_patch',
        input: { type: 'update_file', path: 'a.txt', diff: '@@\n-a\n+b\n' },
      },
    ],
    [
      {
        name: 'apply_patch',
        type: 'apply_patch',
        input: { type: 'create_file', path: 'b.txt', diff: '+b\n' },
      },
    ],
  ]),
};
