import type {
  ChatCompletionMessage,
  ChatCompletionTokenLogprob,
} from 'openai/resources/chat/completions';
import type {
  ResponseOutputMessage,
  ResponseOutputRefusal,
  ResponseOutputText,
  ResponseTextDeltaEvent,
} from 'openai/resources/responses/responses';
import type { Filled, Samples, Whole } from '../whole.js';

export const ANSWER =
  'Ada Lovelace wrote the first published program, for a machine that was never built.';
export const REFUSAL = "I'm sorry, but I can't help with that request.";
/** What a model was told to write by a schema with `name` and `born`. */
export const STRUCTURED = '{"name":"Ada Lovelace","born":1815}';

const bytesOf = (text: string): number[] => [...new TextEncoder().encode(text)];

/** One token with the one that it was chosen over. */
export function logprobOf(token: string): Filled<ChatCompletionTokenLogprob> {
  const top = { token, bytes: bytesOf(token), logprob: -0.0312 };
  return { ...top, top_logprobs: [top, { ...top, token: ' The', logprob: -3.4062 }] };
}

/** In a delta, the Responses API leaves the bytes out. */
export function deltaLogprobOf(token: string): Filled<ResponseTextDeltaEvent.Logprob> {
  const { bytes: _, top_logprobs, logprob } = logprobOf(token);
  return {
    token,
    logprob,
    top_logprobs: top_logprobs.map((top) => ({ token: top.token, logprob: top.logprob })),
  };
}

export const CHAT_ANNOTATION: Filled<ChatCompletionMessage.Annotation> = {
  type: 'url_citation',
  url_citation: {
    start_index: 0,
    end_index: 12,
    title: 'Ada Lovelace, mathematician',
    url: 'https://example.com/ada?utm_source=openai',
  },
};

export const ANNOTATIONS: Samples<ResponseOutputText['annotations'][number]> = {
  url_citation: {
    type: 'url_citation',
    start_index: 0,
    end_index: 12,
    title: 'Ada Lovelace, mathematician',
    url: 'https://example.com/ada?utm_source=openai',
  },
  file_citation: { type: 'file_citation', file_id: 'file-9a1', filename: 'ada.pdf', index: 12 },
  container_file_citation: {
    type: 'container_file_citation',
    container_id: 'cntr_68f0',
    file_id: 'cfile_68f1',
    filename: 'plot.png',
    start_index: 0,
    end_index: 12,
  },
  file_path: { type: 'file_path', file_id: 'file-9a2', index: 0 },
};

export const CONTENT: Samples<ResponseOutputText | ResponseOutputRefusal> = {
  output_text: {
    type: 'output_text',
    text: ANSWER,
    annotations: Object.values(ANNOTATIONS),
    logprobs: [logprobOf('Ada'), logprobOf(' Lovelace')],
  },
  refusal: { type: 'refusal', refusal: REFUSAL },
};

/** A message item with this content. */
export function messageItem(
  content: ResponseOutputMessage['content'],
  phase: ResponseOutputMessage['phase'] = 'final_answer',
): Whole<ResponseOutputMessage> {
  return {
    id: 'msg_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b',
    type: 'message',
    role: 'assistant',
    status: 'completed',
    phase: phase ?? null,
    content: content as Whole<ResponseOutputMessage['content']>,
  };
}

/** Plain text as most answers have it: no annotations, no logprobs asked for. */
export function plainText(text: string): Whole<ResponseOutputText> {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}
