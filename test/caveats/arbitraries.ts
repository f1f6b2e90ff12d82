import { formatCaveat } from '../../src/caveats/caveat.js';
import { formatInstant } from '../../src/caveats/expires.js';
import { encodeToolName } from '../../src/caveats/tool-name.js';
import { UNITS } from '../../src/money/units.js';
import { fc } from '../support/property.js';

const T0 = Date.UTC(2026, 0, 1);
export const TOOL_NAMES = [
  'gpt-4o',
  'gpt-4o-mini',
  'gpt-5',
  'web_search',
  'llama3:8b',
  'mcp/files/read',
];

const holderLine = fc
  .stringMatching(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,8}$/)
  .map((name) => `holder = ${name}`);

/** Micro-units that keep `tokens` and `calls` whole. */
const wholeMicros = fc.integer({ min: 0, max: 300 }).map((n) => n * 1_000_000);

const budgetLine = fc
  .record({ unit: fc.constantFrom(...UNITS), limitMicros: wholeMicros })
  .map((limit) =>
    formatCaveat({ kind: 'budget', limit: { ...limit, window: 'life', carved: false } }),
  );

const expiresLine = fc
  .integer({ min: -86_400, max: 86_400 })
  .map((seconds) => `expires = ${formatInstant(T0 + seconds * 1000)}`);

const pattern = fc.oneof(
  fc.constantFrom(...TOOL_NAMES).map(encodeToolName),
  fc.constantFrom('gpt-*', '*', 'web*', 'gpt-4o*', 'mcp/*', 'llama3%3A*'),
);

const toolsLine = fc
  .uniqueArray(fc.tuple(pattern, fc.option(fc.integer({ min: 0, max: 30 }))), {
    minLength: 1,
    maxLength: 4,
    selector: ([name]) => name,
  })
  .map(
    (rules) =>
      `tools = ${rules.map(([name, price]) => (price === null ? name : `${name}:${price}`)).join(',')}`,
  );

/** Any caveat that a holder can append. */
export const caveatLine = fc.oneof(holderLine, budgetLine, expiresLine, toolsLine);

/** A chain that a root may have, with any caveats behind it. */
export const chainLines = fc
  .tuple(
    budgetLine,
    expiresLine,
    fc.array(fc.oneof(budgetLine, expiresLine, toolsLine), { maxLength: 2 }),
    fc.array(caveatLine, { maxLength: 8 }),
  )
  .map(([budget, expires, root, rest]) => ['holder = root', budget, expires, ...root, ...rest]);
