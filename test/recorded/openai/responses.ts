import type { ResponseOutputItem } from 'openai/resources/responses/responses';
import { PLAIN_ANSWER, type RecordedAnswer } from '../answer.js';
import type { Whole } from '../whole.js';
import { CALLERS, COMPUTER_ACTIONS, ENVIRONMENTS, PATCHES, WEB_ACTIONS } from './actions.js';
import { BETA_ITEMS } from './beta-items.js';
import { RESULTS } from './input-items.js';
import { ITEMS } from './items.js';
import { type Item, responseOf, type WireResponse } from './response.js';
import { eventsOf } from './response-stream.js';
import { ANNOTATIONS, ANSWER, CONTENT, messageItem, plainText, STRUCTURED } from './text.js';
import { SCHEMA, SHELLS, TOOLS } from './tools.js';

const MODEL = 'gpt-5-mini';
const SAID = messageItem([plainText(ANSWER)]);

interface Given {
  readonly output: readonly object[];
  readonly response?: Partial<Whole<WireResponse>>;
  readonly more?: Partial<RecordedAnswer>;
}

function answer(name: string, { output, response, more }: Given): RecordedAnswer {
  const plain = responseOf(output as Item[], response);
  return {
    ...PLAIN_ANSWER,
    name: `responses/${name}`,
    api: 'responses',
    model: MODEL,
    plain: { ...plain },
    events: eventsOf(plain),
    results: output.flatMap((item) => RESULTS[(item as Item).type] ?? []),
    ...more,
  };
}

/** Kinds whose tools OpenAI runs. A `tool_search_call` says itself where it ran. */
const HOSTED = new Set<ResponseOutputItem['type']>([
  'web_search_call',
  'file_search_call',
  'code_interpreter_call',
  'image_generation_call',
  'mcp_list_tools',
  'mcp_approval_request',
  'mcp_approval_response',
  'mcp_call',
]);

/** Kinds in which a file's id, an address or a container comes back in place of what it holds. */
const REFERRING = new Set<string>([
  'agent_message',
  'code_interpreter_call',
  'computer_call_output',
  'custom_tool_call_output',
  'function_call_output',
]);

/** Tools that came later: those that the caller runs itself. */
const LATER = {
  ...ITEMS.additional_tools,
  tools: [TOOLS.function, { ...TOOLS.shell, environment: SHELLS.local }, TOOLS.apply_patch],
};

const KINDS = Object.entries({ ...ITEMS, additional_tools: LATER }).map(([type, item]) =>
  answer(type, {
    output: [ITEMS.reasoning, item],
    more: {
      isHosted: HOSTED.has(item.type),
      extent: REFERRING.has(type) ? 'reference' : 'bytes',
    },
  }),
);

/** As the multi-agent beta has them, with the agent of each item. */
const BETA_KINDS = Object.entries({
  ...BETA_ITEMS,
  additional_tools: { ...LATER, agent: BETA_ITEMS.additional_tools.agent },
}).map(([type, item]) =>
  answer(`beta ${type}`, {
    output: [item],
    more: {
      betas: ['responses_multi_agent=v1'],
      isHosted: HOSTED.has(item.type as ResponseOutputItem['type']),
      extent: REFERRING.has(type) ? 'reference' : 'bytes',
    },
  }),
);

const SEARCHES = Object.entries(WEB_ACTIONS).map(([action, value]) =>
  answer(`web_search_call ${action}`, {
    output: [{ ...ITEMS.web_search_call, action: value }, messageItem([CONTENT.output_text])],
    more: { isHosted: true, asks: { tools: [TOOLS.web_search], max_tool_calls: 3 } },
  }),
);

const { actions: _many, ...ONE_ACTION } = ITEMS.computer_call;
const COMPUTER = Object.entries(COMPUTER_ACTIONS).map(([action, value]) =>
  answer(`computer_call ${action}`, { output: [{ ...ONE_ACTION, action: value }] }),
);

const PATCHED = Object.entries(PATCHES).map(([operation, value]) =>
  answer(`apply_patch_call ${operation}`, {
    output: [{ ...ITEMS.apply_patch_call, operation: value }],
    more: { asks: { tools: [{ type: 'apply_patch' }] } },
  }),
);

