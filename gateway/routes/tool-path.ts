import { Problem } from '../api/problem.js';

const TOOL_PATH = /^\/tools\/([^/?]+)(\/[^?]*)?(\?.*)?$/;

/**
 * What another server may read as other path segments than the ones that stand here: encoded
 * slashes, backslashes and dots, once or twice; empty and dot segments, with a path parameter
 * (`/..;/`) too; and a fragment.
 */
const DISGUISED = /%(?:25)*(?:2f|5c|2e|00)|[\\#]|\/\/|\/\.\.?(?:\/|;|%(?:25)*3b|$)/i;

export interface ToolPath {
  readonly name: string;
  /** As it was sent: what stands behind the name, empty or from its slash on. */
  readonly below: string;
  /** With its question mark, or empty. */
  readonly query: string;
}

/** @throws {Problem} `invalid_request` for a path that could be read in two ways */
export function readToolPath(url: string): ToolPath {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  const [, spelled = '', below = '', query = ''] = TOOL_PATH.exec(url.slice(start)) ?? [];
  if (DISGUISED.test(spelled) || DISGUISED.test(below)) {
    throw new Problem('invalid_request', {
      message: 'The path holds a dot segment, an empty one, or an encoded slash, backslash or dot.',
    });
  }
  try {
    // Only looked at: a slash in a form that is not UTF-8 is a slash to some.
    decodeURIComponent(below);
    return { name: decodeURIComponent(spelled), below, query };
  } catch {
    throw new Problem('invalid_request', { message: 'The path is not UTF-8.' });
  }
}
