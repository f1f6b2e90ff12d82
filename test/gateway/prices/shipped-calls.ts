/**
 * What calls cost, in micro-dollars, worked out by hand from the providers' figures: so many USD per
 * million tokens are so many times 10,000 micro-dollars for 10,000 tokens. Each row: the model, the
 * tier (or its names), then input, cached input, cache write, long cache write, output; `-` has no figure.
 */
export const SHORT_CALLS = `
  gpt-6.2-sol      default   20000   1000   25000  50000  100000
  gpt-6.2-sol      priority,fast 40000  2000   50000  100000 200000
  gpt-6.1-sol      default   20000   1000   25000  -      100000
  gpt-6.1-sol      priority,fast 40000  2000   50000  -      200000
  gpt-6.1-sol      flex          10000  500    12500  -      50000
  gpt-6-sol        default   20000   2000   25000  -      100000
  gpt-6-sol        priority,fast 40000  4000   50000  -      200000
  gpt-6-luna       default   1000    100    1250   -      5000
  gpt-6-astra      default   100000  10000  125000 -      500000
  gpt-6-astra      priority,fast 200000 20000  250000 -      1000000
  gpt-6-astra      flex          50000  5000   62500  -      250000
  gpt-5.6-sol      default       50000  5000   62500  -      300000
  gpt-5.6-terra    default       20000  2000   25000  -      120000
  gpt-5.6-terra    priority,fast 40000  4000   50000  -      240000
  gpt-5.6-terra    flex          10000  1000   12500  -      60000
  gpt-5.6-luna     default   2000    200    2500   -      12000
  gpt-5.6-luna     priority,fast 4000   400    5000   -      24000
  gpt-5.6-luna     flex          1000   100    1250   -      6000
  gpt-5.5          default   50000   5000   -      -      300000
  gpt-5.5          priority,fast 125000 12500  -      -      750000
  gpt-5.5          flex          25000  2500   -      -      150000
  gpt-5.4          default   25000   2500   -      -      150000
  gpt-5.4          priority,fast 50000  5000   -      -      300000
  gpt-5.4          flex          12500  1300   -      -      75000
  gpt-5.4-mini     default   7500    750    -      -      45000
  gpt-5.4-mini     priority,fast 15000  1500   -      -      90000
  gpt-5.4-mini     flex          3750   375    -      -      22500
  gpt-5.4-nano     default   2000    200    -      -      12500
  gpt-5.4-nano     flex          1000   100    -      -      6250
  gpt-5.3-codex    default       17500  1750   -      -      140000
  gpt-5.3-codex    priority,fast 35000  3500   -      -      280000
  gpt-5.2-codex    default       17500  1750   -      -      140000
  gpt-5.2          default   17500   1750   -      -      140000
  gpt-5.2          priority,fast 35000  3500   -      -      280000
  gpt-5.2          flex          8750   875    -      -      70000
  gpt-5.1-codex    default       12500  1250   -      -      100000
  gpt-5.1-codex    priority,fast 25000  2500   -      -      200000
  gpt-5.1-codex-max default       12500  1250   -      -      100000
  gpt-5.1-codex-mini default       2500   250    -      -      20000
  gpt-5.1          default   12500   1250   -      -      100000
  gpt-5.1          priority,fast 25000  2500   -      -      200000
  gpt-5.1          flex          6250   625    -      -      50000
  gpt-5            default   12500   1250   -      -      100000
  gpt-5            priority,fast 25000  2500   -      -      200000
  gpt-5            flex          6250   625    -      -      50000
  gpt-5-codex      default   12500   1250   -      -      100000
  gpt-5-pro        default   150000  -      -      -      1200000
  gpt-5-mini       default   2500    250    -      -      20000
  gpt-5-mini       priority,fast 4500   450    -      -      36000
  gpt-5-mini       flex          1250   125    -      -      10000
  gpt-5-nano       default   500     50     -      -      4000
  gpt-5-nano       flex          250    25     -      -      2000
  gpt-4.1          default   20000   5000   -      -      80000
  gpt-4.1          priority,fast 35000  8750   -      -      140000
  gpt-4.1-mini     default   4000    1000   -      -      16000
  gpt-4.1-mini     priority,fast 7000   1750   -      -      28000
  gpt-4.1-nano     default   1000    250    -      -      4000
  gpt-4.1-nano     priority,fast 2000   500    -      -      8000
  gpt-4o           default   25000   12500  -      -      100000
  gpt-4o           priority,fast 42500  21250  -      -      170000
  gpt-4o-2024-05-13 default  50000   50000  -      -      150000
  gpt-4o-2024-05-13 priority,fast 87500  87500  -      -      262500
  gpt-4o-mini      default   1500    750    -      -      6000
  gpt-4o-mini      priority,fast 2500   1250   -      -      10000
  o3               default   20000   5000   -      -      80000
  o3               priority,fast 35000  8750   -      -      140000
  o3               flex          10000  2500   -      -      40000
  o3-pro           default   200000  -      -      -      800000
  o3-mini          default   11000   5500   -      -      44000
  o4-mini          default   11000   2750   -      -      44000
  o4-mini          priority,fast 20000  5000   -      -      80000
  o4-mini          flex          5500   1380   -      -      22000
  o1               default   150000  75000  -      -      600000
  gpt-4-turbo      default   100000  -      -      -      300000
  gpt-4            default   300000  -      -      -      600000
  gpt-3.5-turbo    default   5000    -      -      -      15000
  text-embedding-ada-002 default 1000 -     -      -      -
  text-embedding-3-small default 200  -     -      -      -
  text-embedding-3-large default 1300 -     -      -      -
  gpt-3.5-turbo-instruct default 15000 -    -      -      20000
  davinci-002      default   20000   -      -      -      20000
  gpt-image-2      default   50000   -      -      -      300000
  gpt-image-1-mini default   20000   2000   -      -      80000
  claude-fable-5-2 default       80000  2000   100000 160000 400000
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
  claude-3-7-sonnet-latest default 30000 3000 37500 - 150000
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
  openai/gpt-oss-120b default 1500  750    -      -      6000
`;

