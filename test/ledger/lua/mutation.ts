import { readdirSync, readFileSync } from 'node:fs';
import { LIBRARY } from '../../../src/ledger/redis/scripts.js';
import type { Case } from './case.js';
import { type Mutant, mutantsOf } from './mutants.js';
import { LuaStore } from './store.js';
import { SUITE } from './suite.js';

const SCRIPTS = new URL('../../../src/ledger/redis/lua/', import.meta.url);

export function allMutants(): Mutant[] {
  return readdirSync(SCRIPTS)
    .sort()
    .flatMap((file) => mutantsOf(file, readFileSync(new URL(file, SCRIPTS), 'utf8')));
}

export interface Verdict {
  readonly mutant: Mutant;
  /** The case that went red; undefined where the mutant got past all of them. */
  readonly caughtBy: string | undefined;
}

/** Runs the suite on each mutant up to the first red case, with so many stores side by side. */
export async function judge(mutants: readonly Mutant[], lanes: number): Promise<Verdict[]> {
  const originals = new Map(
    readdirSync(SCRIPTS).map((file) => [file, readFileSync(new URL(file, SCRIPTS), 'utf8')]),
  );
  const verdicts: Verdict[] = [];
  const queue = mutants.values();
  const lane = async () => {
    let store = await LuaStore.start();
    let order = SUITE;
    try {
      for (const mutant of queue) {
        const caught = await firstRed(store, bodyWith(mutant, originals), order);
        verdicts.push({ mutant, caughtBy: caught?.what });
        // What caught this one may well catch its neighbour.
        if (caught?.by !== undefined) order = [caught.by, ...order.filter((c) => c !== caught.by)];
        if (await store.isStuck()) {
          await store.dispose();
          store = await LuaStore.start();
        }
      }
    } finally {
      await store.dispose();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return verdicts;
}

function bodyWith({ file, text }: Mutant, originals: ReadonlyMap<string, string>): string {
  const original = originals.get(file) ?? '';
  const parts = LIBRARY.body.split(original);
  if (parts.length !== 2)
    throw new Error(`${file}: found ${parts.length - 1} times in the library`);
  return parts.join(text);
}

async function firstRed(
  store: LuaStore,
  body: string,
  order: readonly Case[],
): Promise<{ what: string; by?: Case } | undefined> {
  try {
    await store.load(body);
  } catch {
    return { what: 'being loaded' };
  }
  for (const one of order) {
    try {
      await one.run(store);
    } catch {
      return { what: one.name, by: one };
    }
  }
  return undefined;
}
