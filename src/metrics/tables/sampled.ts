// The table of sampled requests: which Services were simulated when, and why.
import { count, perSecond, seconds, someRatio, type Table, text } from './column.ts';

export const regimes = {
  file: 'regimes.csv',
  help: 'With `trafficMode: sampled`, the times for which Services that call each other were simulated, measured, or counted in expectation, one row each, in the order of their beginning.',
  columns: {
    from_seconds: seconds('When it began, in seconds of simulated time since the start.'),
    to_seconds: seconds('When it ended.'),
    services: text('The Services, separated by blanks: a change of one of them is a change of all.'),
    state: text(
      '`simulated`: until what has changed has settled; `measured`: simulated too, as the regime that it has settled to; `expected`: counted by figures that are known.',
    ),
    cause: text(
      'What has changed last: `start`, `endpoints`, `process` (one starts, ends or hangs), `machine`, `fault`, `rate` (a jump), `load` (beyond what is known), `callers` (who calls whom), `warm-up`, or `observer` (somebody counts requests).',
    ),
    requests: count('Requests from outside that began meanwhile.'),
    requests_per_second: perSecond('The same by time.'),
    mean_error_ratio: someRatio(
      'Half of the 95 % interval of the mean latency, by the mean: of the measurement so far, or of what stands for the regime. Empty where nothing was judged.',
      'lower',
    ),
  },
} as const satisfies Table;
