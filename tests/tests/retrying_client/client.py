"""Calls each URL of the command line in turn, waiting as Retry-After says; prints what came of it as JSON.

One thread a URL, each with a pool of its own, so that waits overlap and no URL's calls do.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import urllib3

CALLS = 7


def call_all(url):
    retry = urllib3.Retry(total=8, status_forcelist=[429], respect_retry_after_header=True, backoff_factor=0)
    pool = urllib3.PoolManager(retries=retry)
    # A call that is refused once too often raises, and so fails this program.
    answers = [pool.request("GET", url) for _ in range(CALLS)]
    return {
        "url": url,
        "statuses": [answer.status for answer in answers],
        # How often each call was refused before it passed.
        "refusals": [len(answer.retries.history) for answer in answers],
    }


urls = sys.argv[1:]
with ThreadPoolExecutor(len(urls)) as threads:
    print(json.dumps(list(threads.map(call_all, urls))))
