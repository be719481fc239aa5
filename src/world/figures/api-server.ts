// Figures of the API server under load: its priority levels, and the clients that the scenario adds.
import type { ApiClientRecord } from '../api-clients.ts';
import type { LevelHistory } from '../level-history.ts';
import { aggregated, type Figure } from './figure.ts';

const gauge = (
  part: string,
  title: string,
  column: 'seats' | 'seats_in_use' | 'requests_waiting',
  meaning: string,
): Figure => ({
  pattern: `api.level.<level>.${part}`,
  title,
  unit: 'count',
  gauge: true,
  wholeRun: false,
  better: 'neither',
  meaning,
  measure: ({ span: { from, to }, names, aggregate }, { measure }) =>
    aggregated(measure.levels.values(names['level'], column, from, to), aggregate),
});

const whole = (
  pattern: string,
  title: string,
  unit: Figure['unit'],
  better: Figure['better'],
  meaning: string,
  of: (levels: LevelHistory, name: string) => number | undefined,
): Figure => ({
  pattern,
  title,
  unit,
  gauge: false,
  wholeRun: true,
  better,
  meaning,
  measure: ({ names }, { measure }) => of(measure.levels, names['level'] ?? names['client']),
});

const ofClient = (
  part: string,
  title: string,
  unit: Figure['unit'],
  better: Figure['better'],
  meaning: string,
  of: (record: ApiClientRecord) => number | undefined,
): Figure =>
  whole(`api.client.<client>.${part}`, title, unit, better, meaning, (levels, name) => {
    const record = levels.client(name);
    return record === undefined ? undefined : of(record);
  });

export const apiServerFigures: readonly Figure[] = [
  gauge(
    'seats',
    'Seats of level <level>',
    'seats',
    'Seats that the priority level has, with what it borrowed or lent.',
  ),
  gauge('seats_in_use', 'Seats of level <level> in use', 'seats_in_use', 'Seats that requests of the level take.'),
  gauge('waiting', 'Requests waiting in level <level>', 'requests_waiting', 'Requests in the queues of the level.'),
  whole(
    'api.level.<level>.rejected',
    'Requests of level <level> rejected',
    'count',
    'lower',
    'Answers 429 of the level; each retry that is rejected counts.',
    (levels, name) => levels.level(name)?.rejected,
  ),
  whole(
    'api.level.<level>.timed_out',
    'Requests of level <level> timed out',
    'count',
    'lower',
    'Requests of the level that were rejected after 15 s in a queue.',
    (levels, name) => levels.level(name)?.timedOut,
  ),
  whole(
    'api.level.<level>.wait.p99',
    'Wait in level <level>, p99',
    'us',
    'lower',
    'Time that a request of the level waited for its seats.',
    (levels, name) => quantile(levels.waits(name), 0.99),
  ),
  ofClient(
    'succeeded',
    'Requests of <client> answered',
    'count',
    'higher',
    'Requests answered with success.',
    (one) => one.succeeded,
  ),
  ofClient(
    'rejected',
    'Requests of <client> rejected',
    'count',
    'lower',
    'Requests given up after 429.',
    (one) => one.rejected,
  ),
  ofClient(
    'failed',
    'Requests of <client> failed',
    'count',
    'lower',
    'Requests refused for another reason than 429.',
    (one) => one.failed,
  ),
  ofClient(
    'latency.p50',
    'Requests of <client>, median',
    'us',
    'lower',
    'Time from sending a request to its success.',
    (one) => quantile(one.durations, 0.5),
  ),
  ofClient('latency.p99', 'Requests of <client>, p99', 'us', 'lower', 'The same, 99th percentile.', (one) =>
    quantile(one.durations, 0.99),
  ),
];

function quantile(
  histogram: { readonly count: number; quantile(q: number): number } | undefined,
  q: number,
): number | undefined {
  return histogram === undefined || histogram.count === 0 ? undefined : histogram.quantile(q);
}
