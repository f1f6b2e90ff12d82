import type { Draft } from '../draft.js';
import {
  asFields,
  asFlag,
  asText,
  byType,
  counted,
  type FieldReader,
  ignored,
  json,
  label,
  listOf,
  quoted,
  readShape,
  type Shape,
  shaped,
  text,
  textOr,
} from '../fields.js';
import { passCounted, passUnread } from '../unlisted.js';
import { cacheControl } from './cache-control.js';
import { tool } from './tools.js';

/** Counted by itself. */
function block(shape: Shape): FieldReader {
  return (value, path, draft) => {
    draft.countMessage();
    readShape(value, path, { type: ignored, cache_control: cacheControl, ...shape }, draft);
  };
}

/** With citations the provider cuts a document into sentences and marks each. */
const citations = shaped({
  enabled: (value, path, draft) => {
    if (asFlag(value, path)) draft.outgrow(path);
  },
});

const image = block({
  source: (value, path, draft) => {
    const shape = {
      type: ignored,
      media_type: ignored,
      data: ignored,
      url: ignored,
      file_id: ignored,
    };
    const source = readShape(value, path, shape, draft);
    const isHere = source['type'] === 'base64';
    draft.countImage(path, undefined, isHere ? source['data'] : undefined);
  },
  transformations: ignored,
});

const file: FieldReader = (_value, path, draft) => draft.outgrow(path);

/** Text of a document or of what was found, which can tell where it was cited from itself. */
function quotedText(ofText: FieldReader): FieldReader {
  return block({ text: ofText, citations: counted });
}

function documentWith(ofText: FieldReader): FieldReader {
  return block({
    source: byType({
      text: shaped({ type: ignored, media_type: ignored, data: ofText }),
      content: shaped({
        type: ignored,
        content: textOr(listOf(byType({ text: quotedText(ofText), image })), ofText),
      }),
      // A PDF is billed by its text and by a picture of each page.
      base64: file,
      url: file,
      file,
    }),
    title: text,
    context: text,
    citations,
  });
}

const searchResult = block({
  source: text,
  title: text,
  content: listOf(quotedText(text)),
  citations,
});

/** The name of one of the request's own tools, whose description the model is then shown. */
const toolReference = block({ tool_name: label });

function blocksWith(ofText: FieldReader): Readonly<Record<string, FieldReader>> {
  return {
    text: block({ text: ofText, citations: counted, parsed: json }),
    image,
    document: documentWith(ofText),
    search_result: searchResult,
    tool_reference: toolReference,
    browser_state: block({ tabs: json, state_changes: json }),
  };
}

/** Who made a call: the model itself, or a program of its own. */
const caller = json;

const toolUse = block({ id: label, name: label, input: json, caller, toolset_name: label });

const toolResult = block({
  tool_use_id: label,
  is_error: ignored,
  toolset_name: label,
  content: textOr(listOf(byType(blocksWith(quoted))), quoted),
});

/**
 * What the model thought. The text that is shown can be a summary: what the provider reads again is
 * in the signature, or in what it has encrypted, which is never shorter than what it hides.
 */
const thinking = block({ thinking: label, signature: label, data: label });

/**
 * What a tool on the provider's side found. Encrypted parts are bounded by their bytes, and what is
 * named by a link or an id alone, by the context window.
 */
const found: FieldReader = (value, path, draft) => {
  draft.countMessage();
  passFound(value, path, draft);
};

function passFound(value: unknown, path: string, draft: Draft): void {
  const { content } = asFields(value, path);
  const hits: readonly unknown[] = Array.isArray(content) ? content : [];
  // The link of a search's hit is shown beside what was found there, and is not followed again.
  const isShown = hits.length > 0 && hits.every(isEncryptedHit);
  if (isShown) passCounted(value, path, draft);
  else passUnread(value, path, draft);
}

function isEncryptedHit(hit: unknown): boolean {
  const { encrypted_content: content } = (hit ?? {}) as { readonly encrypted_content?: unknown };
  return typeof content === 'string' && content !== '';
}

/** A summary of what came before, with the tools that were added and taken away in it. */
const compaction = block({
  content: text,
  encrypted_content: label,
  signature: label,
  tool_changes: listOf((value, path, draft) => toolChange(value, path, draft)),
});

/** A tool that comes in, or goes, in the middle of a conversation. */
const toolChange = block({
  tool: (value, path, draft) => {
    const { type, definition } = asFields(value, path);
    if (type !== 'tool_definition') {
      draft.countJson(value);
      return;
    }
    draft.countTool();
    tool(definition, `${path}.definition`, draft);
  },
});

/** What a message may be made of: Anthropic API reference, "Create a Message". */
const BLOCKS: Readonly<Record<string, FieldReader>> = {
  ...blocksWith(text),
  tool_use: toolUse,
  tool_result: toolResult,
  thinking,
  redacted_thinking: thinking,
  server_tool_use: toolUse,
  compaction,
  fallback: block({ from: json, to: json, trigger: json }),
  tool_addition: toolChange,
  tool_removal: toolChange,
  mcp_tool_use: block({ id: label, name: label, input: json, server_name: label, caller }),
  mcp_tool_result: toolResult,
  mcp_tool_listing: block({ mcp_server_name: label, tools: json }),
  web_search_tool_result: found,
  web_fetch_tool_result: found,
  advisor_tool_result: found,
  code_execution_tool_result: found,
  bash_code_execution_tool_result: found,
  text_editor_code_execution_tool_result: found,
  tool_search_tool_result: found,
  container_upload: found,
};

const content: FieldReader = textOr(listOf(byType(BLOCKS)));

export const messages = listOf((value, path, draft) => {
  draft.countMessage();
  const shape = { role: label, content, cache_control: cacheControl, output_config: json };
  readShape(value, path, { ...ANSWER, ...shape }, draft);
});

/** What a whole answer has beside its content, for clients that send it back as it came. */
const ANSWER: Shape = {
  id: ignored,
  type: ignored,
  model: ignored,
  stop_reason: ignored,
  stop_sequence: ignored,
  stop_details: ignored,
  usage: ignored,
  clear_at: ignored,
};

export const system = textOr(
  listOf(byType({ text: block({ text, citations: counted }) })),
  (value, path, draft) => draft.countSaid(asText(value, path)),
);
