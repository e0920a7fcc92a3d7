-- One line of numbers for the benchmarks: requests a second; latencies in microseconds.
function done(summary, latency, requests)
  local rate = summary.requests / (summary.duration / 1000000)
  io.write(string.format("seen: %.1f %d %d %d\n", rate, latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
