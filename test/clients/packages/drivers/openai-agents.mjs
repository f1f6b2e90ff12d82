import {
  Agent,
  applyPatchTool,
  run,
  setOpenAIAPI,
  setTracingDisabled,
  shellTool,
  tool,
  webSearchTool,
} from '@openai/agents';
import { api, apiKey, baseURL, feature, finish, model, PROMPT, stream, tools } from './setting.mjs';

// What the SDK's own documentation says of a gateway: the client's variables, and no traces.
process.env.OPENAI_BASE_URL = baseURL;
process.env.OPENAI_API_KEY = apiKey;
setOpenAIAPI(api === 'chat' ? 'chat_completions' : 'responses');
setTracingDisabled(true);

const functions = tools.map(({ name, description, parameters, run: execute }) =>
  tool({ name, description, parameters, execute }),
);

const shell = shellTool({
  shell: {
    run: async ({ commands }) => ({
      output: commands.map(() => ({
        stdout: 'done\n',
        stderr: '',
        outcome: { type: 'exit', exitCode: 0 },
      })),
    }),
  },
});
const applyPatch = applyPatchTool({
  editor: {
    createFile: async () => ({ status: 'completed', output: 'created' }),
    updateFile: async () => ({ status: 'completed', output: 'updated' }),
    deleteFile: async () => ({ status: 'completed', output: 'deleted' }),
  },
});

const base = { name: 'Weather', model, instructions: 'Be brief.', tools: functions };

const AGENTS = {
  tools: () => new Agent(base),
  handoff: () => {
    const adder = new Agent({ ...base, name: 'Adder', handoffDescription: 'Adds numbers.' });
    return Agent.create({ ...base, handoffs: [adder] });
  },
  shell: () => new Agent({ ...base, tools: [...functions, shell, applyPatch] }),
  search: () => new Agent({ ...base, tools: [...functions, webSearchTool()] }),
  encrypted: () =>
    new Agent({
      ...base,
      modelSettings: {
        store: false,
        reasoning: { effort: 'low', summary: 'auto' },
        providerData: { include: ['reasoning.encrypted_content'] },
      },
    }),
};

const agent = AGENTS[feature]();
if (stream) {
  const result = await run(agent, PROMPT, { stream: true });
  for await (const _ of result) {
    // Read to its end, as a program that shows it would.
  }
  await result.completed;
  finish(result.finalOutput);
} else {
  finish((await run(agent, PROMPT)).finalOutput);
}
