// Figures of traced requests: calls by who makes them, where the time goes, and how busy pods are.
import { max, sum } from 'd3-array';
import { Histogram } from '../../metrics/histogram.ts';
import type { Better } from '../../metrics/tables/column.ts';
import type { FigureUnit } from '../../scenario/expect.ts';
import { addSums, NO_SUM, type PhaseSum } from '../../traffic/traces/latency-sums.ts';
import { type PhaseName, phaseNames, phases } from '../traced/phase-columns.ts';
import type { EdgeInterval } from '../traced/edge-history.ts';
import { type Figure, type FigureSources, qualified, type Question } from './figure.ts';

const MEANINGS: Readonly<Record<PhaseName, readonly [title: string, meaning: string]>> = {
  retries: [
    'retries',
    'before the attempt began with which it ended: failed attempts and back-off, the delay of hedges',
  ],
  policies: ['policies', 'of waiting because policies of callers said so'],
  dns: ['name lookups', 'of looking names up'],
  connect: ['connections', 'until there was a connection: waiting for one, opening it, TLS'],
  network: ['network', 'on the way between nodes'],
  mesh: ['proxies of a mesh', 'at proxies of a service mesh, their queues included'],
  queue: ['queues', 'of waiting for a slot in a pod'],
  cpu_wait: ['waiting for CPU', 'in which work could have run and other work did'],
  throttled: ['throttling', 'for which work rested under a CPU limit'],
  service: ['own work', 'of work, with what it waits for beside processors'],
  client: ['slow clients', 'for which places were kept for clients that send or take slowly'],
  downstream: ['calls', 'of waiting for the calls that it makes in turn'],
};

const over = (
  pattern: string,
  title: string,
  unit: FigureUnit,
  better: Better,
  meaning: string,
  measure: Figure['measure'],
): Figure => ({ pattern, title, unit, better, meaning, measure, gauge: false, wholeRun: false });

const within = ({ span: { from, to } }: Question, interval: number): boolean => interval > from && interval <= to;

const breakdown = (
  prefix: string,
  what: string,
  named: string,
  names: readonly PhaseName[],
  sumOf: (question: Question, sources: FigureSources) => PhaseSum,
  ended = 'ended well',
): Figure[] =>
  names.map((name) =>
    over(
      `${prefix}.breakdown.${name}`,
      `Latency of ${named}: ${MEANINGS[name][0]}`,
      'us',
      'lower',
      `Mean time of ${what}, of those traced that ${ended}, ${MEANINGS[name][1]}.`,
      (question, sources) => {
        const { count, us } = sumOf(question, sources);
        return count === 0 ? undefined : us[phases[name]] / count;
      },
    ),
  );

function sumUp(sums: Iterable<PhaseSum>): PhaseSum {
  let all = NO_SUM;
  for (const one of sums) all = addSums(all, one);
  return all;
}

type Scope = 'source' | 'service' | 'failed-source' | 'failed-service';

/** Of all sources, or of the calls to a Service. */
function breakdownOf(question: Question, { measure }: FigureSources, scope: Scope): PhaseSum {
  const service = scope.endsWith('service') ? qualified(question.names['service']) : undefined;
  const found = measure.traced?.breakdown.intervals.filter(
    ({ interval, row }) =>
      row.scope === scope &&
      within(question, interval) &&
      (service === undefined || `${row.namespace}/${row.name}` === service),
  );
  return sumUp(found?.map(({ sum: one }) => one) ?? []);
}

/** The intervals of one edge. A source is meant before a Service of its name. */
function edgeOf(question: Question, { measure }: FigureSources): EdgeInterval[] {
  const { names } = question;
  const intervals = measure.traced?.edges.intervals ?? [];
  const toService = intervals.filter(({ row }) => `${row.namespace}/${row.service}` === qualified(names['service']));
  const ofSource = toService.filter(({ row }) => row.caller_kind === 'source' && row.caller === names['caller']);
  const caller = qualified(names['caller']);
  const ofService = toService.filter(
    ({ row }) => row.caller_kind === 'service' && `${row.caller_namespace}/${row.caller}` === caller,
  );
  return (ofSource.length > 0 ? ofSource : ofService).filter(({ interval }) => within(question, interval));
}

const edge = (
  name: string,
  title: string,
  unit: FigureUnit,
  better: Better,
  meaning: string,
  of: (intervals: readonly EdgeInterval[], question: Question, sources: FigureSources) => number | undefined,
): Figure =>
  over(
    `edge.<caller>.<service>.${name}`,
    `Calls of <caller> to <service>: ${title}`,
    unit,
    better,
    `${meaning} \`<caller>\` is a source, or the Service to which the calling request was sent.`,
    (question, sources) => {
      const intervals = edgeOf(question, sources);
      return intervals.length === 0 ? undefined : of(intervals, question, sources);
    },
  );

const edgeLatency = (name: string, title: string, value: (histogram: Histogram) => number): Figure =>
  edge(
    name,
    `latency, ${title}`,
    'us',
    'lower',
    `Latency of calls that ended well, ${title}.`,
    (intervals, _, { measure }) => {
      const all = new Histogram();
      for (const one of intervals) {
        const durations = measure.traced?.edges.durations(one.edge);
        if (durations !== undefined) all.merge(durations.merged(one.interval - 1, one.interval));
      }
      return all.count === 0 ? undefined : value(all);
    },
  );

