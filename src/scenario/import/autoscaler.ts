// What an autoscaler saw (HorizontalPodAutoscaler, KEDA) as requests: its metric is a rate, for each pod or of all, and the replicas are known.
import { z } from 'zod';
import { InputError } from '../../lib/errors.ts';
import { member } from '../../lib/family.ts';
import { flow } from './flow.ts';
import type { Imported, ImportedFile, Importer, ImportSources } from './importer.ts';
import { readSeries, type Series } from './prometheus-series.ts';
import { serviceObjects } from './service-objects.ts';
import { readTable } from './table.ts';

const REPLICAS = 'kube_horizontalpodautoscaler_status_current_replicas';
const METRIC = 'kube_horizontalpodautoscaler_status_target_metric';
const KEDA = ['keda_scaler_metrics_value', 'keda_metrics_adapter_scaler_metrics_value'];
const COLUMNS = ['time_seconds', 'metric', 'replicas'] as const;
const START_S = 30;

const args = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'expected a name of lower-case letters, digits and "-"')
    .default('autoscaled'),
  metric: z.string().optional(),
  speed: z.number().positive().default(1),
});

/** Of one autoscaler: requests a second of all pods, and how many pods there were, in order of time. */
interface Recording {
  readonly name: string;
  readonly metric: string;
  readonly samples: readonly {
    readonly atS: number;
    readonly perSecond: number;
    readonly replicas: number | undefined;
  }[];
}

export const autoscaler: Importer = member({
  name: 'autoscaler',
  summary: `What autoscalers saw, as requests: answers of Prometheus to a range query (.json) of ${REPLICAS} with ${METRIC}, or of ${KEDA[0]}; or a CSV file with time_seconds, metric (requests a second for each pod) and replicas.`,
  args,
  create({ name, metric, speed }, sources: ImportSources): Imported {
    const recordings = sources.files.flatMap((file) =>
      file.endsWith('.json') ? recorded(readSeries(sources.read(file)), metric, file) : [tabled(file, name, sources)],
    );
    const twice = recordings.find((one, at) => recordings.findIndex((other) => other.name === one.name) !== at);
    if (twice !== undefined)
      throw new InputError(`${twice.name} has several metrics: name one with --metric (${twice.metric}, …)`);
    const made = recordings.map((one) => workloadOf(one, speed));
    const notes = [
      ...made.map((one) => one.note),
      'assumed: the metric counts requests a second; a request takes 5 ms, which `wavetank calibrate` fits to what was measured',
      'assumed: replicas stay as they were at the start, so that an autoscaler of your own decides: add a HorizontalPodAutoscaler, and compare its replicas with recorded-replicas.csv',
    ];
    const lengthS = Math.max(...made.map((one) => one.lengthS));
    const pods = made.reduce((sum, { replicas }) => sum + replicas, 0);
    const lines = [
      `# What does an autoscaler make of the requests that ${sources.files.join(', ')} has recorded?`,
      '#',
      ...notes.map((note) => `# Imported: ${note}.`),
      'apiVersion: wavetank/v1',
      'kind: Scenario',
      `metadata: { name: ${name} }`,
      'spec:',
      `  duration: ${Math.ceil(lengthS) + START_S}s`,
      `  warmup: ${START_S}s`,
      `  cluster: { nodePools: [{ name: node, count: ${2 + Math.ceil(pods / 8)} }] }`,
      '  traffic:',
      ...made.map(({ source }) => `    - ${flow(source)}`),
      ...made.flatMap((one) => serviceObjects(one.name, one.replicas)),
    ];
    return {
      scenario: `${lines.join('\n')}\n`,
      files: [...made.map(({ file }) => file), replicasOf(recordings, speed)],
      notes,
    };
  },
});

