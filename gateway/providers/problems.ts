import { Problem, type ProblemDetail } from '../api/problem.js';

/** So many mistakes are told by name; of more, only how many there are. */
const MOST_TOLD = 16;

/** Behind so many nothing more is read: each takes microseconds to note, and a body has room for half a million. */
const MOST_FOUND = 100;

/**
 * What is wrong with one request, gathered while it is read, so that its caller learns all of it at
 * once, and not one field an attempt.
 */
export class Problems {
  readonly #found: Problem[] = [];

  /** @throws whatever is not a refusal of the request; and all that was found, when that is enough */
  note(error: unknown): void {
    if (!(error instanceof Problem)) throw error;
    if (this.#found.length === MOST_FOUND) this.raise();
    this.#found.push(error);
  }

  /**
   * The first problem's field is the `param`. A mistake is told before a missing price, since a
   * request that is mistaken has none.
   * @throws {Problem} `invalid_request` or `price_unknown`, if there was any
   */
  raise(): void {
    const [first] = this.#found;
    if (first === undefined) return;
    // Which id is known says more than all that may be wrong besides.
    const unknown = this.#found.find(({ code }) => code === 'stored_unknown');
    if (this.#found.length === 1 || unknown !== undefined) throw unknown ?? first;
    const code = this.#found.find((one) => one.code === 'invalid_request')?.code ?? first.code;
    const told = this.#found.slice(0, MOST_TOLD);
    const rest = this.#found.length - told.length;
    const lines = told.map((one) => one.message);
    if (rest > 0) lines.push(`And ${rest} more.`);
    const count = this.#found.length === MOST_FOUND ? `${MOST_FOUND} or more` : this.#found.length;
    throw new Problem(code, {
      message: `${count} fields are refused. ${lines.join(' ')}`,
      ...paramOf(this.#found.find((one) => one.code === code)),
      problems: told.map(toDetail),
    });
  }
}

function toDetail({ code, message, details }: Problem): ProblemDetail {
  return { code, message, param: details.param };
}

function paramOf(problem: Problem | undefined): { param?: string } {
  const param = problem?.details.param;
  return param === undefined ? {} : { param };
}

/** A call whose cost is not known, or not bounded: 422. @param found what the field is */
export function unpriced(path: string, found: string): Problem {
  return new Problem('price_unknown', { message: `${path}: ${found}.`, param: path });
}

/** A field that is not as it must be: 400. */
export function mistaken(path: string, found: string, expected: string): Problem {
  return new Problem('invalid_request', {
    message: `${path}: found ${found}; expected ${expected}.`,
    param: path,
  });
}
