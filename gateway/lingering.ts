import { Departure, type Leaving } from './leaving.js';

/** A leaving that follows another one later. */
export interface Lingering {
  readonly signal: Leaving;
  /** Nothing more is to be waited for. */
  end(): void;
}

/** Aborts so many milliseconds after `leaving` has. */
export function lingering(leaving: Leaving, ms: number): Lingering {
  const departure = new Departure();
  let timer: NodeJS.Timeout | undefined;
  const left = (): void => {
    timer = setTimeout(() => departure.abort(), ms);
  };
  if (leaving.aborted) left();
  else leaving.addEventListener('abort', left);
  return {
    signal: departure,
    end: () => {
      leaving.removeEventListener('abort', left);
      clearTimeout(timer);
    },
  };
}
