import type { RecordedAnswer } from '../answer.js';
import { BLOCKS } from './blocks.js';
import { MESSAGE_ANSWERS, toolResult } from './messages.js';
import { DOCUMENT_SOURCES, IMAGE_SOURCES, RESULT_PARTS } from './params.js';

const CALL = MESSAGE_ANSWERS.find(({ name }) => name === 'messages/a tool call');
if (CALL === undefined) throw new Error('no tool call is recorded');

const { image: IMAGE, document: DOCUMENT, search_result: FOUND } = RESULT_PARTS;
const uncited = { citations: { enabled: false } };

/** Documents whose own bytes say little of their tokens: pages that are pictures, or that lie elsewhere. */
const UNBOUNDED = new Set(['base64', 'url', 'file']);

type Part = readonly [label: string, part: object, isWhole: boolean];

const PARTS: readonly Part[] = [
  ...Object.entries(RESULT_PARTS)
    .filter(([type]) => type !== 'document' && type !== 'search_result')
    .map(([type, part]): Part => [type, part, true]),
  ...Object.entries(IMAGE_SOURCES).map(
    ([type, source]): Part => [`an image by ${type}`, { ...IMAGE, source }, true],
  ),
  ...Object.entries(DOCUMENT_SOURCES).map(
    ([type, source]): Part => [
      `a document by ${type}`,
      { ...DOCUMENT, ...uncited, source },
      !UNBOUNDED.has(type),
    ],
  ),
  ['a search result', { ...FOUND, ...uncited }, true],
  // What is marked for citations is cut into pieces by the provider.
  ['a document to cite', DOCUMENT, false],
  ['a search result to cite', FOUND, false],
];

/** A call with all that a client's tools can answer. */
export const ANTHROPIC_TOOL_RESULTS: readonly RecordedAnswer[] = PARTS.map(
  ([label, part, isWhole]) => ({
    ...CALL,
    name: `messages/a tool answers ${label}`,
    results: [toolResult(BLOCKS.tool_use.id, [part])],
    extent: isWhole ? 'bytes' : 'reference',
  }),
);
