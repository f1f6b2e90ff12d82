import { z } from 'zod';
import { MAIN_OPERATOR, SCOPES } from '../operator/keys.js';
import { readOperatorName, readPath, readTenant } from './grammar.js';
import { section, text } from './shapes.js';

/** Operator keys that can do less than everything. */

function listOf<T extends z.ZodType>(item: T, error: string) {
  return z
    .array(item, { error })
    .min(1, { error })
    .refine((items) => new Set(items).size === items.length, { error: 'each of them once' });
}

const scopeError = `a list of ${SCOPES.join(', ')}`;

const operatorKey = section({
  name: text(readOperatorName, 'a name such as dashboard'),
  keyFile: text(readPath, 'the path of a file').optional(),
  key: z.string({ error: `\${NAME} of the environment` }).optional(),
  scope: listOf(z.enum(SCOPES, { error: `one of ${SCOPES.join(', ')}` }), scopeError),
  tenants: listOf(
    text(readTenant, 'a tenant such as main'),
    'a list of tenants, or none',
  ).optional(),
})
  .refine(({ keyFile, key }) => keyFile !== undefined || key !== undefined, {
    path: ['keyFile'],
    error: `the path of a file, or key: \${NAME} in its place`,
    params: { found: 'no key' },
  })
  .refine(({ keyFile, key }) => keyFile === undefined || key === undefined, {
    path: ['key'],
    error: 'one of them',
    params: { found: 'both keyFile and key' },
  });

export const operatorKeys = z
  .array(operatorKey, { error: 'a list of maps of name, keyFile, scope and tenants' })
  .superRefine((keys, context) => {
    const seen = new Set<string>([MAIN_OPERATOR]);
    for (const [i, { name }] of keys.entries()) {
      const isMain = name === MAIN_OPERATOR;
      if (seen.has(name)) {
        context.addIssue({
          code: 'custom',
          path: [i, 'name'],
          message: isMain
            ? 'a name that operatorKey does not have'
            : 'a name of its own for each key',
          params: { found: `the name ${JSON.stringify(name)}${isMain ? '' : ' twice'}` },
        });
      }
      seen.add(name);
    }
  });
