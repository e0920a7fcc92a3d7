"""Runs schedules of hits by the library `limits`, for tests that compare.

Reads a schedule a line and answers each with a line, both JSON:

    {"strategy": "fixed-window", "amount": 5, "seconds": 60, "steps": [[64, "alice", 1, "hit"], …]}
    [[true, 4, 3840], …]

A step is the time in ticks, the client, the cost and `hit` or `test`; its verdict is whether it passed, how much is
left after it, and in how many ticks more will be. There are 64 ticks a second, so that every time here is exact.
"""

import json
import sys

import limits.limits
import limits.storage.memory
import limits.strategies

TICKS = 64


class Clock:
    """Stands in for the module `time`, and stands still."""

    ticks = 0

    def time(self):
        return self.ticks / TICKS


CLOCK = Clock()
limits.storage.memory.time = CLOCK
limits.strategies.time = CLOCK


class Storage(limits.storage.memory.MemoryStorage):
    """Without the thread that clears away what has expired: it would do so at any time."""

    def __init__(self):
        super().__init__()
        self.timer.cancel()

    def _MemoryStorage__schedule_expiry(self):
        pass


def run(schedule):
    limiter = limits.strategies.STRATEGIES[schedule["strategy"]](Storage())
    limit = limits.limits.RateLimitItemPerSecond(schedule["amount"], schedule["seconds"])
    return [step(limiter, limit, *each) for each in schedule["steps"]]


def step(limiter, limit, ticks, client, cost, what):
    CLOCK.ticks = ticks
    passed = limiter.test(limit, client, cost=cost)
    # A fixed window's hit counts even when it is refused, unlike ours: only hits that will pass are made.
    if what == "hit" and passed:
        passed = limiter.hit(limit, client, cost=cost)
        assert passed, "a hit must pass where a test just did"
    elif what == "hit" and not isinstance(limiter, limits.strategies.FixedWindowRateLimiter):
        passed = limiter.hit(limit, client, cost=cost)
    stats = limiter.get_window_stats(limit, client)
    return [passed, stats.remaining, stats.reset_time * TICKS - ticks]


for line in sys.stdin:
    print(json.dumps(run(json.loads(line))), flush=True)
