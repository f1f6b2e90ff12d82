import type { JournalHead } from '../contract.js';
import { isIntact, readLine } from './chain.js';

interface Link {
  readonly hash: string;
  readonly previous: string;
}

/**
 * Of lines with one number, or that one was exchanged for: the hashes of those that the chain to a head does not
 * go through. Told from the head backwards, since each line names the one before it. Where a line is not there,
 * nobody can tell of those before it.
 */
export async function offChain(
  texts: AsyncIterable<string>,
  anchor: JournalHead,
): Promise<ReadonlySet<string>> {
  const links = new Map<number, Link[]>();
  for await (const text of texts) {
    const line = readLine(text);
    if (line === undefined || line.number > anchor.number || !isIntact(text, line)) continue;
    const { number, hash, previous } = line;
    const same = links.get(number);
    if (same === undefined) links.set(number, [{ hash, previous }]);
    else same.push({ hash, previous });
  }
  const off = new Set<string>();
  let expected: string | undefined = anchor.hash;
  for (let number = anchor.number; number > 0; number--) {
    const here = links.get(number) ?? [];
    const its = here.find(({ hash }) => hash === expected);
    // The first of the chain stands where a line behind it was lost: then whatever is there may be it.
    if (its !== undefined) for (const { hash } of here) if (hash !== its.hash) off.add(hash);
    expected = its?.previous;
  }
  return off;
}
