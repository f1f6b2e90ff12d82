import { asWord, type FieldReader, ignored, oneOf, readShape, type Shape } from '../fields.js';

/** Writes of an hour are billed higher than those of five minutes, which are the default. */
export const cacheControl: FieldReader = (value, path, draft) => {
  // `scope` says who shares an entry, which changes no price.
  const shape: Shape = { type: oneOf('ephemeral'), ttl: ignored, scope: ignored };
  const ttl = readShape(value, path, shape, draft)['ttl'] ?? '5m';
  draft.writeCache(asWord(ttl, `${path}.ttl`, ['5m', '1h']) === '1h' ? 'long' : 'short');
};
