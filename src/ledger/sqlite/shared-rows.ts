import type Libsql from 'libsql';

/** What is kept of a response. */
export interface ResponseRow {
  readonly madeMs: number;
  /** The holders below the root of the account that made it, joined by `/`. */
  readonly below: string;
  readonly model: string;
  readonly tokens: number;
}

export interface PlaceRow {
  /** The last part of the reservation's id. */
  readonly id: string;
  readonly enteredMs: number;
}

/**
 * The SQL of what gateways tell each other beside the money. It opens no transaction and decides
 * nothing. In each table the oldest row has the least `number`, so that what is old is found at the
 * table's head, whatever root it is of: one that is used no more leaves nothing behind.
 */
export class SharedRows {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: Libsql.Database) {
    this.#statements = prepare(db);
  }

  /** Under each of these ids, as the newest of the root: also those that were there. */
  putResponses(root: string, ids: readonly string[], its: ResponseRow): void {
    const { madeMs, below, model, tokens } = its;
    this.#statements.putRoot.run([root]);
    for (const id of ids) {
      this.#statements.putResponse.run([root, id, madeMs, below, textOf(model), tokens]);
    }
  }

  /** Undefined where it is not known, or was made at or before `byMs`. */
  response(root: string, id: string, byMs: number): ResponseRow | undefined {
    const row = this.#statements.response.get([root, id, byMs]);
    if (row === undefined) return undefined;
    const [madeMs, below, model, tokens] = row as [number, string, string, number];
    return { madeMs, below, model: readText(model), tokens };
  }

  /** Of one root; the others go, the oldest first. */
  keepNewestResponses(root: string, most: number): void {
    const [count] = this.#statements.responses.get([root]) as [number];
    if (count > most) this.#statements.deleteOldestResponses.run([root, count - most]);
  }

  /** Of any root, some of those made at or before `byMs`: more than one call adds. */
  deleteOldResponses(byMs: number): void {
    const oldest = this.#statements.oldestResponse.get([]) as [number] | undefined;
    if (oldest !== undefined && oldest[0] > byMs) return;
    this.#statements.deleteOldResponses.run([byMs]);
  }

  /** How many a root has, and whether one is this reservation's. */
  countPlaces(root: string, id: string): { readonly count: number; readonly isThere: boolean } {
    const [count, isThere] = this.#statements.countPlaces.get([root, id, root]) as [number, number];
    return { count, isThere: isThere === 1 };
  }

  places(root: string): PlaceRow[] {
    return this.#statements.places.all([root]).map((row) => {
      const [id, enteredMs] = row as [string, number];
      return { id, enteredMs };
    });
  }

  /** As the newest, also if it was there. */
  putPlace(root: string, { id, enteredMs }: PlaceRow): void {
    this.#statements.putPlace.run([root, id, enteredMs]);
  }

  deletePlace(root: string, id: string): void {
    this.#statements.deletePlace.run([root, id]);
  }

  /** Of any root, some of those entered at or before `byMs`: more than one call adds. */
  deleteOldPlaces(byMs: number): void {
    const oldest = this.#statements.oldestPlace.get([]) as [number] | undefined;
    if (oldest !== undefined && oldest[0] > byMs) return;
    this.#statements.deleteOldPlaces.run([byMs]);
  }

  isRefused(tenant: string, name: string): boolean {
    return this.#statements.isRefused.get([tenant, textOf(name)]) !== undefined;
  }

  /** One that is there already stays in its place. */
  refuseName(tenant: string, name: string): void {
    this.#statements.refuseName.run([tenant, textOf(name)]);
  }

  keepNewestNames(tenant: string, most: number): void {
    this.#statements.deleteOldestNames.run([tenant, tenant, most]);
  }

  /** The oldest first. */
  refusedNames(tenant: string): string[] {
    return this.#statements.refusedNames.all([tenant]).map((row) => readText((row as [string])[0]));
  }
}

/** As JSON: libsql reads text up to the first NUL, and has no half of a surrogate pair. */
function textOf(name: string): string {
  return JSON.stringify(name);
}

function readText(text: string): string {
  return JSON.parse(text) as string;
}

/** So many rows at the head of a table are looked at by a call that adds at most 64. */
const HEAD = 128;

function prepare(db: Libsql.Database) {
  const read = (sql: string) => db.prepare(sql).raw(true);
  const write = (sql: string) => db.prepare(sql);
  const rootNumber = '(SELECT root FROM shared_roots WHERE name = ?)';
  const next = (table: string) => `(SELECT coalesce(max(number), 0) + 1 FROM ${table})`;
  return {
    putRoot: write('INSERT OR IGNORE INTO shared_roots (name, responses) VALUES (?, 0)'),
    putResponse: write(
      `INSERT INTO responses (number, root, id, made_ms, below, model, tokens)
       VALUES (${next('responses')}, ${rootNumber}, ?, ?, ?, ?, ?)
       ON CONFLICT (root, id) DO UPDATE SET number = excluded.number, made_ms = excluded.made_ms,
         below = excluded.below, model = excluded.model, tokens = excluded.tokens`,
    ),
    response: read(
      `SELECT made_ms, below, model, tokens FROM responses
       WHERE root = ${rootNumber} AND id = ? AND made_ms > ?`,
    ),
    responses: read('SELECT responses FROM shared_roots WHERE name = ?'),
    deleteOldestResponses: write(
      `DELETE FROM responses WHERE number IN (
         SELECT number FROM responses WHERE root = ${rootNumber} ORDER BY number LIMIT ?)`,
    ),
    oldestResponse: read('SELECT made_ms FROM responses ORDER BY number LIMIT 1'),
    deleteOldResponses: write(
      `DELETE FROM responses WHERE made_ms <= ? AND number IN (
         SELECT number FROM responses ORDER BY number LIMIT ${HEAD})`,
    ),
    countPlaces: read(
      `SELECT count(*), EXISTS (SELECT 1 FROM places WHERE root = ? AND id = ?)
       FROM places WHERE root = ?`,
    ),
    places: read('SELECT id, entered_ms FROM places WHERE root = ?'),
    putPlace: write(
      `INSERT INTO places (number, root, id, entered_ms) VALUES (${next('places')}, ?, ?, ?)
       ON CONFLICT (root, id) DO UPDATE SET number = excluded.number,
         entered_ms = excluded.entered_ms`,
    ),
    deletePlace: write('DELETE FROM places WHERE root = ? AND id = ?'),
    oldestPlace: read('SELECT entered_ms FROM places ORDER BY number LIMIT 1'),
    deleteOldPlaces: write(
      `DELETE FROM places WHERE entered_ms <= ? AND number IN (
         SELECT number FROM places ORDER BY number LIMIT 2)`,
    ),
    isRefused: read('SELECT 1 FROM refused_names WHERE tenant = ? AND name = ?'),
    refuseName: write('INSERT OR IGNORE INTO refused_names (tenant, name) VALUES (?, ?)'),
    deleteOldestNames: write(
      `DELETE FROM refused_names WHERE tenant = ? AND number <= (
         SELECT number FROM refused_names WHERE tenant = ? ORDER BY number DESC LIMIT 1 OFFSET ?)`,
    ),
    refusedNames: read('SELECT name FROM refused_names WHERE tenant = ? ORDER BY number'),
  };
}
