// HOLD and M/M/1 as people usually write them: an event is an object with a closure, in a binary heap with a comparison function.
import { contest, type Run } from './contestant.ts';

interface Event {
  readonly time: number;
  readonly sequence: number;
  readonly action: () => void;
}

function before(left: Event, right: Event): boolean {
  return left.time < right.time || (left.time === right.time && left.sequence < right.sequence);
}

class Simulation {
  now = 0;
  stopped = false;
  #sequence = 0;
  readonly #heap: Event[] = [];

  after(delay: number, action: () => void): void {
    const event = { time: this.now + Math.round(delay), sequence: this.#sequence++, action };
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(event, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = event;
  }

  run(): void {
    this.stopped = false;
    for (let event = this.#take(); event !== undefined; event = this.stopped ? undefined : this.#take()) {
      this.now = event.time;
      event.action();
    }
  }

  #take(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], last)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function hold(delays: Float64Array, pending: number): Run {
  const simulation = new Simulation();
  let draw = 0;
  let left = 0;
  const start = (item: { steps: number }): void => {
    simulation.after(delays[draw++ & 0xffff], () => {
      item.steps++;
      start(item);
      if (--left === 0) simulation.stopped = true;
    });
  };
  for (let number = 0; number < pending; number++) start({ steps: number });
  return {
    advance(events) {
      left = events;
      simulation.run();
    },
    now: () => simulation.now,
  };
}

function mm1(delays: Float64Array): Run {
  const simulation = new Simulation();
  const waiting: { readonly arrivedAt: number }[] = [];
  let draw = 0;
  let busy = false;
  let left = 0;
  const serve = (): void => {
    busy = true;
    simulation.after(0.75 * delays[draw++ & 0xffff], () => {
      busy = false;
      if (waiting.shift() !== undefined) serve();
      if (--left === 0) simulation.stopped = true;
    });
  };
  const arrive = (): void => {
    simulation.after(delays[draw++ & 0xffff], arrive);
    if (busy) waiting.push({ arrivedAt: simulation.now });
    else serve();
  };
  simulation.after(0, arrive);
  return {
    advance(customers) {
      left = customers;
      simulation.run();
    },
    now: () => simulation.now,
  };
}

contest((model, delays, pending) => (model === 'hold' ? hold(delays, pending) : mm1(delays)));
