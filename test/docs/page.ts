import { readFileSync } from 'node:fs';

/** A page of the documentation, by its path from the project's folder. */
export function readPage(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

/** The fenced blocks that are marked with these words: ```` ```sh tour ````. */
export function blocks(page: string, info: string): string[] {
  const fence = new RegExp(`^\`\`\`${info}\\n([\\s\\S]*?)^\`\`\`$`, 'gm');
  return [...page.matchAll(fence)].map(([, body = '']) => body);
}

/** What a block of output that is shown stands for: `…` is anything within a line. */
export function shown(block: string): RegExp {
  const lines = block.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '[^\\n]*');
  return new RegExp(`^${lines}$`);
}
