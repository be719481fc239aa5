// A run in the Trace Event Format, which ui.perfetto.dev opens: nodes with the pods that ran on them, events by who reported them, counters over time.
import { groupRows } from '../report/charts/chart.ts';
import type { JobResults } from '../report/read.ts';

interface Span {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly args: Readonly<Record<string, string | number>>;
}

/** Events whose source has a process of its own, above all others. */
const SCENARIO = ['timeline', 'fault'];

/** One JSON document, part by part. */
export function* perfettoRun(job: JobResults): Generator<string> {
  yield '{"displayTimeUnit":"ms","traceEvents":[\n';
  let first = true;
  for (const event of traceEvents(job)) {
    yield `${first ? '' : ',\n'}${JSON.stringify(event)}`;
    first = false;
  }
  yield '\n]}\n';
}

function* traceEvents(job: JobResults): Generator<object> {
  let pid = 0;
  const process = function* (name: string): Generator<object> {
    pid += 1;
    yield { ph: 'M', name: 'process_name', pid, tid: 0, args: { name } };
    yield { ph: 'M', name: 'process_sort_index', pid, tid: 0, args: { sort_index: pid } };
  };
  const { duration_seconds: end } = job.run;
  yield* process(job.run.scenario);
  yield* counters(job, pid);
  const events = eventsBySource(job);
  for (const source of [...events.keys()].toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))) {
    yield* process(`events of ${source}`);
    for (const { name, from, args } of events.get(source) ?? []) {
      yield { ph: 'i', s: 'p', name, ts: micros(from), pid, tid: 1, args };
    }
  }
  for (const [node, pods] of podsByNode(job, end)) {
    yield* process(node === '' ? 'pods without a node' : `node ${node}`);
    for (const { span, track } of onTracks(pods)) {
      const ts = micros(span.from);
      yield { ph: 'X', name: span.name, ts, dur: micros(span.to) - ts, pid, tid: track, args: span.args };
    }
  }
}

function rank(source: string): number {
  const at = SCENARIO.indexOf(source);
  return at === -1 ? SCENARIO.length : at;
}

function micros(seconds: number): number {
  return Math.round(seconds * 1e6);
}

/** Each column of series.csv that is ever anything but 0. A row is of the interval that ends with it: its value begins where that does. */
function* counters(job: JobResults, pid: number): Generator<object> {
  const series = job.table('series.csv');
  const times = series.numbers('time_seconds');
  const { series_interval_seconds: interval } = job.run;
  for (const column of series.columns) {
    if (column === 'time_seconds') continue;
    const values = series.numbers(column);
    if (values.every((value) => value === 0 || Number.isNaN(value))) continue;
    for (const [row, value] of values.entries()) {
      if (Number.isNaN(value)) continue;
      yield { ph: 'C', name: column, ts: Math.max(0, micros(times[row] - interval)), pid, tid: 0, args: { value } };
    }
  }
}

function eventsBySource(job: JobResults): Map<string, Span[]> {
  const table = job.table('events.csv');
  const times = table.numbers('time_seconds');
  const [reason, kind, namespace, name, message, source] = [
    'reason',
    'kind',
    'namespace',
    'name',
    'message',
    'source',
  ].map((column) => table.text(column));
  const bySource = new Map<string, Span[]>();
  for (const [row, from] of times.entries()) {
    const object = [kind[row], [namespace[row], name[row]].filter((part) => part !== '').join('/')].join(' ').trim();
    const args = { object, message: message[row] };
    const own = bySource.get(source[row]) ?? [];
    bySource.set(source[row], own);
    own.push({ name: reason[row], from, to: from, args });
  }
  return bySource;
}

/** What each pod did on its node: from its binding to its end, then the stages within. One that was never bound waits in a process of its own. */
function podsByNode(job: JobResults, end: number): Map<string, Span[][]> {
  const table = job.table('pods.csv');
  const [namespace, pod, node, phase] = ['namespace', 'pod', 'node', 'phase'].map((column) => table.text(column));
  const [created, scheduled, started, ready, finished] = ['created', 'scheduled', 'started', 'ready', 'finished'].map(
    (moment) => table.numbers(`${moment}_seconds`),
  );
  const known = (seconds: number, otherwise: number) => (Number.isNaN(seconds) ? otherwise : seconds);
  return new Map(
    [...groupRows(node)].map(([name, rows]) => [
      name,
      rows.map((row): Span[] => {
        const to = known(finished[row], end);
        const from = known(scheduled[row], created[row]);
        const args = { phase: phase[row], created_seconds: created[row] };
        const whole = { name: `${namespace[row]}/${pod[row]}`, from, to, args };
        const start = Math.min(to, known(started[row], to));
        const readyFrom = Math.min(to, known(ready[row], to));
        const stages = [
          { name: 'starting', from, to: start, args: {} },
          { name: 'started', from: start, to: readyFrom, args: {} },
          { name: 'ready', from: readyFrom, to, args: {} },
        ];
        return [whole, ...stages.filter((stage) => stage.to > stage.from && name !== '')];
      }),
    ]),
  );
}

/** A pod and its stages share a track; pods that overlap have tracks of their own. */
function onTracks(pods: readonly (readonly Span[])[]): { readonly span: Span; readonly track: number }[] {
  const freeFrom: number[] = [];
  return pods
    .toSorted(([a], [b]) => a.from - b.from)
    .flatMap((pod) => {
      let track = freeFrom.findIndex((at) => at <= pod[0].from);
      if (track === -1) track = freeFrom.push(0) - 1;
      freeFrom[track] = pod[0].to;
      return pod.map((span) => ({ span, track: track + 1 }));
    });
}
