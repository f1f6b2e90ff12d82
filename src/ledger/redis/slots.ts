/** How a cluster divides its keys: https://redis.io/docs/reference/cluster-spec/#key-distribution-model */

export const SLOTS = 16_384;

/** CRC-16/XMODEM of each byte: polynomial 1021 (hex), nothing reflected, from 0. */
const CRC = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** The slot of a key: that of the text between its first braces, if there is any. */
export function slotOf(key: string): number {
  const open = key.indexOf('{');
  const close = open < 0 ? -1 : key.indexOf('}', open + 1);
  const hashed = close > open + 1 ? key.slice(open + 1, close) : key;
  let crc = 0;
  for (const byte of Buffer.from(hashed)) {
    crc = ((crc << 8) & 0xffff) ^ (CRC[(crc >> 8) ^ byte] ?? 0);
  }
  return crc % SLOTS;
}
