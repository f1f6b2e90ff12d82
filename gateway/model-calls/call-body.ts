import { Problem } from '../api/problem.js';
import { parseJsonObject } from '../body.js';
import type { Fields } from '../providers/fields.js';
import { isModelName, MODEL_NAME } from '../providers/model-name.js';
import { DEFAULT_MODERATION } from '../providers/openai/moderations.js';
import { speechCharacters } from '../providers/openai/speech.js';
import { readModelRequest } from '../providers/read.js';
import {
  type Api,
  isFree,
  type ModelRequest,
  type RecalledTokens,
  type RequestRules,
} from '../providers/request.js';
import { type Places, placesIn } from '../providers/sent.js';
import { namedIds } from './recall.js';

/** By what a body is read, besides itself. */
export interface ReadingTerms {
  readonly api: Api;
  readonly model: string;
  /** The caller's. */
  readonly headers: Headers;
  /** Of the upstream that serves the call. */
  readonly rules: RequestRules;
  /** What is known of the ids that the request names. */
  readonly recalled?: RecalledTokens;
}

/** The body of a model call: what of it a plan asks for, wherever it was read. */
export interface CallBody {
  readonly bytes: Uint8Array;
  /** @throws {Problem} `invalid_request`, `price_unknown`, `stored_unknown` */
  request(terms: ReadingTerms): ModelRequest;
  /** Characters that are to be spoken. Of a request that was read. */
  characters(): number;
  /** Where the request's missing limits are written. */
  places(request: ModelRequest): Places;
}

/** A body of which only what routes a call is read: which model, and what the provider keeps. */
export interface OpenBody {
  readonly model: string;
  /** By which a request brings in what does not stand in it ({@link namedIds}). */
  readonly ids: readonly string[];
  /** The whole of it. At once, unless another thread reads it. */
  read(terms: ReadingTerms): CallBody | Promise<CallBody>;
  /** Called once, whether it was read or not. */
  leave(): void;
}

/**
 * Parses a body, in this thread.
 * @throws {Problem} `invalid_request`
 */
export function openBody(api: Api, bytes: Uint8Array): BodyHere {
  const fields = parseJsonObject(bytes);
  return new BodyHere(bytes, fields, readModel(fields, api), namedIds(api, fields));
}

/** A body that is read in this thread. */
export class BodyHere implements OpenBody, CallBody {
  readonly bytes: Uint8Array;
  readonly model: string;
  readonly ids: readonly string[];
  readonly #fields: Fields;

  constructor(bytes: Uint8Array, fields: Fields, model: string, ids: readonly string[]) {
    this.bytes = bytes;
    this.#fields = fields;
    this.model = model;
    this.ids = ids;
  }

  read(): this {
    return this;
  }

  leave(): void {}

  request({ api, model, headers, rules, recalled }: ReadingTerms): ModelRequest {
    // A moderation need not name its model.
    const fields = isFree(api) ? { ...this.#fields, model } : this.#fields;
    return readModelRequest(api, { bytes: this.bytes, fields }, headers, rules, recalled);
  }

  characters(): number {
    return speechCharacters(this.#fields);
  }

  places(request: ModelRequest): Places {
    return placesIn(request, this.bytes);
  }
}

/** The only API whose model has a name that is meant where none is said. */
function readModel({ model }: Fields, api: Api): string {
  if ((model === undefined || model === null) && api === 'moderations') return DEFAULT_MODERATION;
  if (!isModelName(model)) {
    throw new Problem('invalid_request', {
      message: `model: expected ${MODEL_NAME}.`,
      param: 'model',
    });
  }
  return model;
}