const FUNCTION = { type: 'function', name: 'look_up', parameters: SCHEMA, strict: true };
const { namespace: _space, ...PLAIN_CALL } = ITEMS.function_call;
const second = { id: 'fc_68f5b', call_id: 'call_68f5b', arguments: '{"name":"Charles Babbage"}' };

const CALLED = [
  answer('parallel function calls', {
    output: [ITEMS.reasoning, PLAIN_CALL, { ...PLAIN_CALL, ...second }],
    more: {
      asks: { tools: [FUNCTION] },
      results: [
        RESULTS['function_call'],
        { ...RESULTS['function_call'], call_id: second.call_id },
      ].filter((result) => result !== undefined),
    },
  }),
  answer('a call by a program', {
    output: [ITEMS.program, { ...PLAIN_CALL, caller: CALLERS.program }, ITEMS.program_output],
    more: { asks: { tools: [FUNCTION] } },
  }),
  answer('a shell in a container', {
    output: [{ ...ITEMS.shell_call, environment: ENVIRONMENTS.container_reference }],
    more: { isHosted: true, extent: 'reference' },
  }),
  answer('a tool search at the provider', {
    output: [
      { ...ITEMS.tool_search_call, execution: 'server', call_id: null },
      { ...ITEMS.tool_search_output, execution: 'server', call_id: null },
    ],
    more: { isHosted: true, results: [] },
  }),
];

const SPOKEN = [
  answer('text', { output: [SAID] }),
  answer('text with logprobs', { output: [messageItem([CONTENT.output_text])] }),
  answer('a refusal', { output: [messageItem([CONTENT.refusal])] }),
  answer('commentary before a call', {
    output: [messageItem([plainText('I look her up.')], 'commentary'), PLAIN_CALL],
  }),
  answer('structured output', {
    output: [ITEMS.reasoning, messageItem([plainText(STRUCTURED)])],
    more: {
      asks: {
        text: { format: { type: 'json_schema', name: 'person', schema: SCHEMA, strict: true } },
      },
    },
  }),
  answer('files cited', {
    output: [
      messageItem([
        {
          ...CONTENT.output_text,
          annotations: [ANNOTATIONS.file_citation, ANNOTATIONS.container_file_citation],
        },
      ]),
    ],
  }),
];

const { encrypted_content: _secret, ...UNENCRYPTED } = ITEMS.reasoning;

/** Without `include: ["reasoning.encrypted_content"]`: OpenAI keeps the reasoning under its id. */
const REASONED = [
  answer('reasoning kept by the provider', {
    output: [{ ...UNENCRYPTED, content: [], encrypted_content: null }, SAID],
    more: { extent: 'reference' },
  }),
  answer('reasoning without a summary', {
    output: [{ ...ITEMS.reasoning, summary: [], content: [] }, SAID],
    more: { asks: { include: ['reasoning.encrypted_content'], store: false } },
  }),
  answer('reasoning in full', {
    output: [{ ...ITEMS.reasoning, encrypted_content: null }, SAID],
  }),
];

const cutShort = { ...SAID, status: 'incomplete' as const };

const ENDED = [
  answer('cut short by its limit', {
    output: [cutShort],
    response: {
      status: 'incomplete',
      completed_at: null,
      incomplete_details: { reason: 'max_output_tokens' },
    },
  }),
  answer('cut short by a filter', {
    output: [cutShort],
    response: {
      status: 'incomplete',
      completed_at: null,
      incomplete_details: { reason: 'content_filter' },
    },
  }),
  answer('failed half way', {
    output: [cutShort],
    response: {
      status: 'failed',
      completed_at: null,
      error: { code: 'server_error', message: 'The model failed to answer.' },
    },
  }),
];

export const RESPONSE_ANSWERS: readonly RecordedAnswer[] = [
  ...SPOKEN,
  ...REASONED,
  ...CALLED,
  ...SEARCHES,
  ...COMPUTER,
  ...PATCHED,
  ...ENDED,
  ...KINDS,
  ...BETA_KINDS,
];
