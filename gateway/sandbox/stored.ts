import { json, namedEvents, type SandboxAnswer, type SandboxEvent } from './answer.js';
import { openaiRefusal } from './errors.js';
import type { SandboxResponse } from './response-types.js';

interface Stored {
  readonly response: SandboxResponse;
  readonly events: readonly SandboxEvent[];
  /** As it was asked. */
  readonly input: unknown;
}

/** How many are kept, the oldest forgotten first, and how long one may be, in characters of JSON. */
const MOST = 200;
const MAX_LENGTH = 256 * 1024;

/** The responses that the sandbox made last, for who asks for one by its id. In memory. */
export class StoredResponses {
  readonly #kept = new Map<string, Stored>();

  keep(stored: Stored): void {
    if (JSON.stringify([stored.response, stored.input]).length > MAX_LENGTH) return;
    this.#kept.set(stored.response.id, stored);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST && oldest !== undefined) this.#kept.delete(oldest);
  }

  /** `/responses/{id}`, and what is below it. @param path without the query */
  answer(method: string, path: string, query: URLSearchParams): SandboxAnswer | undefined {
    const [, id = '', below = ''] = /^\/responses\/([\w-]+)(\/\w+)?$/.exec(path) ?? [];
    const ask = ROUTES[`${method} ${below}`];
    if (id === '' || ask === undefined) return undefined;
    const stored = this.#kept.get(id);
    if (stored === undefined) {
      return openaiRefusal(`Response with id '${id}' not found.`, null, 404);
    }
    if (method === 'DELETE') this.#kept.delete(id);
    return ask(stored, query);
  }
}

const ROUTES: Readonly<Record<string, (stored: Stored, query: URLSearchParams) => SandboxAnswer>> =
  {
    'GET ': ({ response, events }, query) => {
      if (query.get('stream') !== 'true') return json(200, response);
      const after = Number(query.get('starting_after') ?? -1);
      return namedEvents(events.slice(after + 1));
    },
    'DELETE ': ({ response: { id } }) => json(200, { id, object: 'response', deleted: true }),
    'POST /cancel': () => openaiRefusal('Cannot cancel a synchronous response.', null),
    'GET /input_items': ({ response: { id }, input }) => {
      const data = itemsOf(id, input);
      const first_id = data.at(0)?.id ?? null;
      const last_id = data.at(-1)?.id ?? null;
      return json(200, { object: 'list', data, first_id, last_id, has_more: false });
    },
  };

/** With an id each, the last one first, as the API lists them. */
function itemsOf(id: string, input: unknown): { readonly id: string }[] {
  const list = Array.isArray(input) ? input : [{ type: 'message', role: 'user', content: input }];
  return list
    .map((item: Readonly<Record<string, unknown>>, place) => {
      const { content } = item;
      const parts = typeof content === 'string' ? [{ type: 'input_text', text: content }] : content;
      const named = { type: 'message', ...item, id: `${id.replace('resp', 'item')}_${place}` };
      return parts === undefined ? named : { status: 'completed', ...named, content: parts };
    })
    .toReversed();
}
