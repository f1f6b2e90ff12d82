/** What `bursar init` writes as `bursar.yaml`, beside `keys.json` and `operator.key`. */
export const CONFIG_TEMPLATE = `# Bursar's configuration. Paths are relative to this file. A \${NAME} is taken from the environment
# when a command needs that value; \${NAME:-default} has a default, which may be empty.
# "bursar config check" tells every mistake with its line.

# HOST:PORT of the gateway. IPv6 in brackets: "[::1]:8787".
listen: 127.0.0.1:8787
# adminListen: 127.0.0.1:8788      # the operator's API, there alone
# tls: { cert: cert.pem, key: key.pem }

# Where spending is counted: sqlite:PATH, or redis://HOST:6379/0 (also of a cluster or sentinels).
# A call is refused with 503 when the ledger has no answer within ledgerTimeout.
ledger: sqlite:ledger.db
ledgerTimeout: 1s

# This gateway's own state.
stateDir: state

# A line for every request: true for standard output, or a file.
# accessLog: access.log

# Secrets, each in a file of mode 0600: the keys that sign macaroons, and the operator's key, which
# mints and looks at accounts (or operatorKey: \${BURSAR_OPERATOR_KEY}; at least 32 characters).
keys: keys.json
operatorKeyFile: operator.key

# Where calls of models go. The first upstream that speaks the API and has a match in models serves:
# an exact name, or a prefix that ends in *. One with an empty apiKey is off.
upstreams:
  openai:
    protocol: openai
    baseUrl: https://api.openai.com/v1
    apiKey: \${OPENAI_API_KEY:-}
    models: ["gpt-*", "o*"]
  anthropic:
    protocol: anthropic
    baseUrl: https://api.anthropic.com/v1
    apiKey: \${ANTHROPIC_API_KEY:-}
    models: ["claude-*"]
  # Any provider that speaks one of the two APIs, by its URL:
  # deepseek:
  #   protocol: openai
  #   baseUrl: https://api.deepseek.com/v1
  #   apiKey: \${DEEPSEEK_API_KEY}
  #   models: ["deepseek-*"]
  #   headers: { X-Title: my agents }    # sent with every call, as query: { api-version: … } is
  # Answers by itself, only while every upstream above is off: no network, no key, no model behind it.
  sandbox:
    protocol: sandbox
    models: ["*"]

# What a call costs, by the name of its model or tool, or by a prefix that ends in *.
# The longest match counts. A plain number is credits; {credits: 5, usd: 0.01} has a tool's price in
# USD besides. A name is that name alone: "gpt-4o: 15" says nothing of
# gpt-4o-2024-11-20, which "gpt-4o-2*: 15" would. A name that no line
# matches has no price in credits, unless defaultCost is set.
tools:
  costs:
    gpt-4o: 15
    gpt-4o-mini: 1
    web_search: {credits: 5, usd: 0.01}
  # defaultCost: 1
  # HTTP tools: /tools/web_search/... is forwarded to this URL.
  # endpoints:
  #   web_search: http://127.0.0.1:9000/search
  #   geocode:
  #     url: https://geo.example.com/v1
  #     headers:
  #       x-api-key: \${GEOCODE_KEY}
  #     methods: [GET]
  #     paths: ["/v1/*"]

# What models cost in USD, by their tokens, where the list that comes with this version won't do. A
# macaroon with a budget in usd or tokens needs a model to be on it; credits are counted besides.
# "bursar prices check" tells every mistake in it. It is read again whenever it changes.
# prices: prices.yaml

# All of these have defaults; they are shown here.
# limits:
#   body: 10MiB              # the largest request
#   header: 16KiB
#   connections: 1024
#   headerTimeout: 10s       # from the connection to the end of the headers
#   requestTimeout: 60s      # from the connection to the end of the body
#   upstreamTimeout: 5m      # for an upstream's first byte, and between two pieces of its answer
#   drain: 10s               # how long open calls may go on after SIGTERM
#   holdTtl: 15m             # after so long, a call that was never settled counts as spent
#   defaultOutput: 4096      # tokens, where a caller sets no maximum and pays by the token
#   defaultReasoningOutput: 32768   # the same for models that reason, which counts as output
#   serverToolRuns: 5        # runs of a provider's own tools, where a caller sets no limit
#   unknownInFlight: 16      # calls with names that are on no list, under way in one root
#   unknownWait: 30s         # how long one more waits for its turn
#   leastOutput: 16          # and what must fit for the call to be let through
#   leftTime: 30s            # how long an answer is read whose caller has left, to learn its cost
#   leftBytes: 8MiB
#   decoded: 64MiB           # of an answer that comes compressed although it was not asked to
#   decodeRatio: 100
`;
