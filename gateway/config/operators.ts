import { mainOperatorKey, type OperatorKey } from '../operator/keys.js';
import { ConfigError, type ConfigProblem } from './errors.js';
import type { FileReader } from './files.js';
import type { Environment } from './interpolate.js';
import { type LoadedConfig, readSettings } from './load.js';
import { pathBeside } from './paths.js';
import type { Settings } from './schema.js';
import { checkOperatorKey, readOperatorKey, SecretError } from './secrets.js';

type Files = Pick<FileReader, 'read'>;
type Named = NonNullable<Settings['operatorKeys']>[number];
const MAIN = ['operatorKeyFile', 'operatorKey'] as const;
type MainSettings = Pick<Settings, (typeof MAIN)[number]>;

/**
 * Every operator's key, `operatorKey` first.
 * @throws {ConfigError} with every mistake in them
 */
export function readOperatorKeys(
  loaded: LoadedConfig,
  settings: MainSettings & Pick<Settings, 'operatorKeys'>,
  files: Files,
): readonly OperatorKey[] {
  const problems: ConfigProblem[] = [];
  const keys: OperatorKey[] = [];
  const take = (read: () => OperatorKey | undefined, path: readonly PropertyKey[]) => {
    try {
      const key = read();
      if (key === undefined) return;
      const twin = keys.find((other) => other.key === key.key);
      if (twin !== undefined) throw new SecretError(`the key of ${twin.name}`, 'a key of its own');
      keys.push(key);
    } catch (error) {
      problems.push(...problemsOf(loaded, path, error));
    }
  };
  take(() => readMain(loaded, settings, files), [mainSetting(settings)]);
  for (const [i, named] of (settings.operatorKeys ?? []).entries()) {
    const path = ['operatorKeys', i, named.keyFile === undefined ? 'key' : 'keyFile'];
    take(() => readNamed(loaded, named, files), path);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return keys;
}

/**
 * The key by which a command asks a running gateway: `operatorKey`, which may everything, else the
 * first of `operatorKeys` that has the most of these scopes. Undefined where none has the first.
 * @throws {ConfigError}
 */
export function resolveOperatorKey(
  loaded: LoadedConfig,
  env: Environment,
  files: Files,
  scopes: readonly OperatorScope[],
): string | undefined {
  const main = readSettings(loaded, MAIN, env);
  const [needed] = scopes;
  try {
    const key = readMain(loaded, main, files);
    if (key !== undefined) return key.key;
  } catch (error) {
    throw new ConfigError(problemsOf(loaded, [mainSetting(main)], error));
  }
  const { operatorKeys = [] } = readSettings(loaded, ['operatorKeys'], env);
  const able = operatorKeys.filter(({ scope }) => needed !== undefined && scope.includes(needed));
  const best = able.find(({ scope }) => scopes.every((one) => scope.includes(one))) ?? able[0];
  if (best === undefined) return undefined;
  try {
    return readNamed(loaded, best, files).key;
  } catch (error) {
    throw new ConfigError(problemsOf(loaded, ['operatorKeys', operatorKeys.indexOf(best)], error));
  }
}

type OperatorScope = Named['scope'][number];

function mainSetting({ operatorKeyFile }: MainSettings) {
  return operatorKeyFile === undefined ? 'operatorKey' : 'operatorKeyFile';
}

/** @throws {SecretError} */
function readMain(
  loaded: LoadedConfig,
  { operatorKeyFile, operatorKey }: MainSettings,
  files: Files,
): OperatorKey | undefined {
  if (operatorKeyFile !== undefined) {
    return mainOperatorKey(readOperatorKey(pathBeside(loaded, operatorKeyFile), files));
  }
  return operatorKey === undefined ? undefined : mainOperatorKey(checkOperatorKey(operatorKey));
}

/** @throws {SecretError} */
function readNamed(
  loaded: LoadedConfig,
  { name, keyFile, key = '', scope, tenants }: Named,
  files: Files,
): OperatorKey {
  return {
    name,
    key:
      keyFile === undefined
        ? checkOperatorKey(key)
        : readOperatorKey(pathBeside(loaded, keyFile), files),
    scope: new Set(scope),
    tenants: tenants === undefined ? undefined : new Set(tenants),
  };
}

/** Says where in the configuration the refused key is named. */
function problemsOf(
  { document }: LoadedConfig,
  path: readonly PropertyKey[],
  error: unknown,
): ConfigProblem[] {
  if (!(error instanceof SecretError)) throw error;
  const { found, expected } = error;
  const at = document.valueAt(path);
  return [{ file: document.file, at, setting: path.join('.'), found, expected }];
}