/** The same for 400,000 tokens of input, which are long calls, and 10,000 of output. */
export const LONG_CALLS = `
  gpt-6.2-sol      default   1600000 80000  2000000 4000000 150000
  gpt-6.2-sol      priority,fast 3200000 160000 4000000 8000000 300000
  gpt-6.1-sol      default   1600000 80000  2000000 -       150000
  gpt-6.1-sol      priority,fast 3200000 160000 4000000 -      300000
  gpt-6.1-sol      flex          800000 40000  1000000 -      75000
  gpt-6-sol        default   1600000 160000 2000000 -       150000
  gpt-6-sol        priority,fast 3200000 320000 4000000 -      300000
  gpt-6-luna       default   80000   8000   100000  -       7500
  gpt-6-astra      default   8000000 800000 10000000 -      750000
  gpt-6-astra      priority,fast 16000000 1600000 20000000 -      1500000
  gpt-6-astra      flex          4000000 400000 5000000 -      375000
  gpt-5.6-sol      default       4000000 400000 5000000 -      450000
  gpt-5.6-terra    default       1600000 160000 2000000 -      180000
  gpt-5.6-terra    priority,fast 3200000 320000 4000000 -      360000
  gpt-5.6-terra    flex          800000 80000  1000000 -      90000
  gpt-5.6-luna     default   160000  16000  200000  -       18000
  gpt-5.6-luna     priority,fast 320000 32000  400000 -      36000
  gpt-5.6-luna     flex          80000  8000   100000 -      9000
  gpt-5.5          default   4000000 400000 -       -       450000
  gpt-5.5          priority,fast 4000000 400000 -      -      450000
  gpt-5.5          flex          2000000 200000 -      -      225000
  gpt-5.4          default   2000000 200000 -       -       225000
  gpt-5.4          priority,fast 2000000 200000 -      -      225000
  gpt-5.4          flex          1000000 100000 -      -      112500
  claude-sonnet-4-5 default       2400000 240000 3000000 4800000 225000
  claude-sonnet-4-0 default       2400000 240000 3000000 4800000 225000
  claude-haiku-5-5 default   200000  20000  250000  400000  25000
  gemini-3.1-pro-preview default 1600000 160000 -   -       180000
  gemini-2.5-pro   default   1000000 100000 -       -       150000
`;

