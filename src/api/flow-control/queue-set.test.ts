// Queue sets: when each request of random sequences is dispatched, as Kubernetes' own queue set (k8s.io/apiserver v0.36.3, with a clock that is
// set by hand) answered; and what fair queueing promises.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { dealHand } from './dealer.ts';
import { QueueSet } from './queue-set.ts';
import { SeatDemand } from './seat-demand.ts';
import { ONE_SEAT, Ticket } from './ticket.ts';

/** Of a request: when it came, its flow, its seats (while served, afterwards, for how long), what it took, and when it was dispatched: never is -1. */
type Request = readonly [number, number, number, number, number, number, number];

interface Trace {
  readonly queues: number;
  readonly hand: number;
  readonly length: number;
  readonly limit: number;
  /** Times at which the level has other seats. */
  readonly changes: readonly (readonly [number, number])[];
  readonly hashes: readonly string[];
  readonly requests: readonly Request[];
}

const traces = gunzipSync(readFileSync(new URL('queue-set-traces.jsonl.gz', import.meta.url)))
  .toString('utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Trace);

interface Due {
  readonly at: number;
  /** At one instant seats are given back first, then requests end, then they come, then the seats change. */
  readonly rank: number;
  readonly order: number;
  readonly act: () => void;
}

/** Runs a queue set by hand: what happens is added while it runs. */
function stage(settings: { queues: number; handSize: number; queueLengthLimit: number }, seats: number) {
  const due: Due[] = [];
  const starts = new Map<number, number>();
  const host = {
    now: 0,
    dispatched(ticket: Ticket): void {
      starts.set(ticket.request, host.now);
      plan(host.now + (takes[ticket.request] ?? 0), 1, ticket.request, () => set.finish(ticket));
    },
    lingers: (ticket: Ticket) => plan(host.now + ticket.additionalUs, 0, ticket.request, () => set.release(ticket)),
  };
  const takes: number[] = [];
  const set = new QueueSet(host, new SeatDemand(host), settings, seats);
  function plan(at: number, rank: number, order: number, act: () => void): void {
    due.push({ at, rank, order, act });
  }
  function run(): void {
    while (due.length > 0) {
      due.sort((a, b) => a.at - b.at || a.rank - b.rank || a.order - b.order);
      const next = due.shift();
      host.now = next?.at ?? host.now;
      next?.act();
    }
  }
  return { host, set, takes, starts, plan, run };
}

describe('a queue set', () => {
  it.each(traces.map((trace, index) => ({ index, ...trace })))(
    'dispatches trace $index ($queues queues of $length, $limit seats) when Kubernetes does',
    ({ queues, hand, length, limit, changes, hashes, requests }) => {
      const settings = { queues, handSize: hand, queueLengthLimit: length };
      const { host, set, takes, starts, plan, run } = stage(settings, limit);
      const hands = hashes.map((hash) => (queues < 1 ? [] : dealHand(BigInt(hash), queues, hand)));
      for (const [request, [at, flow, initialSeats, finalSeats, additionalUs, took]] of requests.entries()) {
        takes[request] = took;
        plan(at, 2, request, () => {
          set.start(new Ticket(request, { initialSeats, finalSeats, additionalUs }, host.now), hands[flow]);
        });
      }
      for (const [at, seats] of changes) plan(at, 3, 0, () => set.configure(settings, seats));
      run();
      expect(requests.map((_, request) => starts.get(request) ?? -1)).toEqual(requests.map((one) => one[6]));
      expect([set.seatsInUse, set.seatsWaiting, set.requestsExecuting, set.requestsWaiting]).toEqual([0, 0, 0, 0]);
    },
  );

  it('divides seats by what flows want, none of them getting more while another gets less than it asks for', () => {
    // Ten seats, requests of 100 ms: 100 a second. Three flows ask for 10, 20 and 200 a second: 10, 20 and 70 is max-min fair.
    // Of the 990 that are dispatched in 9.9 seconds, to the next ten:
    const { host, set, takes, starts, plan, run } = stage({ queues: 3, handSize: 1, queueLengthLimit: 1e4 }, 10);
    const asked = [10, 20, 200];
    let request = 0;
    for (const [flow, rate] of asked.entries()) {
      for (let i = 0; i < 10 * rate; i += 1) {
        const id = request++;
        takes[id] = 100_000;
        plan(Math.round((i * 1e6) / rate) + flow, 2, id, () => set.start(new Ticket(id, ONE_SEAT, host.now), [flow]));
      }
    }
    plan(10e6, 3, request, () => expect(served()).toEqual([100, 200, 690]));
    run();

    function served(): number[] {
      const within = (from: number, to: number): number =>
        [...starts].filter(([id, at]) => id >= from && id < to && at < 10e6 - 100_000).length;
      return [within(0, 100), within(100, 300), within(300, 2300)].map((count) => Math.round(count / 10) * 10);
    }
  });

  it('rejects what finds its queue full, and lets nobody past a wide request that waits', () => {
    const { host, set, takes, starts, plan, run } = stage({ queues: 1, handSize: 1, queueLengthLimit: 2 }, 3);
    const accepted: boolean[] = [];
    const widths = [2, 3, 1, 1];
    for (const [id, initialSeats] of widths.entries()) {
      takes[id] = 1000;
      plan(0, 2, id, () => accepted.push(set.start(new Ticket(id, { ...ONE_SEAT, initialSeats }, host.now), [0])));
    }
    run();
    expect(accepted).toEqual([true, true, true, true]);
    expect([...starts.entries()]).toEqual([
      [0, 0],
      [1, 1000],
      [2, 2000],
      [3, 2000],
    ]);
  });
});
