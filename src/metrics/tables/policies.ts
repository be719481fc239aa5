// The table of policies: what each let through and refused at each place of the scenario, and the state that it is in.
import { count, END, seconds, someNumber, text, type Table } from './column.ts';

export const policies = {
  file: 'policies.csv',
  help: 'Policies of callers and servers in each interval, a row for each place of the scenario that has been called; without policies it is empty.',
  columns: {
    time_seconds: seconds(END),
    place: text('Where it is: `caller → namespace/service`, or the image that serves.'),
    policy: text('Name of the policy.'),
    permitted: count('Attempts, at a server requests, that it let through at once.'),
    rejected: count('Those that it refused, or dropped from the queue of a server.', 'lower'),
    waited: count('Those that it let wait first.'),
    retries: count(
      'Attempts after a failed one. Where no policy decides about retries, they are counted at the first policy of the call.',
    ),
    retries_refused: count('Attempts after a failed one that it did not allow.'),
    hedges: count('Further attempts while the first was under way.'),
    fallbacks: count('Calls that failed and were answered by a fallback.'),
    openings: count('Times that a breaker opened.', 'lower'),
    ejections: count('Times that an endpoint was ejected.'),
    open: count('Breakers that are open at the end of the interval: each caller has one.', 'lower'),
    half_open: count('Breakers that are half open then.'),
    ejected_endpoints: count('Endpoints that are ejected then, summed over callers.', 'lower'),
    limit: someNumber(
      'The limit then of one that adapts, mean over callers or pods; of PriorityShedding the level below which it refuses.',
    ),
  },
} as const satisfies Table;
