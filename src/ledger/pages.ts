import { type Ledger, MAX_PAGE, type RootState } from './contract.js';

/** Every root behind one, a page at a time, in the order of {@link Ledger.roots}. */
export async function* eachRoot(
  ledger: Pick<Ledger, 'roots'>,
  after?: string,
): AsyncGenerator<RootState> {
  for (let from = after, isLast = false; !isLast; ) {
    const page = await ledger.roots(MAX_PAGE, from);
    yield* page;
    const last = page.at(-1);
    isLast = last === undefined || page.length < MAX_PAGE;
    from = last && rootNameOf(last);
  }
}

/** `TENANT/ROOTID`: what a page behind this root is asked for with. */
export function rootNameOf({ genesis }: RootState): string {
  return `${genesis.tenant}/${genesis.rootId}`;
}
