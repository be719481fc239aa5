"""HOLD and M/M/1 on SimPy 4, as processes (what people write) or as bare callbacks (the fastest it can do).

Arguments: style, model, pending events, warm-up, measured events, file of delays. Prints CPU seconds and the time reached.
"""
import sys
import time
from math import floor

import simpy

style, model, pending, warm_up, events, file = sys.argv[1:]
scale = 100 * int(pending) / 2**20 if model == "hold" else 1
with open(file) as lines:
    delays = [floor(int(line) * scale) for line in lines]

env = simpy.Environment()
draw = 0
left = 0
done = env.event()


def next_delay():
    global draw
    delay = delays[draw & 0xFFFF]
    draw += 1
    return delay


def service_delay():
    return floor(0.75 * next_delay() + 0.5)


def count():
    global left
    left -= 1
    if left == 0:
        done.succeed()


def advance(count):
    global left, done
    left = count
    done = env.event()
    env.run(until=done)


def hold_process():
    while True:
        yield env.timeout(next_delay())
        count()


def hold_callback(_=None):
    env.timeout(next_delay()).callbacks.append(held)


def held(_):
    hold_callback()
    count()


def customers(server):
    while True:
        env.process(customer(server))
        yield env.timeout(next_delay())


def customer(server):
    with server.request() as request:
        yield request
        yield env.timeout(service_delay())
    count()


present = 0


def arrive(_):
    global present
    env.timeout(next_delay()).callbacks.append(arrive)
    present += 1
    if present == 1:
        env.timeout(service_delay()).callbacks.append(depart)


def depart(_):
    global present
    present -= 1
    if present > 0:
        env.timeout(service_delay()).callbacks.append(depart)
    count()


if model == "hold":
    for _ in range(int(pending)):
        if style == "processes":
            env.process(hold_process())
        else:
            hold_callback()
elif style == "processes":
    env.process(customers(simpy.Resource(env)))
else:
    env.timeout(0).callbacks.append(arrive)

advance(int(warm_up))
start = time.process_time()
advance(int(events))
print(f"{time.process_time() - start:.6f} {env.now:.0f}")
