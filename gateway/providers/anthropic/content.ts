import {
  asFlag,
  asWord,
  byType,
  type FieldReader,
  ignored,
  json,
  listOf,
  oneOf,
  quoted,
  readShape,
  type Shape,
  shaped,
  text,
  textOr,
} from '../fields.js';

/** Writes of an hour are billed higher than those of five minutes, which are the default. */
export const cacheControl: FieldReader = (value, path, draft) => {
  const shape: Shape = { type: oneOf('ephemeral'), ttl: ignored };
  const ttl = readShape(value, path, shape, draft)['ttl'] ?? '5m';
  draft.writeCache(asWord(ttl, `${path}.ttl`, ['5m', '1h']) === '1h' ? 'long' : 'short');
};

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
    readShape(value, path, shape, draft);
    draft.countImage(path);
  },
});

/** What the provider has encrypted or fetches: of a length that the request does not show. */
const kept: FieldReader = (value, path, draft) => {
  draft.countMessage();
  draft.countJson(value);
  draft.outgrow(path);
};

const file: FieldReader = (_value, path, draft) => draft.outgrow(path);

function documentWith(ofText: FieldReader): FieldReader {
  return block({
    source: byType({
      text: shaped({ type: ignored, media_type: ignored, data: ofText }),
      content: shaped({
        type: ignored,
        content: textOr(listOf(byType({ text: block({ text: ofText }), image })), ofText),
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
  content: listOf(block({ text })),
  citations,
});

function blocksWith(ofText: FieldReader): Readonly<Record<string, FieldReader>> {
  return {
    text: block({ text: ofText, citations: ignored }),
    image,
    document: documentWith(ofText),
    search_result: searchResult,
  };
}

const toolResult = block({
  tool_use_id: text,
  is_error: ignored,
  content: textOr(listOf(byType(blocksWith(quoted))), quoted),
});

/** What a message may be made of: Anthropic API reference, "Create a Message". */
const BLOCKS: Readonly<Record<string, FieldReader>> = {
  ...blocksWith(text),
  tool_use: block({ id: text, name: text, input: json }),
  tool_result: toolResult,
  // What is shown is a summary; the signature holds the thinking itself.
  thinking: kept,
  redacted_thinking: kept,
  server_tool_use: block({ id: text, name: text, input: json }),
  web_search_tool_result: kept,
  web_fetch_tool_result: kept,
};

export const messages = listOf((value, path, draft) => {
  draft.countMessage();
  readShape(value, path, { role: text, content: textOr(listOf(byType(BLOCKS))) }, draft);
});

export const system = textOr(listOf(byType({ text: block({ text, citations: ignored }) })));
