/** What a template is given: the parts of a chat request that a model sees. */
export interface Shown {
  readonly messages: readonly {
    readonly role: string;
    readonly content: string;
    readonly calls: readonly { readonly name: string; readonly arguments: string }[];
  }[];
  readonly tools: readonly unknown[];
}

type Template = (shown: Shown) => string;

/** As Llama 3.1's template (published with its weights) writes a conversation with tools. */
const llama: Template = ({ messages, tools }) => {
  const turn = (role: string, text: string) =>
    `<|start_header_id|>${role}<|end_header_id|>\n\n${text}<|eot_id|>`;
  const intro = [
    'Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n',
    'Given the following functions, please respond with a JSON for a function call with its proper',
    ' arguments that best answers the given prompt.\n\nRespond in the format {"name": function name,',
    ' "parameters": dictionary of argument name and its value}. Do not use variables.\n\n',
    ...tools.map((tool) => `${JSON.stringify(tool, null, 4)}\n\n`),
  ].join('');
  const turns = messages.map(({ role, content, calls }) => {
    const isTool = role === 'tool';
    const written = calls.map(
      (call) => `{"name": "${call.name}", "parameters": ${rewritten(call.arguments)}}`,
    );
    const text = isTool ? JSON.stringify(content) : content;
    return turn(isTool ? 'ipython' : role, text + written.join(''));
  });
  return `<|begin_of_text|>${turn('system', intro)}${turns.join('')}${turn('assistant', '')}`;
};

/** As the templates of the ChatML family (Qwen's, published with its weights) write one. */
const chatml: Template = ({ messages, tools }) => {
  const intro =
    'You are Qwen, created by Alibaba Cloud. You are a helpful assistant.\n\n# Tools\n\nYou may call ' +
    'one or more functions to assist with the user query.\n\nYou are provided with function ' +
    `signatures within <tools></tools> XML tags:\n<tools>\n${tools
      .map((tool) => JSON.stringify(tool))
      .join(
        '\n',
      )}\n</tools>\n\nFor each function call, return a json object with function name and ` +
    'arguments within <tool_call></tool_call> XML tags:\n<tool_call>\n{"name": <function-name>, ' +
    '"arguments": <args-json-object>}\n</tool_call>';
  const turns = messages.map(({ role, content, calls }) => {
    const written = calls.map(
      (call) =>
        `\n<tool_call>\n{"name": "${call.name}", "arguments": ${rewritten(call.arguments)}}\n</tool_call>`,
    );
    const text = role === 'tool' ? `<tool_response>\n${content}\n</tool_response>` : content;
    return `<|im_start|>${role}\n${text}${written.join('')}<|im_end|>\n`;
  });
  return `<|im_start|>system\n${intro}<|im_end|>\n${turns.join('')}<|im_start|>assistant\n`;
};

/** Everything as JSON that is escaped to ASCII, as a server in Python would dump it. */
const dumped: Template = ({ messages, tools }) => {
  const turns = messages.map(({ role, content, calls }) => {
    const text = role === 'tool' ? ascii(JSON.stringify(content)) : content;
    return `${role}: ${text}${calls
      .map((call) => `\n${call.name}(${ascii(JSON.stringify(call.arguments))})`)
      .join('')}\n`;
  });
  return `${tools.map((tool) => ascii(JSON.stringify(tool, null, 4))).join('\n')}\n${turns.join('')}`;
};

function rewritten(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 4);
  } catch {
    return JSON.stringify(text);
  }
}

function ascii(json: string): string {
  return json.replaceAll(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export const TEMPLATES: Readonly<Record<string, Template>> = { llama, chatml, dumped };
