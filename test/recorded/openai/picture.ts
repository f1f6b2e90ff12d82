import { opaque } from '../opaque.js';

/** A picture of 1024 × 768, as far as its header goes. */
export const PNG = `iVBORw0KGgoAAAANSUhEUgAABAAAAAMACAYAAAC6uhUN${opaque('png', 400)}`;
export const PNG_URL = `data:image/png;base64,${PNG}`;
