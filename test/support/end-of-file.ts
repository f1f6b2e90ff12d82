const ends: (() => void)[] = [];

/**
 * Runs when the tests of the file are through, however they end. A hook that a shared module registers by
 * itself would run for the first file that imports it, and for no other: files of one worker share modules.
 */
export function atEndOfFile(end: () => void): void {
  ends.push(end);
}

/** For the set-up of each file. */
export function endFile(): void {
  for (const end of ends.splice(0).reverse()) end();
}
