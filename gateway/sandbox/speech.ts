import { z } from 'zod';
import { bytes, namedEvents, type SandboxAnswer } from './answer.js';
import { openaiMistake } from './errors.js';
import { estimateTokens } from './text.js';

const schema = z.looseObject({
  model: z.string().min(1),
  input: z.string().min(1),
  response_format: z
    .enum(['mp3', 'wav', 'pcm'], { error: 'the sandbox is silent in mp3, wav and pcm only' })
    .nullish(),
  stream_format: z.enum(['audio', 'sse']).nullish(),
});

const TYPES = { mp3: 'audio/mpeg', wav: 'audio/wav', pcm: 'audio/pcm' } as const;

/** OpenAI's speech: a quarter of a second of silence. */
export function answerSpeech(body: unknown): SandboxAnswer {
  const read = schema.safeParse(body);
  if (!read.success) return openaiMistake(read.error);
  const { input, response_format, stream_format } = read.data;
  const format = response_format ?? 'mp3';
  const sound = SILENCE[format]();
  if (stream_format !== 'sse') return bytes(TYPES[format], sound);
  const input_tokens = Math.max(1, estimateTokens(input));
  const output_tokens = 5;
  return namedEvents([
    { type: 'speech.audio.delta', audio: sound.toString('base64') },
    {
      type: 'speech.audio.done',
      usage: { input_tokens, output_tokens, total_tokens: input_tokens + output_tokens },
    },
  ]);
}

const SAMPLES_PER_SECOND = 24_000;

const SILENCE = { mp3, wav, pcm } as const;

/** 16 bits a sample, one channel. */
function pcm(): Buffer {
  return Buffer.alloc((SAMPLES_PER_SECOND / 4) * 2);
}

function wav(): Buffer {
  const samples = pcm();
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(SAMPLES_PER_SECOND, 24);
  head.writeUInt32LE(SAMPLES_PER_SECOND * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}

/** Ten frames of MPEG-1 Layer III, 128 kbit/s at 44.1 kHz, with nothing in them. */
function mp3(): Buffer {
  const frame = Buffer.alloc(417);
  frame.writeUInt32BE(0xff_fb_90_64);
  return Buffer.concat(Array.from({ length: 10 }, () => frame));
}
