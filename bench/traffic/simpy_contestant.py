"""The request path of requests.yaml on SimPy 4: a process for each request, a Resource for each pod, a timeout for each attempt.

Arguments: pods, warm-up and measured simulated seconds. Prints what every contestant prints.
"""
import json
import random
import sys
import time
from math import exp

import simpy

pods, warm_up, seconds = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
RATE, WORK, SLOTS, QUEUE = 280.0 * pods, 0.010, 4, 128
TIMEOUT, RETRIES, BACKOFF, ERROR_RATE = 1.0, 3, 0.010, 1 / 128

env = simpy.Environment()
arrivals, choices, delays, luck = (random.Random(seed) for seed in range(1, 5))
servers = [simpy.Resource(env, SLOTS) for _ in range(pods)]
connections = [0] * pods
cpu = [0.0] * pods
counts = {"requests": 0, "attempts": 0, "ok": 0, "failed": 0, "error": 0, "timeout": 0, "overload": 0}
latencies = []
in_flight = 0
area = 0.0
since = 0.0


def link():
    return 600e-6 * exp(0.25 * delays.gauss(0, 1))


def advance(change):
    global in_flight, area, since
    area += in_flight * (env.now - since)
    since = env.now
    in_flight += change


def serve(pod, answer):
    yield env.timeout(link())
    server = servers[pod]
    if server.count == SLOTS and len(server.queue) == QUEUE:
        outcome = "overload"
    else:
        with server.request() as slot:
            yield slot
            work = luck.expovariate(1 / WORK)
            outcome = "error" if luck.random() < ERROR_RATE else "ok"
            cpu[pod] += work
            yield env.timeout(work)
    yield env.timeout(link())
    answer.succeed(outcome)


def request():
    started = env.now
    advance(1)
    counts["requests"] += 1
    for attempt in range(RETRIES + 1):
        counts["attempts"] += 1
        first = choices.randrange(pods)
        second = choices.randrange(pods - 1)
        second += second >= first
        pod = second if connections[second] < connections[first] else first
        connections[pod] += 1
        answer = env.event()
        env.process(serve(pod, answer))
        yield answer | env.timeout(TIMEOUT)
        connections[pod] -= 1
        outcome = answer.value if answer.triggered else "timeout"
        if outcome == "ok":
            break
        counts[outcome] += 1
        if attempt < RETRIES:
            yield env.timeout(BACKOFF * 2**attempt * (1 + 0.5 * (2 * luck.random() - 1)))
    advance(-1)
    if outcome == "ok":
        counts["ok"] += 1
        latencies.append(env.now - started)
    else:
        counts["failed"] += 1


def arrive():
    while True:
        yield env.timeout(arrivals.expovariate(RATE))
        env.process(request())


scraped = []


def scrape():
    global latencies
    while True:
        yield env.timeout(1.0)
        scraped.append(latencies)
        latencies = []


env.process(arrive())
env.process(scrape())
env.run(until=warm_up)
latencies = []
scraped.clear()
before = dict(counts)
start = time.process_time()
env.run(until=warm_up + seconds)
cpu_seconds = time.process_time() - start
measured = sorted(value for part in [*scraped, latencies] for value in part)
print(
    json.dumps(
        {
            "cpuSeconds": cpu_seconds,
            "requests": counts["requests"] - before["requests"],
            "attempts": counts["attempts"] - before["attempts"],
            "events": 0,
            "meanUs": sum(measured) / len(measured) * 1e6,
            "p99Us": measured[int(0.99 * len(measured))] * 1e6,
        }
    )
)
