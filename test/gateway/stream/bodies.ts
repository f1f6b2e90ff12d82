import { type UpstreamBody, UpstreamError } from '../../../gateway/upstream/types.js';

export interface TestBody extends UpstreamBody {
  /** How many chunks were asked for. */
  readonly asked: number;
  readonly destroyed: number;
}

/** What an upstream does next: gives bytes, breaks off, or never answers. */
export type Step = Uint8Array | 'breaks' | 'hangs';

/** A body that does these one by one, and behind the last comes its end. */
export function bodyOf(steps: Iterable<Step>): TestBody {
  let asked = 0;
  let destroyed = 0;
  const read = async function* (): AsyncGenerator<Uint8Array> {
    for (const step of steps) {
      asked += 1;
      if (destroyed > 0 || step === 'breaks') throw new UpstreamError('failed');
      if (step === 'hangs') await new Promise<void>(() => {});
      else yield step;
    }
  };
  return {
    get asked() {
      return asked;
    },
    get destroyed() {
      return destroyed;
    },
    bytes: async () => Buffer.concat(await collect(read())),
    destroy: () => {
      destroyed += 1;
    },
    [Symbol.asyncIterator]: read,
  };
}

export async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return chunks;
}
