import { fileURLToPath } from 'node:url';

/** The list that comes with this version: an absolute path. */
export const SHIPPED_PRICES = fileURLToPath(new URL('../../prices.yaml', import.meta.url));
