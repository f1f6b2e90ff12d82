// What is measured: which body, by how many connections, through which targets, and how it is told.
import { BURST, EVENTS, FIRST, FLAT, METERED, STREAM } from './bodies.js';
import { LOAD_CORE, load, summary } from './load.js';
import { runOn } from './processes.js';

/**
 * @typedef {import('./load.js').Reading} Reading
 * @typedef {import('./targets.js').Target} Target
 * @typedef {import('./targets.js').GatewayTarget} GatewayTarget
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} about
 * @property {string} body
 * @property {number[]} connections 0 stands for the time to the first event, at one
 * @property {number} [events] of each answer
 * @property {Target[]} targets
 * @typedef {{ rounds: number, seconds: number, warm: number }} Times
 */

const BARE = 'bare pass-through';
const UNENFORCED = 'own path, unenforced';
const FIRST_EVENT = 0;
const FIRST_EVENTS_A_SECOND = 50;

/**
 * @param {{ upstream: Target, bare: Target, own: Target, gateways: GatewayTarget[], other: Target | undefined }} given
 * @returns {Scenario[]}
 */
export function scenariosOf({ upstream, bare, own, gateways, other }) {
  const flat = [upstream, bare, own, ...gateways, ...(other === undefined ? [] : [other])];
  const charged = gateways.map((one) => ({ ...one, credential: one.meteredCredential }));
  const metered = [bare, own, ...charged];
  return [
    {
      name: 'calls',
      about: 'A call that costs its credits',
      body: FLAT,
      connections: [1, 32],
      targets: flat,
    },
    {
      name: 'metered',
      about: 'A model call charged by its tokens, on budgets in credits and USD',
      body: METERED,
      connections: [1, 32],
      targets: metered,
    },
    {
      name: 'stream',
      about: `A stream of ${EVENTS} events, charged by its tokens; each in a packet of its own`,
      body: STREAM,
      connections: [32],
      events: EVENTS,
      targets: metered,
    },
    {
      name: 'first',
      about: `The first event of such a stream, of which the others come later`,
      body: FIRST,
      connections: [FIRST_EVENT],
      targets: metered,
    },
    {
      name: 'burst',
      about: `The same stream, sent by the upstream in one piece`,
      body: BURST,
      connections: [32],
      events: EVENTS,
      targets: metered,
    },
  ];
}

/** @param {Scenario} scenario @param {Times} times @returns {Promise<string>} its tables */
export async function run(scenario, { rounds, seconds, warm }) {
  const { name, about, body, connections, targets } = scenario;
  /** @type {Map<string, Reading[]>} */
  const readings = new Map();
  for (let round = 0; round <= rounds; round += 1) {
    for (const count of round === 0 ? connections.slice(-1) : connections) {
      for (const target of targets) {
        const duration = round === 0 ? warm : seconds;
        const reading =
          count === FIRST_EVENT
            ? await firstEvents(target, body, duration)
            : await load(target, body, count, duration);
        if (round === 0) continue;
        const key = `${count} ${target.name}`;
        readings.set(key, [...(readings.get(key) ?? []), reading]);
      }
    }
    process.stderr.write(round === 0 ? `${name}: warm; ` : `round ${round} of ${rounds}; `);
  }
  process.stderr.write('\n');
  return [
    `## ${about}`,
    '',
    ...connections.flatMap((count) => table(scenario, count, readings)),
  ].join('\n');
}

/** @param {Target} target @param {string} body @param {number} seconds @returns {Promise<Reading>} */
async function firstEvents(target, body, seconds) {
  const script = new URL('first-event.js', import.meta.url).pathname;
  const requests = seconds * FIRST_EVENTS_A_SECOND;
  const output = await runOn(LOAD_CORE, process.execPath, [script, target.url, `${requests}`], {
    ...process.env,
    BENCH_CREDENTIAL: target.credential,
    BENCH_BODY: body,
  });
  return { requests, errors: 0, micros: 0, p50: Number(output), p99: 0 };
}

/** @param {Scenario} scenario @param {number} count @param {Map<string, Reading[]>} readings */
function table({ events, targets }, count, readings) {
  const of = (/** @type {string} */ name) => summary(readings.get(`${count} ${name}`) ?? []);
  const [bare, own] = [of(BARE), of(UNENFORCED)];
  if (count === FIRST_EVENT) {
    const lines = targets.map(({ name }) => {
      const { p50 } = of(name);
      return `| ${name} | ${milliseconds(p50)} | ${milliseconds(p50 - bare.p50)} |`;
    });
    return ['### 1 connection', '', '| | p50 | over bare |', '|---|---:|---:|', ...lines, ''];
  }
  const unit = events === undefined ? 'requests' : 'events';
  const lines = targets.map(({ name }) => {
    const { perSecond, cpuMicros, p50, p99 } = of(name);
    const cells = [
      Math.round(perSecond * (events ?? 1)),
      milliseconds(p50),
      milliseconds(p99),
      (perSecond / bare.perSecond).toFixed(2),
      (perSecond / own.perSecond).toFixed(2),
      cpuMicros === 0 ? '' : (cpuMicros / (events ?? 1)).toFixed(events === undefined ? 0 : 1),
      milliseconds(p50 - bare.p50),
    ];
    return `| ${name} | ${cells.join(' | ')} |`;
  });
  return [
    `### ${count} connection${count === 1 ? '' : 's'}`,
    '',
    `| | ${unit}/s | p50 | p99 | ${unit}/s against bare | against unenforced | µs of CPU | p50 over bare |`,
    '|---|---:|---:|---:|---:|---:|---:|---:|',
    ...lines,
    '',
  ];
}

/** @param {number} micros */
function milliseconds(micros) {
  return `${(micros / 1000).toFixed(2)} ms`;
}
