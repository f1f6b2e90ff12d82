/** A signal that follows another one later. */
export interface Lingering {
  readonly signal: AbortSignal;
  /** Nothing more is to be waited for. */
  end(): void;
}

/** Aborts so many milliseconds after `leaving` has. */
export function lingering(leaving: AbortSignal, ms: number): Lingering {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const left = (): void => {
    timer = setTimeout(() => controller.abort(), ms);
  };
  leaving.addEventListener('abort', left, { once: true });
  return {
    signal: controller.signal,
    end: () => {
      leaving.removeEventListener('abort', left);
      clearTimeout(timer);
    },
  };
}
