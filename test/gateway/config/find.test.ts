import { describe, expect, it } from 'vitest';
import { type FindOptions, findConfig, requireConfig } from '../../../gateway/config/find.js';
import { memoryFiles } from './memory-files.js';

const IN_FOLDER = '/home/a/bursar.yaml';
const BELOW = '/home/a/.bursar/bursar.yaml';

function options(existing: readonly string[], given: Partial<FindOptions> = {}): FindOptions {
  const files = memoryFiles(Object.fromEntries(existing.map((path) => [path, { text: '' }])));
  return { env: {}, cwd: '/home/a', files, ...given };
}

describe('the configuration', () => {
  it.each([
    ['in the folder before the one below it', [BELOW, IN_FOLDER], {}, IN_FOLDER],
    ['below it otherwise', [BELOW], {}, BELOW],
    [
      'of the environment before both',
      [IN_FOLDER],
      { env: { BURSAR_CONFIG: 'e.yaml' } },
      '/home/a/e.yaml',
    ],
    [
      'of the command line before all',
      [IN_FOLDER],
      { flag: '../f.yaml', env: { BURSAR_CONFIG: 'e' } },
      '/home/f.yaml',
    ],
    [
      'that is named, whether it is there or not',
      [IN_FOLDER],
      { flag: '/none.yaml' },
      '/none.yaml',
    ],
    ['where the variable is empty', [IN_FOLDER], { env: { BURSAR_CONFIG: '' } }, IN_FOLDER],
    ['nowhere', ['/home/bursar.yaml'], {}, undefined],
  ])('is the one %s', (_, existing, given, file) => {
    expect(findConfig(options(existing, given))).toBe(file);
  });

  it('that a command needs is asked for in one line', () => {
    expect(requireConfig(options([BELOW]))).toBe(BELOW);
    expect(() => requireConfig(options([]))).toThrow(
      '/home/a: found no configuration; expected bursar.yaml or .bursar/bursar.yaml here, ' +
        '--config FILE or $BURSAR_CONFIG; "bursar init" writes one',
    );
  });
});
