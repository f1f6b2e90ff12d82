import type { z } from 'zod';
import { json, type SandboxAnswer } from './answer.js';

/** A refusal as OpenAI writes it. */
export function openaiRefusal(
  reason: string,
  param: string | null,
  status: SandboxAnswer['status'] = 400,
): SandboxAnswer {
  const message = param === null ? reason : `Invalid '${param}': ${reason}`;
  return json(status, { error: { message, type: 'invalid_request_error', param, code: null } });
}

/** Of a body that is not as it must be: the first mistake. */
export function openaiMistake({ issues: [issue] }: z.ZodError): SandboxAnswer {
  return openaiRefusal(issue?.message ?? '', toParam(issue?.path ?? []));
}

/** The same as Anthropic writes it. */
export function anthropicMistake({ issues: [issue] }: z.ZodError): SandboxAnswer {
  const message = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  const error = { type: 'invalid_request_error', message };
  return json(400, { type: 'error', error, request_id: 'req_sandbox' });
}

/** As OpenAI writes it: `messages[0].role`. */
function toParam(path: readonly PropertyKey[]): string | null {
  if (path.length === 0) return null;
  return path.reduce<string>((param, step) => {
    if (typeof step === 'number') return `${param}[${step}]`;
    return param === '' ? String(step) : `${param}.${String(step)}`;
  }, '');
}
