/** In pieces of four characters at the most, as long as a token of English is; none is cut in two. */
export function cut(text: string): string[] {
  return text.match(/.{1,4}/gsu) ?? [];
}
