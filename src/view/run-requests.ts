// Requests of a finished run over time: from outside (series.csv), to each Service (services.csv), and who calls whom (edges.csv).
import type { Frame } from '../page/frame.ts';
import type { CsvTable, JobResults } from '../report/read.ts';
import type { Strings } from './strings.ts';

type RunRequests = Pick<Frame, 'services' | 'serviceLoads' | 'edges' | 'edgeLoads' | 'series'>;

export function readRequests(job: JobResults, strings: Strings): RunRequests {
  const rows = new Map<string, number>();
  const services = { namespace: [] as number[], name: [] as number[] };
  const serviceRow = (namespace: string, name: string): number => {
    const key = `${namespace}/${name}`;
    const known = rows.get(key);
    if (known !== undefined) return known;
    services.namespace.push(strings.of(namespace));
    services.name.push(strings.of(name));
    rows.set(key, rows.size);
    return rows.size - 1;
  };
  const loads = serviceLoads(job, serviceRow);
  const calls = edgeLoads(job, serviceRow, strings);
  return { services, serviceLoads: loads, ...calls, series: series(job.table('series.csv')) };
}

function series(table: CsvTable): Frame['series'] {
  return {
    time: Array.from(table.numbers('time_seconds')),
    rate: Array.from(table.numbers('requests_per_second')),
    errors: measured(table, 'requests_error_ratio'),
    p50: measured(table, 'request_duration_seconds_p50'),
    p99: measured(table, 'request_duration_seconds_p99'),
  };
}

function serviceLoads(job: JobResults, rowOf: (namespace: string, name: string) => number): Frame['serviceLoads'] {
  const table = job.table('services.csv');
  const namespace = table.text('namespace');
  const time = table.numbers('time_seconds');
  const requests = table.numbers('requests');
  const errors = table.numbers('errors');
  const lengths = lengthsOf(time);
  return {
    time: Array.from(time),
    service: table.text('service').map((name, at) => rowOf(namespace[at], name)),
    rate: Array.from(requests, (count, at) => rounded(count / (lengths.get(time[at]) ?? 1))),
    errors: Array.from(requests, (count, at) => (count === 0 ? null : rounded(errors[at] / count))),
    p50: measured(table, 'request_duration_seconds_p50'),
    p99: measured(table, 'request_duration_seconds_p99'),
  };
}

/** Nothing without tracing: then it is not known who calls whom. */
function edgeLoads(
  job: JobResults,
  serviceRow: (namespace: string, name: string) => number,
  strings: Strings,
): Pick<Frame, 'edges' | 'edgeLoads'> {
  const edges = { source: [] as number[], caller: [] as number[], service: [] as number[] };
  if (!job.has('edges.csv')) {
    return { edges, edgeLoads: { time: [], edge: [], rate: [], errors: [], p50: [], p99: [] } };
  }
  const table = job.table('edges.csv');
  const [kind, callerNamespace, caller, namespace, service] = [
    'caller_kind',
    'caller_namespace',
    'caller',
    'namespace',
    'service',
  ].map((column) => table.text(column));
  const rows = new Map<string, number>();
  const edge = service.map((name, at) => {
    const key = JSON.stringify([kind[at], callerNamespace[at], caller[at], namespace[at], name]);
    const known = rows.get(key);
    if (known !== undefined) return known;
    const isService = kind[at] === 'service';
    edges.source.push(strings.of(isService ? '' : kind[at] === 'mirror' ? 'mirrored requests' : caller[at]));
    edges.caller.push(isService ? serviceRow(callerNamespace[at], caller[at]) : -1);
    edges.service.push(serviceRow(namespace[at], name));
    rows.set(key, rows.size);
    return rows.size - 1;
  });
  return {
    edges,
    edgeLoads: {
      time: Array.from(table.numbers('time_seconds')),
      edge,
      rate: Array.from(table.numbers('calls_per_second')),
      errors: measured(table, 'error_ratio'),
      p50: measured(table, 'request_duration_seconds_p50'),
      p99: measured(table, 'request_duration_seconds_p99'),
    },
  };
}

function measured(table: CsvTable, column: string): (number | null)[] {
  return Array.from(table.numbers(column), (value) => (Number.isNaN(value) ? null : value));
}

/** By the end of an interval: how long it is. */
function lengthsOf(times: Float64Array): ReadonlyMap<number, number> {
  const lengths = new Map<number, number>();
  let before = 0;
  for (const time of times) {
    if (lengths.has(time)) continue;
    lengths.set(time, time - before || 1);
    before = time;
  }
  return lengths;
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
