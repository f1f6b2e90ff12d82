-- One chat completion a request. Prints what run.js reads: requests, errors, and microseconds.
wrk.method = 'POST'
wrk.headers['content-type'] = 'application/json'
wrk.headers['authorization'] = 'Bearer ' .. os.getenv('BENCH_CREDENTIAL')
if os.getenv('BENCH_CUSTOM_HOST') then
  wrk.headers['x-portkey-provider'] = 'openai'
  wrk.headers['x-portkey-custom-host'] = os.getenv('BENCH_CUSTOM_HOST')
end
wrk.body = os.getenv('BENCH_BODY')

function done(summary, latency)
  local errors = summary.errors.status + summary.errors.connect + summary.errors.read
    + summary.errors.write + summary.errors.timeout
  io.write(string.format('RESULT {"requests":%d,"errors":%d,"micros":%d,"p50":%d,"p99":%d}\n',
    summary.requests, errors, summary.duration, latency:percentile(50), latency:percentile(99)))
end
