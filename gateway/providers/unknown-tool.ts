import { reasonAgainst } from './billed-names.js';
import type { Draft } from './draft.js';
import { asFields } from './fields.js';
import { kindOf } from './kinds.js';
import { unpriced } from './problems.js';
import { heedMarks, withoutPlaces } from './unlisted.js';

/** Kinds of tools that some provider runs itself, and bills or lets the model read. */
const HOSTED =
  /search|brows|fetch|crawl|interpreter|execution|retriev|image|audio|video|mcp|connector|builtin|hosted|programmatic|advisor|container|url|grounding|[:/]/i;

/** Fields of a tool that somebody else than the caller runs, or that has a price of its own. */
const REMOTE = ['execution', 'server_url', 'connector_id', 'container', 'url', 'model', 'endpoint'];

const REMEDY =
  'Remove it, or ask the operator to list it under requests.serverTools or requests.fields';

/**
 * A tool of a kind that is on no list: run by the caller, as far as one can see. Its JSON is counted
 * by whoever reads the list of tools.
 * @throws {Problem} `price_unknown` for one that the provider may run
 */
export function readUnknownTool(value: unknown, path: string, draft: Draft): void {
  const fields = asFields(value, path);
  const { type } = fields;
  if (typeof type !== 'string')
    throw unpriced(`${path}.type`, `${kindOf(type)}, which is no tool's kind`);
  const name = `${withoutPlaces(path)}.type=${type}`;
  if (draft.rules.fields.includes(name)) return;
  const shown = JSON.stringify(type.slice(0, 64));
  if (draft.rules.unknown === 'refuse' || HOSTED.test(type) || /[^\x21-\x7e]/.test(type)) {
    throw unpriced(
      `${path}.type`,
      `${shown} is a tool whose cost is not known or not bounded. ${REMEDY}`,
    );
  }
  for (const [key, field] of Object.entries(fields)) {
    if (field === null || key === 'type') continue;
    if (REMOTE.includes(key) || (key !== 'parameters' && reasonAgainst(key, true) !== undefined)) {
      throw unpriced(
        `${path}.${key.slice(0, 64)}`,
        `${shown} is a tool that the provider may run. ${REMEDY}`,
      );
    }
  }
  heedMarks(fields, path, draft);
  draft.noteUnknown(name);
}
