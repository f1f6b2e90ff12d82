/**
 * What calls cost, in micro-dollars, worked out by hand from the providers' figures: so many USD per
 * million tokens are so many times 10,000 micro-dollars for 10,000 tokens. Each row: the model, the
 * tier, then input, cached input, cache write, long cache write, output; `-` has no figure.
 */
export const SHORT_CALLS = `
  gpt-6.2-sol      default   20000   1000   25000  50000  100000
  gpt-6.1-sol      default   20000   1000   25000  -      100000
  gpt-6-sol        default   20000   2000   25000  -      100000
  gpt-6-luna       default   1000    100    1250   -      5000
  gpt-6-astra      default   100000  10000  125000 -      500000
  gpt-5.6-luna     default   2000    200    2500   -      12000
  gpt-5.5          default   50000   5000   -      -      300000
  gpt-5.4          default   25000   2500   -      -      150000
  gpt-5.4-mini     default   7500    750    -      -      45000
  gpt-5.4-mini     priority  15000   1500   -      -      90000
  gpt-5.4-nano     default   2000    200    -      -      12500
  gpt-5.2          default   17500   1750   -      -      140000
  gpt-5.2          priority  35000   3500   -      -      280000
  gpt-5.1          default   12500   1250   -      -      100000
  gpt-5.1          priority  25000   2500   -      -      200000
  gpt-5            default   12500   1250   -      -      100000
  gpt-5            priority  25000   2500   -      -      200000
  gpt-5-mini       default   2500    250    -      -      20000
  gpt-5-mini       priority  4500    450    -      -      36000
  gpt-5-nano       default   500     50     -      -      4000
  gpt-4.1          default   20000   5000   -      -      80000
  gpt-4.1          priority  35000   8750   -      -      140000
  gpt-4.1-mini     default   4000    1000   -      -      16000
  gpt-4.1-nano     default   1000    250    -      -      4000
  gpt-4o           default   25000   12500  -      -      100000
  gpt-4o-2024-05-13 default  50000   50000  -      -      150000
  gpt-4o-mini      default   1500    750    -      -      6000
  o3               default   20000   5000   -      -      80000
  o3-mini          default   11000   5500   -      -      44000
  o4-mini          default   11000   2750   -      -      44000
  o1               default   150000  75000  -      -      600000
  text-embedding-3-small default 200  -     -      -      -
  text-embedding-3-large default 1300 -     -      -      -
  gpt-3.5-turbo-instruct default 15000 -    -      -      20000
  davinci-002      default   20000   -      -      -      20000
  gpt-image-2      default   50000   -      -      -      300000
  gpt-image-1-mini default   20000   2000   -      -      80000
  claude-fable-5-1 default   100000  2500   125000 200000 500000
  claude-fable-5   default   100000  10000  125000 200000 500000
  claude-opus-5-5  default   40000   2000   50000  80000  200000
  claude-opus-5    default   50000   5000   62500  100000 250000
  claude-opus-4-8  default   50000   5000   62500  100000 250000
  claude-opus-4-7  default   50000   5000   62500  100000 250000
  claude-opus-4-6  default   50000   5000   62500  100000 250000
  claude-opus-4-5  default   50000   5000   62500  100000 250000
  claude-opus-4-1  default   150000  15000  187500 300000 750000
  claude-opus-4-0  default   150000  15000  187500 300000 750000
  claude-sonnet-5-5 default  20000   1000   25000  40000  100000
  claude-sonnet-5  default   20000   2000   25000  40000  100000
  claude-sonnet-4-6 default  30000   3000   37500  60000  150000
  claude-sonnet-4-5 default  30000   3000   37500  60000  150000
  claude-sonnet-4-0 default  30000   3000   37500  60000  150000
  claude-haiku-5-5 default   1000    100    1250   2000   5000
  claude-haiku-4-5 default   10000   1000   12500  20000  50000
  claude-3-5-haiku-latest default 8000 800  10000  16000  40000
  claude-3-haiku-20240307 default 2500 300  3000   5000   12500
  gemini-3.8-flash default   15000   1500   -      -      75000
  gemini-3.1-pro-preview default 20000 2000 -      -      120000
  gemini-2.5-pro   default   12500   1250   -      -      100000
  gemini-2.5-flash default   3000    300    -      -      25000
  deepseek-flash   default   3000    60     -      -      12000
  deepseek-v4-pro  default   13200   440    -      -      39600
  llama-3.1-8b-instant default 500   500    -      -      800
  llama-3.3-70b-versatile default 5900 5900 -      -      7900
  meta-llama/llama-4-scout-17b-16e-instruct default 1100 1100 - - 3400
  llama-4-maverick-17b-128e-instruct default 2000 2000 - - 6000
`;