/** Micro-dollars for 1,000 runs: at 10 USD per 1,000 searches, at 25 where a preview costs as much. */
export const TOOL_RUNS = [
  { tool: 'web_search', cost: 10_000_000, tokens: 128_000, models: reasoning() },
  { tool: 'web_search', cost: 25_000_000, tokens: 128_000, models: ['gpt-4.1', 'gpt-4o'] },
  { tool: 'web_search', cost: 25_000_000, tokens: 8_000, models: ['gpt-4.1-mini', 'gpt-4o-mini'] },
  {
    tool: 'file_search',
    cost: 2_500_000,
    // 50 results of 4,096 tokens.
    tokens: 204_800,
    models: [...reasoning(), 'gpt-4.1', 'gpt-4o', 'gpt-4.1-mini', 'gpt-4o-mini'],
  },
  { tool: 'web_search', cost: 10_000_000, tokens: 32_768, models: claudes() },
  // As much as the request says, else a whole window.
  { tool: 'web_fetch', cost: 0, tokens: undefined, models: claudes() },
];

/** OpenAI's models that reason, and search. */
function reasoning(): string[] {
  return [
    ...['gpt-6.2-sol', 'gpt-6.1-sol', 'gpt-6-sol', 'gpt-6-luna', 'gpt-6-astra'],
    ...['gpt-5.6-sol', 'gpt-5.6-terra', 'gpt-5.6-luna'],
    ...['gpt-5.5', 'gpt-5.4', 'gpt-5.4-mini', 'gpt-5.4-nano', 'gpt-5.3-codex', 'gpt-5.2-codex'],
    ...['gpt-5.2', 'gpt-5.1-codex', 'gpt-5.1-codex-max', 'gpt-5.1-codex-mini', 'gpt-5.1'],
    ...['gpt-5', 'gpt-5-codex', 'gpt-5-mini', 'gpt-5-nano', 'o3', 'o4-mini'],
  ];
}

/** Lines whose model reasons before it answers, unless a request says otherwise. */
export const REASONING = [
  ...reasoning(),
  ...['gpt-5-pro', 'o3-pro', 'openai/gpt-oss-120b'],
  ...['o3-mini', 'o1', 'claude-fable-5-2', 'claude-fable-5-1', 'claude-fable-5'],
  ...['claude-opus-5-5', 'claude-opus-5', 'claude-sonnet-5-5', 'claude-sonnet-5'],
  ...['claude-haiku-5-5', 'gemini-3.8-flash', 'gemini-3.1-pro-preview', 'gemini-2.5-pro'],
  ...['gemini-2.5-flash', 'deepseek-flash', 'deepseek-v4-pro'],
];

function claudes(): string[] {
  return [
    ...['claude-fable-5-2', 'claude-fable-5-1', 'claude-fable-5'],
    ...['claude-opus-5-5', 'claude-opus-5'],
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
  ['gpt-6.2-sol-2026-11-17', 'gpt-6.2-sol'],
  ['gpt-5.3-codex-2026-02-05', 'gpt-5.3-codex'],
  ['gpt-5-codex-2025-09-15', 'gpt-5-codex'],
  ['gpt-5-pro-2025-10-06', 'gpt-5-pro'],
  ['o3-pro-2025-06-10', 'o3-pro'],
  ['gpt-4-turbo-2024-04-09', 'gpt-4-turbo'],
  ['gpt-4-0613', 'gpt-4'],
  ['gpt-3.5-turbo-0125', 'gpt-3.5-turbo'],
  ['claude-3-7-sonnet-20250219', 'claude-3-7-sonnet-latest'],
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
