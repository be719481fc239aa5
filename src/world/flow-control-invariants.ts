// No priority level serves more than its seats, and none loses a request: arrived is answered, rejected, waiting or executing.
import { InvariantError } from '../lib/assert.ts';

interface CheckedLevel {
  readonly name: string;
  readonly exempt: boolean;
  readonly counts: {
    readonly arrived: number;
    readonly dispatched: number;
    readonly rejected: number;
    readonly answered: number;
  };
  readonly queues: {
    readonly requestsWaiting: number;
    readonly requestsExecuting: number;
    readonly seatsInUse: number;
  };
}

/** Throws an InvariantError. */
export function checkPriorityLevels(engine: { readonly now: number }, levels: Iterable<CheckedLevel>): void {
  for (const { name, counts, queues } of levels) {
    const { arrived, dispatched, rejected, answered } = counts;
    const known = answered + rejected + queues.requestsWaiting + queues.requestsExecuting;
    if (arrived !== known || dispatched !== answered + queues.requestsExecuting) {
      const parts = `${answered} answered, ${rejected} rejected, ${queues.requestsWaiting} waiting, ${queues.requestsExecuting} executing`;
      fail(engine, `priority level ${name}: ${arrived} requests arrived, ${dispatched} were dispatched, but ${parts}`);
    }
    if (queues.seatsInUse < 0 || queues.seatsInUse < queues.requestsExecuting) {
      fail(engine, `priority level ${name}: ${queues.requestsExecuting} requests on ${queues.seatsInUse} seats`);
    }
  }
}

/**
 * At a dispatch the level has the seats that it gives: more are in use only after some were lent away, or for a single request that
 * is wider than the level.
 */
function checkDispatch(engine: { readonly now: number }, { name, exempt, queues }: CheckedLevel, seats: number): void {
  if (exempt || queues.seatsInUse <= seats || queues.requestsExecuting === 1) return;
  fail(engine, `priority level ${name}: a request was dispatched onto seat ${queues.seatsInUse} of ${seats}`);
}

type DispatchListener = (level: CheckedLevel & { readonly seats: number }, what: 'dispatched' | 'rejected') => void;

/** Checks every dispatch from now on. */
export function watchDispatches(
  engine: { readonly now: number },
  listeners: { push(listener: DispatchListener): unknown },
): void {
  listeners.push((level, what) => {
    // Of a level that has just lent seats more are in use for a while, but nobody comes onto them.
    if (what === 'dispatched') checkDispatch(engine, level, level.seats);
  });
}

function fail(engine: { readonly now: number }, what: string): never {
  throw new InvariantError(`at ${engine.now / 1e6} s: ${what}`);
}
