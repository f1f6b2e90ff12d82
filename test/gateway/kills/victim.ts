import type { ServerResponse } from 'node:http';
import { Pool } from 'undici';
import type { Serving } from '../../cli/harness.js';
import { deferred } from '../../support/deferred.js';
import type { Fleet, OwnSettings } from '../fleet.js';
import { type HttpStub, httpStub } from '../http-upstream.js';
import { type StoreStep, type Tap, tapRedis } from './tap.js';

/** Where a call can be when its gateway is killed, in the order of its way. */
export const STEPS_ANYWHERE = [
  'upstream reached',
  'upstream half answered',
  'upstream answered',
  'caller answered',
] as const;
/** Seen only where there is a connection to the store to look at. */
export const STEPS_AT_STORE = [
  'reserve asked',
  'reserve done',
  'reserve told',
  'settle asked',
  'settle done',
] as const satisfies readonly StoreStep[];
export type Step = (typeof STEPS_ANYWHERE)[number] | StoreStep;

const ANSWER = `{"done":"${'x'.repeat(2_000)}"}`;

/** A gateway that is killed and started again, with a tool, a `stateDir` and a way to the store of its own. */
export class Victim {
  readonly #fleet: Fleet;
  readonly #reached: Map<string, number>;
  #armed: { readonly step: Step; readonly done: () => void } | undefined;
  #serving: Serving | undefined;
  #tool: HttpStub | undefined;
  #tap: Tap | undefined;
  #own: OwnSettings;
  #up = deferred();
  /** To its gateway, while there is one. */
  pool: Pool | undefined;

  /** @param reached counts how often each call reached the tool, by the id in its body */
  constructor(fleet: Fleet, reached: Map<string, number>, stateDir: string) {
    this.#fleet = fleet;
    this.#reached = reached;
    this.#own = { stateDir };
  }

  /** @param redisPort undefined for SQLite */
  async open(redisPort: number | undefined): Promise<void> {
    const tool = await httpStub(() => {});
    tool.server.removeAllListeners('request');
    tool.server.on('request', (request, response) => {
      let id = '';
      request.setEncoding('utf8').on('data', (text) => {
        id += text;
      });
      request.on('end', () => this.#answer(id, response));
    });
    this.#tool = tool;
    this.#own = { ...this.#own, settings: toolSettings(tool.url) };
    if (redisPort !== undefined) {
      this.#tap = await tapRedis(redisPort, (step) => this.at(step));
      this.#own = { ...this.#own, ledger: `redis://127.0.0.1:${this.#tap.port}` };
    }
    await this.start();
  }

  async start(): Promise<void> {
    this.#serving = await this.#fleet.start(this.#own);
    this.pool = new Pool(this.#serving.url, { connections: 16 });
    this.#up.resolve();
  }

  /** Resolves while there is a gateway, or else once it has been started again. */
  up(): Promise<void> {
    return this.#up.promise;
  }

  /** Kills it when a call has come to this step, and waits until it is gone. */
  async killAt(step: Step): Promise<void> {
    await new Promise<void>((done) => {
      this.#armed = { step, done };
    });
    await this.#serving?.gone;
    await this.pool?.destroy();
  }

  /** Says that a call has come to a step. Answers whether the gateway was killed at it. */
  at(step: Step): boolean {
    if (this.#armed?.step !== step) return false;
    const { done } = this.#armed;
    this.#armed = undefined;
    this.pool = undefined;
    this.#up = deferred();
    this.#serving?.child.kill('SIGKILL');
    done();
    return true;
  }

  /** SIGTERM: what is open is drained. */
  async stop(): Promise<void> {
    const { pool } = this;
    this.pool = undefined;
    await pool?.close();
    await this.#serving?.stop();
    await this.#tool?.close();
    await this.#tap?.close();
  }

  #answer(id: string, response: ServerResponse): void {
    this.#reached.set(id, (this.#reached.get(id) ?? 0) + 1);
    if (this.at('upstream reached')) return;
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': ANSWER.length,
      'x-request-id': `seen-${id}`,
    });
    response.write(ANSWER.slice(0, 1_000), () => {
      if (this.at('upstream half answered')) return;
      response.end(ANSWER.slice(1_000), () => void this.at('upstream answered'));
    });
  }
}

/** So many gateways, each as on a machine of its own. @param reached see {@link Victim} */
export function victimsOf(fleet: Fleet, reached: Map<string, number>, count: number): Victim[] {
  return Array.from({ length: count }, (_, i) => new Victim(fleet, reached, `state-${i}`));
}

/** Short deadlines, so that what the killed left open is soon past them. */
function toolSettings(url: string): string {
  return `tools:
  costs: { work: 1 }
  endpoints: { work: "${url}" }
limits:
  holdTtl: 2s`;
}
