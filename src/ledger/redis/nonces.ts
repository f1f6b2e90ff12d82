/** 16 hex digits that no two calls of any process have in common: some of the process, and a count. */
export function createNonces(randomBytes: (length: number) => Uint8Array): () => string {
  const prefix = Buffer.from(randomBytes(5)).toString('hex');
  let count = Buffer.from(randomBytes(3)).readUIntBE(0, 3);
  return () => {
    count = (count + 1) % 0x1_00_00_00;
    return prefix + count.toString(16).padStart(6, '0');
  };
}
