import type { Dispatcher } from 'undici';
import type { Leaving } from '../leaving.js';
import { ArrivingBody } from './arriving-body.js';
import { UpstreamError, type UpstreamFailure, type UpstreamResponse } from './types.js';

export interface ExchangeListener {
  /** The headers have come. */
  answered(response: UpstreamResponse): void;
  /** Before any answer; after it, reading the body fails. */
  failed(error: Error): void;
  /** Nothing more will come. */
  ended(): void;
}

/** One request and its answer, as undici tells of them. It is aborted when the caller leaves. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #leaving: Leaving;
  readonly #listener: ExchangeListener;
  #controller: Dispatcher.DispatchController | undefined;
  #body: ArrivingBody | undefined;
  readonly #left = (): void => this.#controller?.abort(new Error('the caller left'));

  constructor(leaving: Leaving, listener: ExchangeListener) {
    this.#leaving = leaving;
    this.#listener = listener;
    leaving.addEventListener('abort', this.#left);
  }

  /** A connection was found: until then a call whose caller left waits for one, too. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#leaving.aborted) this.#left();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: UpstreamResponse['headers'],
  ): void {
    // 1xx only says that an answer will come.
    if (status < 200) return;
    const body = new ArrivingBody(controller);
    this.#body = body;
    this.#listener.answered({ status, headers, body });
  }

  onResponseData(_controller: Dispatcher.DispatchController, piece: Uint8Array): void {
    this.#body?.push(piece);
  }

  onResponseEnd(): void {
    this.#leaving.removeEventListener('abort', this.#left);
    this.#listener.ended();
    this.#body?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#leaving.removeEventListener('abort', this.#left);
    this.#listener.ended();
    if (this.#body === undefined) this.#listener.failed(error);
    else this.#body.fail(toUpstreamError(error));
  }
}

export function toUpstreamError(error: unknown): UpstreamError {
  return new UpstreamError(failureOf(error), { cause: error });
}

function failureOf(error: unknown): UpstreamFailure {
  const { code } = error as { readonly code?: string };
  const isTimeout = code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
  return isTimeout ? 'timeout' : 'failed';
}
