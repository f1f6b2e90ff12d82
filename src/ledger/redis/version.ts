/** A tenant's version, as the functions read and write it: `N:NONCE`. */
import type { Mark, TenantMark } from '../contract.js';

/** `0:-` where nothing was seen yet. */
export function versionText(mark: TenantMark | undefined): string {
  if (mark === undefined) return '0:-';
  return `${mark.version.sequence}:${mark.version.nonce}`;
}

export function readVersion(text: string): Mark {
  const colon = text.indexOf(':');
  return { sequence: Number(text.slice(0, colon)), nonce: text.slice(colon + 1) };
}
