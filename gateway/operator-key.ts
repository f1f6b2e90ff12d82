import { hash, timingSafeEqual } from 'node:crypto';

/**
 * Tells whether a presented bearer is the operator's key. Both are hashed first, so the time it
 * takes says nothing of the key, its length included; and the key itself is not kept.
 * @param operatorKey already found strong enough (see `config/secrets.ts`).
 */
export function operatorKeyCheck(operatorKey: string): (presented: string) => boolean {
  const expected = sha256(operatorKey);
  return (presented) => timingSafeEqual(sha256(presented), expected);
}

function sha256(text: string): Buffer {
  return hash('sha256', Buffer.from(text, 'utf8'), 'buffer');
}
