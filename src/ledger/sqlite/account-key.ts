/** `tenant/rootId` and the rest. Names come validated. */
export function splitAccount(name: string): { root: string; below: string } {
  const end = name.indexOf('/', name.indexOf('/') + 1);
  return end < 0
    ? { root: name, below: '' }
    : { root: name.slice(0, end), below: name.slice(end + 1) };
}
