import picocolors from 'picocolors';
import type { Output } from '../io.js';

export type Style = ReturnType<typeof picocolors.createColors>;

/** Colours for a terminal, and none for a pipe or where `NO_COLOR` is set. */
export function styleFor(output: Output): Style {
  return picocolors.createColors(output.hasColors);
}
