import { Problem } from '../api/problem.js';
import { isPlainPath, isUnder } from '../upstream/path-pattern.js';

/** What a tool may be called with, where the configuration says so. */
export interface ToolLists {
  /** In capitals. HEAD goes where GET does. */
  readonly methods?: readonly string[];
  /** Such as `/v1/search`, or `/v1/*` for whatever is below it; `/` is the tool's own URL. */
  readonly paths?: readonly string[];
}

const TOOL_METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * @param below what the path has behind the tool's name, as it was sent
 * @throws {Problem} `method_not_allowed`, `not_routed`, or `invalid_request` for a path that another server
 *   could read as another one
 */
export function checkListed({ methods, paths }: ToolLists, method: string, below: string): void {
  const allowed = methods === undefined ? TOOL_METHODS : withHead(methods);
  if (!allowed.includes(method)) {
    const message = `This tool takes ${allowed.join(', ')}; found ${method}.`;
    throw new Problem('method_not_allowed', { message, allow: allowed });
  }
  if (paths === undefined) return;
  const path = below === '' ? '/' : below;
  if (!isPlainPath(path)) {
    throw new Problem('invalid_request', {
      message:
        'The path holds what can be written plainly and is not, or a parameter behind a semicolon: ' +
        "this tool's paths are limited by a list, and are compared as they are written.",
    });
  }
  if (paths.some((pattern) => isUnder(pattern, path))) return;
  throw new Problem('not_routed', { message: 'This tool has no such path in its list.' });
}

/** RFC 9110 §9.3.2: the same as GET, without the content. */
function withHead(methods: readonly string[]): readonly string[] {
  const hasHead = methods.includes('HEAD') || !methods.includes('GET');
  return hasHead ? methods : [...methods, 'HEAD'];
}
