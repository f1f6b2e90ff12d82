import { Redis } from 'ioredis';
import { LedgerUnavailable } from '../contract.js';
import type { HostPort, Login } from './address.js';

/** The longest that a node may take to answer which node has what. */
const ASK_MS = 1_000;

/** Which node has which slots, as one node of the cluster tells it. */
export interface Topology {
  /** Grows with every failover and every change of the cluster that the node has heard of. */
  readonly epoch: number;
  readonly ranges: readonly SlotRange[];
  /** Every node, replicas too: whom to ask next time. */
  readonly nodes: readonly HostPort[];
}

interface SlotRange {
  readonly from: number;
  /** The last one. */
  readonly to: number;
  readonly primary: HostPort;
}

/**
 * Asks one node over a connection of its own: whatever is wrong with the one that serves calls, this
 * one is new.
 * @throws {LedgerUnavailable | ReplyError | Error} also when the node finds that the cluster does not
 *   serve: what it says then may be what it saw last, alone.
 */
export async function askTopology(at: HostPort, login: Login): Promise<Topology> {
  const redis = new Redis({
    ...login,
    ...at,
    protocol: 2,
    lazyConnect: true,
    enableReadyCheck: false,
    disableClientInfo: true,
    maxRetriesPerRequest: 0,
    connectTimeout: ASK_MS,
    commandTimeout: ASK_MS,
    retryStrategy: () => null,
  });
  let failure: unknown;
  redis.on('error', (error) => {
    failure = error;
  });
  try {
    await redis.connect();
    const [info, slots] = await Promise.all([redis.cluster('INFO'), redis.cluster('SLOTS')]);
    const said = (field: string) => new RegExp(`^${field}:(.*?)\r?$`, 'm').exec(String(info))?.[1];
    if (said('cluster_state') !== 'ok') throw clusterDown();
    return { epoch: Number(said('cluster_current_epoch')), ...readSlots(slots, at) };
  } catch (error) {
    throw failure ?? (isNoCluster(error) ? noCluster() : error);
  } finally {
    redis.disconnect();
  }
}

export function clusterDown(): LedgerUnavailable {
  return new LedgerUnavailable('store_error', 'the store answered CLUSTERDOWN');
}

function isNoCluster(error: unknown): boolean {
  return error instanceof Error && /^ERR This instance has cluster support/.test(error.message);
}

function noCluster(): LedgerUnavailable {
  const message = "the store's mode: found one server, expected a cluster";
  return new LedgerUnavailable('store_error', message);
}

/** `[from, to, [host, port, …] of the primary, … of each replica]` for each range. */
function readSlots(answer: unknown, asked: HostPort): Pick<Topology, 'ranges' | 'nodes'> {
  const ranges: SlotRange[] = [];
  const nodes: HostPort[] = [];
  for (const [from, to, ...members] of answer as [number, number, ...[string | null, number][]][]) {
    const known = members.map(([host, port]) => readNode(host, port, asked));
    const [primary] = known;
    if (primary !== undefined) ranges.push({ from, to, primary });
    nodes.push(...known.filter((node) => node !== undefined));
  }
  return { ranges, nodes };
}

/** No host is that of the node that was asked; `?` is of one that does not know its own name. */
export function readNode(host: string | null, port: number, asked: HostPort): HostPort | undefined {
  if (host === '?') return undefined;
  return { host: host === null || host === '' ? asked.host : host, port };
}
