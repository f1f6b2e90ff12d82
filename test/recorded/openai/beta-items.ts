import type { BetaResponseOutputItem } from 'openai/resources/beta/responses/responses';
import { opaque } from '../opaque.js';
import type { Samples } from '../whole.js';
import { ITEMS } from './items.js';
import { PNG_URL } from './picture.js';
import { CONTENT } from './text.js';
import { TOOL_OUTPUT } from './tool-output.js';

type BetaItems = Samples<BetaResponseOutputItem>;
type AgentMessage = Extract<BetaResponseOutputItem, { type: 'agent_message' }>;

const AGENT = { agent_name: 'archivist' };

/** What one agent may tell another. */
const AGENT_CONTENT: Samples<AgentMessage['content'][number]> = {
  ...TOOL_OUTPUT,
  ...CONTENT,
  text: { type: 'text', text: 'Find the first program.' },
  summary_text: { type: 'summary_text', text: 'It is in note G.' },
  reasoning_text: { type: 'reasoning_text', text: 'Note G has a table of steps.' },
  computer_screenshot: {
    type: 'computer_screenshot',
    detail: 'low',
    file_id: 'file-9a3',
    image_url: PNG_URL,
    prompt_cache_breakpoint: { mode: 'explicit' },
  },
  encrypted_content: {
    type: 'encrypted_content',
    encrypted_content: `gAAAAABo${opaque('agent', 600)}`,
  },
};

type Stable = typeof ITEMS;
type WithAgent = { readonly [Type in keyof Stable]: Stable[Type] & { agent: typeof AGENT } };

const withAgent = Object.fromEntries(
  Object.entries(ITEMS).map(([type, item]) => [type, { ...item, agent: AGENT }]),
) as WithAgent;

/** Every item of the multi-agent beta: those of all responses with their agent, and its own. */
export const BETA_ITEMS: BetaItems = {
  ...withAgent,
  agent_message: {
    type: 'agent_message',
    id: 'amsg_6905',
    author: 'archivist',
    recipient: 'root',
    content: Object.values(AGENT_CONTENT),
    agent: AGENT,
  },
  multi_agent_call: {
    type: 'multi_agent_call',
    id: 'mac_6906',
    call_id: 'call_6906',
    action: 'spawn_agent',
    arguments: '{"agent_name":"archivist","message":"Find the first program."}',
    agent: AGENT,
  },
  multi_agent_call_output: {
    type: 'multi_agent_call_output',
    id: 'maco_6906',
    call_id: 'call_6906',
    action: 'spawn_agent',
    output: [CONTENT.output_text],
    agent: AGENT,
  },
};
