import type { Redis } from 'ioredis';
import { isFunctionMissing, isLibraryThere } from './failure.js';
import { functionName, LIBRARY, type Operation } from './scripts.js';

type Arguments = readonly (string | number)[];

/** Has a command sent, and answers when its answer counts. */
export type Send = <T>(command: () => Promise<T>) => Promise<T>;

/**
 * Runs a function of the library, which is loaded first where the server does not have it: a new one,
 * or one that took over before the library reached it. A replica gets it from its primary.
 */
export async function runFunction(
  redis: Redis,
  operation: Operation,
  keys: readonly string[],
  args: Arguments,
  send: Send,
): Promise<unknown> {
  const name = functionName(operation);
  try {
    return await send(() => redis.fcall(name, keys.length, ...keys, ...args));
  } catch (error) {
    if (!isFunctionMissing(error)) throw error;
    return send(() => loadAndRun(redis, name, keys, args, error));
  }
}

/**
 * Both as one transaction, with no other's command between them: so it does not matter how often the
 * store is told to forget its functions.
 */
async function loadAndRun(
  redis: Redis,
  name: string,
  keys: readonly string[],
  args: Arguments,
  missing: unknown,
): Promise<unknown> {
  const results = await redis
    .multi()
    .function('LOAD', LIBRARY.body)
    .fcall(name, keys.length, ...keys, ...args)
    .exec();
  if (!Array.isArray(results) || results.length !== 2) throw missing;
  const [[notLoaded] = [null], [refused, answer] = [null, undefined]] = results;
  // Another gateway may have been faster with the library.
  if (notLoaded !== null && !isLibraryThere(notLoaded)) throw notLoaded;
  if (refused !== null) throw refused;
  return answer;
}