const edgeFigures: readonly Figure[] = [
  edge('count', 'number', 'count', 'neither', 'Calls that ended, each with its retries.', (intervals) =>
    sum(intervals, ({ row }) => row.calls),
  ),
  edge('rate', 'per second', 'rate', 'neither', 'Calls that began, per second.', (intervals, { span: { seconds } }) =>
    seconds === 0 ? undefined : sum(intervals, ({ begun }) => begun) / seconds,
  ),
  edge('error_ratio', 'failed', 'ratio', 'lower', 'Share of failed calls, of those that ended.', (intervals) => {
    const calls = sum(intervals, ({ row }) => row.calls);
    return calls === 0 ? undefined : sum(intervals, ({ row }) => row.errors) / calls;
  }),
  edge('amplification', 'attempts', 'ratio', 'lower', 'Attempts for each call that began.', (intervals) => {
    const begun = sum(intervals, (one) => one.begun);
    return begun === 0 ? undefined : sum(intervals, ({ row }) => row.attempts) / begun;
  }),
  edgeLatency('mean', 'mean', (histogram) => histogram.mean),
  edgeLatency('p50', 'median', (histogram) => histogram.quantile(0.5)),
  edgeLatency('p90', 'p90', (histogram) => histogram.quantile(0.9)),
  edgeLatency('p99', 'p99', (histogram) => histogram.quantile(0.99)),
  edgeLatency('p999', 'p99.9', (histogram) => histogram.quantile(0.999)),
  ...breakdown(
    'edge.<caller>.<service>',
    'calls of the caller to the Service',
    '<caller> to <service>',
    phaseNames,
    (question, sources) => sumUp(edgeOf(question, sources).map(({ sum: one }) => one)),
  ),
];

/** By pod and container of a workload, over the window: what it was busy, in slots. */
function saturationOf(question: Question, { measure }: FigureSources) {
  const { names } = question;
  const byContainer = new Map<string, { busy: number; slots: number; waitingMost: number }>();
  const history = measure.traced?.saturation;
  for (const [at, row] of history?.rows.entries() ?? []) {
    if (!within(question, history?.intervals[at] ?? 0)) continue;
    if (`${row.namespace}/${row.workload}` !== qualified(names['workload'])) continue;
    const key = `${row.pod} ${row.container}`;
    const one = byContainer.get(key) ?? { busy: 0, slots: 0, waitingMost: 0 };
    one.busy += row.busy_slots;
    one.slots += row.slots;
    one.waitingMost = Math.max(one.waitingMost, row.waiting_max);
    byContainer.set(key, one);
  }
  const ratios = [...byContainer.values()].map(({ busy, slots }) => busy / slots);
  const mean = ratios.length === 0 ? undefined : sum(ratios) / ratios.length;
  return { ratios, mean, waitingMost: max(byContainer.values(), ({ waitingMost }) => waitingMost) };
}

const saturation = (
  name: string,
  title: string,
  unit: FigureUnit,
  meaning: string,
  of: (found: ReturnType<typeof saturationOf>) => number | undefined,
): Figure =>
  over(`saturation.<workload>.${name}`, `${title} of <workload>`, unit, 'lower', meaning, (question, sources) =>
    of(saturationOf(question, sources)),
  );

const saturationFigures: readonly Figure[] = [
  saturation(
    'ratio',
    'Busy slots',
    'ratio',
    'Slots of its containers that were taken, as a share of all: mean over pods, each over the intervals in which it ran.',
    ({ mean }) => mean,
  ),
  saturation(
    'ratio_max',
    'Busy slots, hottest pod',
    'ratio',
    'The same of the pod where it is highest.',
    ({ ratios }) => max(ratios),
  ),
  saturation(
    'skew',
    'Busy slots, hottest pod by mean',
    'ratio',
    'The hottest pod’s busy slots by the mean of all pods: 1 where all are equally busy.',
    ({ ratios, mean }) => (mean === undefined || mean === 0 ? undefined : (max(ratios) ?? 0) / mean),
  ),
  saturation(
    'waiting_max',
    'Longest queue in a pod',
    'count',
    'The most requests that waited in a pod at once.',
    (found) => found.waitingMost,
  ),
];

export const tracedFigures: readonly Figure[] = [
  ...breakdown(
    'requests',
    'requests from outside along their critical path',
    'requests',
    phaseNames.filter((name) => name !== 'downstream'),
    (question, sources) => breakdownOf(question, sources, 'source'),
  ),
  ...breakdown('service.<service>', 'calls to the Service', 'calls to <service>', phaseNames, (question, sources) =>
    breakdownOf(question, sources, 'service'),
  ),
  ...breakdown(
    'requests.failed',
    'requests from outside along their critical path',
    'failed requests',
    phaseNames.filter((name) => name !== 'downstream'),
    (question, sources) => breakdownOf(question, sources, 'failed-source'),
    'failed',
  ),
  ...breakdown(
    'service.<service>.failed',
    'calls to the Service',
    'failed calls to <service>',
    phaseNames,
    (question, sources) => breakdownOf(question, sources, 'failed-service'),
    'failed',
  ),
  ...edgeFigures,
  ...saturationFigures,
];
