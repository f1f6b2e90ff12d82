import { Problem } from '../api/problem.js';
import type { ErrorShape } from '../api/problem-response.js';
import { describeServed, findServed, SERVED } from './served.js';

/** Routes of the providers that take files. */
const UPLOADS =
  /\/(?:audio\/(?:transcriptions|translations)|files|images\/(?:edits|variations)|uploads|skills|vector_stores\/[^/]+\/files)(?:\/|$)/;

const MAX_SHOWN = 100;

/**
 * The 404 of a route that nobody priced. It names what was asked for, and says what is served there
 * instead: uploads are refused by name, a base URL that lacks `/v1` or has it twice is told apart.
 * @param path as it was asked for, without the query
 * @param shape of the provider whose API the path is of; undefined where it is of none
 */
export function notServed(
  method: string,
  path: string,
  headers: Headers,
  shape: ErrorShape | undefined,
): Problem {
  const message = `${describeAsked(method, path)} ${explain(method, path, headers, shape)}`;
  return new Problem('not_routed', { message });
}

/** The same on the operator's own listener, where no agent is served. */
export function notServedToOperator(method: string, path: string): Problem {
  const why = "This is the listener of the operator's API; agents call another.";
  return new Problem('not_routed', { message: `${describeAsked(method, path)} ${why}` });
}

function describeAsked(method: string, path: string): string {
  return `${method.slice(0, 16)} ${show(path)} is not served here.`;
}

function explain(
  method: string,
  path: string,
  headers: Headers,
  shape: ErrorShape = 'openai',
): string {
  const isForm = /^multipart\//i.test(headers.get('content-type') ?? '');
  const isFile = method !== 'GET' && UPLOADS.test(path);
  if (isForm || isFile) return 'Uploads (multipart/form-data, files) are not taken for now.';
  if (path.startsWith('/bursar/'))
    return 'The routes of the gateway itself begin with /bursar/v1/.';
  const here = findServed(path);
  if (here !== undefined) return `This path takes ${here.methods.join(' and ')}.`;
  const meant = findMeant(path);
  if (meant !== undefined) return suggest(path, meant);
  const served = SERVED.filter(({ shapes }) => shapes.includes(shape)).map(describeServed);
  return `Served: ${served.join(', ')}.`;
}

/** The path as a client with another base URL would have written it. */
function findMeant(path: string): string | undefined {
  const clean = path.toLowerCase().replaceAll(/\/+/g, '/').replace(/\/$/, '');
  const below = clean.replace(/^(?:\/[^/]+)*?(?=\/v1(?:\/|$))/, '').replace(/^(?:\/v1)+/, '');
  return [`/v1${below}`, `/v1${clean}`].find((one) => findServed(one) !== undefined);
}

function suggest(path: string, meant: string): string {
  const question = `Did you mean ${show(meant)}?`;
  const base =
    'Set the base URL to that of this gateway with /v1 behind it; for SDKs that add /v1 themselves, ' +
    "as Anthropic's do, without it.";
  if (/^\/v1\/+v1(?:\/|$)/i.test(path)) return `${question} /v1 is there twice. ${base}`;
  if (!/^\/v1(?:\/|$)/i.test(path)) return `${question} ${base}`;
  return question;
}

function show(path: string): string {
  return path.length > MAX_SHOWN ? `${path.slice(0, MAX_SHOWN)}…` : path;
}