/** Throws an InputError where no autoscaler has a metric. */
function recorded(series: readonly Series[], wanted: string | undefined, file: string): Recording[] {
  const replicas = new Map<string, Map<number, number>>();
  for (const { labels, samples } of series) {
    if (labels['__name__'] !== REPLICAS) continue;
    replicas.set(ownerOf(labels), new Map(samples.map(({ atS, value }) => [atS, value])));
  }
  const found = series.flatMap(({ labels, samples }): Recording[] => {
    const name = labels['__name__'] ?? '';
    const isKeda = KEDA.includes(name);
    const metric = labels['metric_name'] ?? labels['metric'] ?? labels['scaler'] ?? '';
    if ((name !== METRIC && !isKeda) || (wanted !== undefined && metric !== wanted)) return [];
    // A share of what pods request says nothing of how much comes.
    if (labels['metric_target_type'] === 'utilization') return [];
    const owner = ownerOf(labels);
    const pods = replicas.get(owner);
    const forEach = labels['metric_target_type'] === 'average';
    if (forEach && pods === undefined) return [];
    const rows = samples.flatMap(({ atS, value }) => {
      const count = pods?.get(atS);
      if (!Number.isFinite(value) || value < 0 || (forEach && count === undefined)) return [];
      return [{ atS, perSecond: forEach ? value * (count ?? 1) : value, replicas: count }];
    });
    return rows.length < 2 ? [] : [{ name: owner, metric, samples: rows }];
  });
  if (found.length === 0) {
    const named = wanted === undefined ? '' : ` named ${wanted}`;
    const message = `has no metric of an autoscaler${named} that is no share of requests: expected ${METRIC} with ${REPLICAS}, or ${KEDA[0]}`;
    throw new InputError({ file, message });
  }
  return found;
}

/** A HorizontalPodAutoscaler that KEDA made is named after its ScaledObject. */
function ownerOf(labels: Series['labels']): string {
  const name = labels['horizontalpodautoscaler'] ?? labels['scaledObject'] ?? labels['hpa'] ?? 'web';
  return name
    .replace(/^keda-hpa-/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
}

function tabled(file: string, name: string, sources: ImportSources): Recording {
  const table = readTable(file, sources.lines, COLUMNS);
  const samples = table.rows.map(({ line, cells }) => {
    const [atS, metric, replicas] = COLUMNS.map((column) => {
      const value = Number(cells[column]);
      if (cells[column] !== '' && Number.isFinite(value) && value >= 0) return value;
      const message = `expected a number of 0 or more, got ${JSON.stringify(cells[column])}`;
      throw new InputError({ file, line, path: column, message });
    });
    return { line, atS, perSecond: metric * replicas, replicas };
  });
  const back = samples.find(({ atS }, at) => at > 0 && atS <= samples[at - 1].atS);
  if (back !== undefined)
    throw new InputError({ file, line: back.line, path: 'time_seconds', message: 'expected a later time than before' });
  if (samples.length < 2) throw new InputError({ file, message: 'has one row, expected two or more' });
  return { name, metric: 'metric', samples };
}

function workloadOf({ name, metric, samples }: Recording, speed: number) {
  const beginS = samples[0].atS;
  const lastS = samples.at(-1)?.atS ?? beginS;
  const stepS = (lastS - beginS) / (samples.length - 1);
  const rows = samples.map(
    ({ atS, perSecond }) => `${Number((atS - beginS).toFixed(3))},${Number(perSecond.toPrecision(6))}\n`,
  );
  const file: ImportedFile = { name: `${name}.csv`, text: `time_seconds,rate_per_second\n${rows.join('')}` };
  const replay = {
    rates: { file: file.name, time: 'time_seconds', rate: 'rate_per_second' },
    at: `${START_S}s`,
    speed,
  };
  const most = samples.reduce((peak, { perSecond }) => Math.max(peak, perSecond), 0);
  const mean = samples.reduce((sum, { perSecond }) => sum + perSecond, 0) / samples.length;
  return {
    name,
    replicas: Math.max(1, Math.round(samples[0].replicas ?? 1)),
    lengthS: (lastS - beginS + stepS) / speed,
    source: { name, to: name, arrivals: { replay }, timeout: '30s' },
    file,
    note: `found: ${name}, by ${metric}: ${mean.toPrecision(3)} requests a second on average, at most ${most.toPrecision(3)}`,
  };
}

/** What the recorded autoscalers did, to be compared with. */
function replicasOf(recordings: readonly Recording[], speed: number): ImportedFile {
  const rows = recordings.flatMap(({ name, samples }) =>
    samples.map(({ atS, replicas }) => {
      const seconds = START_S + (atS - samples[0].atS) / speed;
      return `${name},${Number(seconds.toFixed(3))},${replicas ?? ''}\n`;
    }),
  );
  return { name: 'recorded-replicas.csv', text: `workload,time_seconds,replicas\n${rows.join('')}` };
}