/** The same for 400,000 tokens of input, which are long calls, and 10,000 of output. */
export const LONG_CALLS = `
  gpt-6.2-sol      default   1600000 80000  2000000 4000000 150000
  gpt-6.1-sol      default   1600000 80000  2000000 -       150000
  gpt-6-sol        default   1600000 160000 2000000 -       150000
  gpt-6-luna       default   80000   8000   100000  -       7500
  gpt-6-astra      default   8000000 800000 10000000 -      750000
  gpt-5.6-luna     default   160000  16000  200000  -       18000
  gpt-5.5          default   4000000 400000 -       -       450000
  gpt-5.4          default   2000000 200000 -       -       225000
  claude-haiku-5-5 default   200000  20000  250000  400000  25000
  gemini-3.1-pro-preview default 1600000 160000 -   -       180000
  gemini-2.5-pro   default   1000000 100000 -       -       150000
`;

/** At 10 USD per 1000 searches. */
export const TOOL_RUNS = [
  {
    tool: 'web_search',
    cost: 10_000_000,
    models: [
      ...['gpt-6.2-sol', 'gpt-6.1-sol', 'gpt-6-sol', 'gpt-6-luna', 'gpt-6-astra', 'gpt-5.6-luna'],
      ...['gpt-5.5', 'gpt-5.4', 'gpt-5.4-mini', 'gpt-5.4-nano', 'gpt-5.2', 'gpt-5.1'],
      ...['gpt-5', 'gpt-5-mini', 'gpt-5-nano', 'o3', 'o4-mini'],
    ],
  },
  { tool: 'web_search', cost: 10_000_000, models: claudes() },
  { tool: 'web_fetch', cost: 0, models: claudes() },
];

function claudes(): string[] {
  return [
    ...['claude-fable-5-1', 'claude-fable-5', 'claude-opus-5-5', 'claude-opus-5'],
    ...['claude-opus-4-8', 'claude-opus-4-7', 'claude-opus-4-6', 'claude-opus-4-5'],
    ...['claude-opus-4-1', 'claude-opus-4-0', 'claude-sonnet-5-5', 'claude-sonnet-5'],
    ...['claude-sonnet-4-6', 'claude-sonnet-4-5', 'claude-sonnet-4-0'],
    ...['claude-haiku-5-5', 'claude-haiku-4-5', 'claude-3-5-haiku-latest'],
  ];
}

/** A dated or other name, and the line whose price it has. */
export const NAMES = [
  ['gpt-4o-2024-08-06', 'gpt-4o'],
  ['gpt-4o-2024-11-20', 'gpt-4o'],
  ['gpt-4o-mini-2024-07-18', 'gpt-4o-mini'],
  ['gpt-4.1-2025-04-14', 'gpt-4.1'],
  ['gpt-4.1-mini-2025-04-14', 'gpt-4.1-mini'],
  ['gpt-4.1-nano-2025-04-14', 'gpt-4.1-nano'],
  ['gpt-5-2025-08-07', 'gpt-5'],
  ['gpt-5-mini-2025-08-07', 'gpt-5-mini'],
  ['gpt-5-nano-2025-08-07', 'gpt-5-nano'],
  ['gpt-6.1-sol-2026-09-29', 'gpt-6.1-sol'],
  ['o3-2025-04-16', 'o3'],
  ['o3-mini-2025-01-31', 'o3-mini'],
  ['o4-mini-2025-04-16', 'o4-mini'],
  ['o1-2024-12-17', 'o1'],
  ['claude-opus-4-20250514', 'claude-opus-4-0'],
  ['claude-opus-4-1-20250805', 'claude-opus-4-1'],
  ['claude-opus-4-5-20251101', 'claude-opus-4-5'],
  ['claude-sonnet-4-20250514', 'claude-sonnet-4-0'],
  ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5'],
  ['claude-haiku-4-5-20251001', 'claude-haiku-4-5'],
  ['claude-3-5-haiku-20241022', 'claude-3-5-haiku-latest'],
  ['models/gemini-2.5-pro', 'gemini-2.5-pro'],
  ['models/gemini-3.8-flash', 'gemini-3.8-flash'],
  ['deepseek-v4-flash', 'deepseek-flash'],
] as const;

/** What 10,000 characters cost, of models that are billed by them. */
export const SPEECHES = [
  { model: 'tts-1', cost: 150_000 },
  { model: 'tts-1-hd', cost: 300_000 },
] as const;
