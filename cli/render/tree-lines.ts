/** What stands before the name on a path of which every account has one child. */
export function indentation(level: number): string {
  return level === 0 ? '' : `${'   '.repeat(level - 1)}└─ `;
}

export interface TreeLine<T> {
  /** The lines that lead to the name: `│  └─ `. */
  readonly lead: string;
  readonly node: T;
}

/** A tree as lines, each parent before its children. */
export function treeLines<T extends { readonly children: readonly T[] }>(root: T): TreeLine<T>[] {
  return [{ lead: '', node: root }, ...linesBelow(root, '')];
}

function linesBelow<T extends { readonly children: readonly T[] }>(
  parent: T,
  lead: string,
): TreeLine<T>[] {
  return parent.children.flatMap((node, index) => {
    const isLast = index === parent.children.length - 1;
    return [
      { lead: `${lead}${isLast ? '└─ ' : '├─ '}`, node },
      ...linesBelow(node, `${lead}${isLast ? '   ' : '│  '}`),
    ];
  });
}
