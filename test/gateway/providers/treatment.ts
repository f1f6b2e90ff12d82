import { describe, expect, it } from 'vitest';
import { Problem } from '../../../gateway/api/problem.js';
import type { Api, ModelRequest } from '../../../gateway/providers/request.js';
import { COUNTING, read } from './support.js';

/** How the gateway takes a field of a request into account. */
export type Treatment =
  /** It passes, and the bound is as it was. */
  | 'free'
  /** It passes, and what it says counts as input. */
  | 'counted'
  /** It passes, and the bound has more than its text: output, runs, tiers, what is kept elsewhere. */
  | 'bounded'
  /** It passes as a name that nobody has looked at: no field of an SDK should. */
  | 'unknown'
  /** Without it there is no request. */
  | 'required'
  /** It is refused by its name. */
  | 'refused';

/** What of a request bounds its cost, beside the tokens that stand in it. */
const BOUNDING = [
  'outgrows',
  'contextTokens',
  'rounds',
  'runTokens',
  'compactions',
  'output',
  'extraOutputTokens',
  'thinkingTokens',
  'isLongContext',
  'choices',
  'cacheWrites',
  'serverTools',
  'tiers',
  'writes',
] as const satisfies readonly (keyof ModelRequest)[];

/**
 * How a field is treated: the request with it is compared to the one without.
 * @param name as the refusal of it has to say
 */
export function treatmentOf(
  api: Api,
  name: string,
  { having, lacking }: { readonly having: unknown; readonly lacking: unknown },
): Treatment | string {
  const before = attempt(api, lacking);
  const after = attempt(api, having);
  if (typeof after === 'string') {
    const [code, param = ''] = after.split(' ');
    return names(param, name) ? 'refused' : `${code} elsewhere: ${param}`;
  }
  if (typeof before === 'string') return 'required';
  if (after.unknown.length > before.unknown.length) return 'unknown';
  if (boundOf(after) !== boundOf(before)) return 'bounded';
  return after.inputTokens === before.inputTokens ? 'free' : 'counted';
}

function attempt(api: Api, body: unknown): ModelRequest | string {
  try {
    return read(api, body, { rules: COUNTING });
  } catch (error) {
    if (error instanceof Problem) return `${error.code} ${error.details.param}`;
    throw error;
  }
}

function boundOf(request: ModelRequest): string {
  return JSON.stringify(BOUNDING.map((name) => request[name]));
}

/** Whether a refusal's path names the field: `tools[0].filters.x` names `filters`. */
function names(path: string, name: string): boolean {
  return path
    .replaceAll(/\[\d+\]/g, '')
    .split('.')
    .includes(name);
}

type AllKeys<T> = T extends unknown ? keyof T : never;

/** Of one kind: refused as a whole, or field by field. What tells the kind is no field of its own. */
type Row<T> = 'refused' | { readonly [Key in Exclude<AllKeys<T>, 'type' | 'role'>]: Treatment };

/** A row for each kind that the SDK knows: a new kind, or a new field of one, does not compile. */
export type Rows<Samples> = { readonly [Kind in keyof Samples]: Row<Samples[Kind]> };

export interface Place<Samples> {
  readonly api: Api;
  /** Every kind with all of its fields. */
  readonly samples: Samples;
  readonly rows: Rows<Samples>;
  /** A request with one of them in its place. */
  readonly body: (sample: object, kind: string) => object;
}

/** Holds each field to its row: with all the others that pass, it is put in and left out. */
export function describeKinds<Samples extends Readonly<Record<string, object>>>(
  title: string,
  { api, samples, rows, body }: Place<Samples>,
): void {
  describe(title, () => {
    for (const [kind, row] of Object.entries(rows) as [string, Row<Fields>][]) {
      const sample: Fields = { ...samples[kind] };
      if (row === 'refused') {
        it(`${kind} is refused`, () =>
          expect(attempt(api, body(sample, kind))).toBeTypeOf('string'));
        continue;
      }
      const passing = Object.entries(sample)
        .filter(([name]) => row[name] !== 'refused')
        .map(([name, value]) => [name, name === MARK ? value : unmarked(value)] as const);
      it.each(Object.entries(row))(`${kind}: %s`, (name, treatment) => {
        const others = passing.filter(([other]) => other !== name);
        const lacking = body(Object.fromEntries(others), kind);
        const having = body({ ...Object.fromEntries(others), [name]: sample[name] }, kind);
        expect(treatmentOf(api, name, { having, lacking })).toBe(treatment);
      });
    }
  });
}

const MARK = 'cache_control';

/** Without the marks of a cache inside, which would hide what a mark outside of it does. */
function unmarked(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(unmarked);
  const fields = Object.entries(value).filter(([name]) => name !== MARK);
  return Object.fromEntries(fields.map(([name, inner]) => [name, unmarked(inner)]));
}

type Fields = Readonly<Record<string, unknown>>;
