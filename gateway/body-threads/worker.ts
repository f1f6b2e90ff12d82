/** A thread that parses and reads large bodies, so that the gateway's event loop never waits for it. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type BodyHere, openBody } from '../model-calls/call-body.js';
import type { Api } from '../providers/request.js';
import { loadOpenAiTokenizers, type Tokenizers } from '../providers/tokenizers.js';
import {
  type Answer,
  type Ask,
  plainProblem,
  type ReadAsk,
  type ThreadSettings,
} from './protocol.js';

interface Opened {
  readonly api: Api;
  readonly buffer: ArrayBuffer;
  readonly body: BodyHere;
}

async function start(port: MessagePort, settings: ThreadSettings): Promise<void> {
  const tokenizers = settings.hasTokenizers ? await loadOpenAiTokenizers() : undefined;
  const post = (answer: Answer, buffers: ArrayBuffer[] = []) => port.postMessage(answer, buffers);
  let opened: Opened | undefined;
  port.on('message', (ask: Ask) => {
    const before = opened;
    opened = undefined;
    if (ask.kind === 'open') {
      try {
        const body = openBody(ask.api, new Uint8Array(ask.body));
        opened = { api: ask.api, buffer: ask.body, body };
        post({ kind: 'opened', model: body.model, ids: body.ids });
      } catch (error) {
        post({ kind: 'refused', problem: plainProblem(error) });
      }
    } else if (ask.kind === 'read' && before !== undefined) {
      post(read(before, ask, tokenizers), [before.buffer]);
    }
  });
  post({ kind: 'ready' });
}

/** Everything that a plan can ask for, since it can't ask later. */
function read(
  { api, buffer, body }: Opened,
  { model, headers, rules, isTokenized, recalled }: ReadAsk,
  tokenizers: Tokenizers | undefined,
): Answer {
  try {
    const request = body.request({
      api,
      model,
      headers: new Headers(headers.map(([name, value]) => [name, value])),
      rules: { ...rules, tokenizers: isTokenized ? tokenizers : undefined },
      ...(recalled === undefined ? {} : { recalled }),
    });
    const places = body.places(request);
    return { kind: 'read', request, places, characters: body.characters(), body: buffer };
  } catch (error) {
    return { kind: 'refused', problem: plainProblem(error), body: buffer };
  }
}

if (parentPort !== null) await start(parentPort, workerData as ThreadSettings);
