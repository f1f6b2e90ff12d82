/**
 * The thread that has the database: it waits for disks and locks so that the gateway's event loop
 * never does. Whatever has arrived by the time it is free becomes one group, one commit.
 */
import {
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  workerData,
} from 'node:worker_threads';
import Database from 'libsql';
import { LedgerUnavailable } from '../contract.js';
import { CallUnpacker } from './packed-calls.js';
import { packReplies } from './packed-replies.js';
import { describePause } from './pause.js';
import {
  type Call,
  type FromWorker,
  monotonicMs,
  type ToWorker,
  type WorkerSettings,
} from './protocol.js';
import { prepareDatabase } from './schema.js';
import { SqliteStore } from './store.js';

/**
 * While one group is answered, and its callers make up what they ask next, another is at work: with
 * longer ones both threads wait for each other (by turns, 64 calls in flight: 5% fewer a second; 256:
 * 10%). They would keep other processes from the lock, too.
 */
const MAX_GROUP = 48;

function start(port: MessagePort, settings: WorkerSettings): void {
  const post = (message: FromWorker) => port.postMessage(message);
  let store: SqliteStore;
  let warning: string | undefined;
  try {
    ({ store, warning } = openStore(settings));
  } catch (error) {
    post({ refused: { reason: 'store_error', message: describe(error, settings.path) } });
    port.close();
    return;
  }
  const unpacker = new CallUnpacker();
  port.on('message', (first: ToWorker) => {
    const { calls, close } = drain(port, first, unpacker);
    for (let from = 0; from < calls.length; from += MAX_GROUP) {
      const group = calls.slice(from, from + MAX_GROUP);
      const replies = store.execute(group);
      post({ replies: packReplies(replies, (place) => group[place]?.operation) });
    }
    if (close) {
      store.close();
      port.close();
    }
  });
  post({ ready: true, warning });
}

function openStore({ path, ...caps }: WorkerSettings) {
  const db = new Database(path);
  prepareDatabase(db, path);
  const warning = describePause(db, Date.now());
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const store = new SqliteStore(
    db,
    { ...caps, clock: Date.now },
    {
      now: monotonicMs,
      sleep: (ms) => void Atomics.wait(cell, 0, 0, ms),
      random: Math.random,
    },
  );
  return { store, warning };
}

/** The first message and all that wait behind it. */
function drain(
  port: MessagePort,
  first: ToWorker,
  unpacker: CallUnpacker,
): { calls: Call[]; close: boolean } {
  const calls: Call[] = [];
  let next: ToWorker | undefined = first;
  while (next !== undefined && 'calls' in next) {
    calls.push(...unpacker.unpack(next.calls));
    next = receiveMessageOnPort(port)?.message;
  }
  return { calls, close: next !== undefined };
}

function describe(error: unknown, path: string): string {
  if (error instanceof LedgerUnavailable) return error.message;
  const found = error instanceof Error ? error.message : String(error);
  return `${path}: expected a ledger's SQLite database, found: ${found}`;
}

if (parentPort !== null) start(parentPort, workerData as WorkerSettings);
