// Lost requests and seats that nobody has are found.
import { expect, it } from 'vitest';
import { checkPriorityLevels, watchDispatches } from './flow-control-invariants.ts';

const level = (part: { arrived?: number; executing?: number; seats?: number }) => ({
  name: 'system',
  exempt: false,
  counts: { arrived: part.arrived ?? 10, dispatched: 7, rejected: 1, answered: 5 },
  queues: { requestsWaiting: 2, requestsExecuting: part.executing ?? 2, seatsInUse: part.seats ?? 4 },
});
const clock = { now: 5e6 };

function dispatch(one: ReturnType<typeof level>, what: 'dispatched' | 'rejected'): void {
  watchDispatches(clock, { push: (listener) => listener({ ...one, seats: 4 }, what) });
}

it('says nothing of a level that has them all', () => {
  checkPriorityLevels(clock, [level({})]);
  dispatch(level({}), 'dispatched');
  dispatch(level({ seats: 5 }), 'rejected');
});

it('finds a request that is lost', () => {
  expect(() => checkPriorityLevels(clock, [level({ arrived: 11 })])).toThrow(
    'at 5 s: priority level system: 11 requests arrived, 7 were dispatched, but 5 answered, 1 rejected, 2 waiting, 2 executing',
  );
});

it('finds requests without seats, and seats that are not there', () => {
  expect(() => checkPriorityLevels(clock, [level({ seats: 1 })])).toThrow('2 requests on 1 seats');
  expect(() => dispatch(level({ seats: 5 }), 'dispatched')).toThrow('a request was dispatched onto seat 5 of 4');
});
