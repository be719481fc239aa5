// What Prometheus has measured of workloads, as traffic and behaviours: rates of requests, how long they took, CPU and memory.
import { z } from 'zod';
import { InputError } from '../../lib/errors.ts';
import { member } from '../../lib/family.ts';
import { flow } from './flow.ts';
import type { Imported, ImportedFile, Importer, ImportSources } from './importer.ts';
import { increases, readSeries, type Series, totalIncrease } from './prometheus-series.ts';
import { serviceObjects } from './service-objects.ts';

const REQUESTS = 'http_requests_total';
export const BUCKET = 'http_request_duration_seconds_bucket';
const COUNT = 'http_request_duration_seconds_count';
const CPU = 'container_cpu_usage_seconds_total';
const MEMORY = 'container_memory_working_set_bytes';
/** What is asked of a server: the series as they are. */
export const PROMETHEUS_QUERY = `{__name__=~"${[REQUESTS, BUCKET, COUNT, CPU, MEMORY].join('|')}"}`;

/** Labels by which a request says whose it was, in this order. */
const OWNERS = ['service', 'app', 'deployment', 'workload', 'job'];
/** The name of a pod of a Deployment, of a DaemonSet or a Job, of a StatefulSet. */
const POD = /^(.+?)(?:-[0-9a-z]{6,10}-[0-9a-z]{5}|-[0-9a-z]{5}|-\d+)$/;
/** Of the standard normal distribution: its 90th percentile. */
const Z_90 = 1.281_551_565_544_6;
const START_S = 30;

const args = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'expected a name of lower-case letters, digits and "-"')
    .default('measured'),
  by: z.string().optional(),
});

/** Of one workload. */
interface Measured {
  readonly name: string;
  readonly requests: Series[];
  readonly failed: Series[];
  readonly buckets: Series[];
  readonly cpu: Series[];
  readonly memory: Series[];
}

export const prometheus: Importer = member({
  name: 'prometheus',
  summary: `What Prometheus has measured: the URL of a server, or files with answers to a range query of ${REQUESTS}, ${BUCKET}, ${CPU} and ${MEMORY}.`,
  args,
  create({ name, by }, sources: ImportSources): Imported {
    const series = sources.files.flatMap((file) => readSeries(sources.read(file)));
    const workloads = [...measured(series, by).values()].filter(({ requests }) =>
      requests.some((one) => totalIncrease(one) > 0),
    );
    if (workloads.length === 0) {
      throw new InputError({
        file: sources.files[0] ?? '',
        message: `has no ${REQUESTS} or ${COUNT} that grew and has one of the labels ${by ?? OWNERS.join(', ')}`,
      });
    }
    const made = workloads.map(workloadOf);
    const notes = [
      ...made.flatMap((one) => one.notes),
      'assumed: durations are those that servers measured; users wait for the network too, as `network` says',
      'assumed: requests come from outside to each workload; how workloads call each other is not in these series (`wavetank import jaeger` knows)',
    ];
    const lengthS = Math.max(...made.map((one) => one.lengthS));
    const lines = [
      `# How do ${made.length} workloads do under the requests that ${sources.files.join(', ')} has measured?`,
      '#',
      ...notes.map((note) => `# Imported: ${note}.`),
      'apiVersion: wavetank/v1',
      'kind: Scenario',
      `metadata: { name: ${name} }`,
      'spec:',
      `  duration: ${Math.ceil(lengthS) + START_S}s`,
      `  warmup: ${START_S}s`,
      `  cluster: { nodePools: [{ name: node, count: ${2 + Math.ceil(made.reduce((sum, { replicas }) => sum + replicas, 0) / 8)} }] }`,
      '  behaviors:',
      ...made.map(({ behavior }) => `    - ${flow(behavior)}`),
      '  traffic:',
      ...made.map(({ source }) => `    - ${flow(source)}`),
      ...made.flatMap((one) => serviceObjects(one.name, one.replicas)),
    ];
    return { scenario: `${lines.join('\n')}\n`, files: made.map(({ file }) => file), notes };
  },
});

/** Whose a request was, by the first of the labels that it has, or by the one of that name. */
export function ownerOf(labels: Series['labels'], by?: string): string | undefined {
  return (by === undefined ? OWNERS : [by]).map((label) => labels[label]).find((value) => value !== undefined);
}

function measured(all: readonly Series[], by: string | undefined): Map<string, Measured> {
  const byName = new Map<string, Measured>();
  const of = (name: string): Measured => {
    const known = byName.get(name) ?? { name, requests: [], failed: [], buckets: [], cpu: [], memory: [] };
    byName.set(name, known);
    return known;
  };
  const counts = all.some(({ labels }) => labels['__name__'] === REQUESTS) ? REQUESTS : COUNT;
  for (const one of all) {
    const { labels } = one;
    const metric = labels['__name__'];
    const isPod = metric === CPU || metric === MEMORY;
    // Sums over a pod or a node are there beside its containers.
    if (isPod && (labels['container'] ?? '') === '') continue;
    const owner = isPod ? POD.exec(labels['pod'] ?? '')?.[1] : ownerOf(labels, by);
    if (owner === undefined) continue;
    const workload = of(owner.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'));
    if (metric === counts) workload.requests.push(one);
    if (metric === counts && (labels['code'] ?? labels['status'] ?? labels['status_code'] ?? '').startsWith('5'))
      workload.failed.push(one);
    if (metric === BUCKET) workload.buckets.push(one);
    if (metric === CPU) workload.cpu.push(one);
    if (metric === MEMORY) workload.memory.push(one);
  }
  return byName;
}

interface Workload {
  readonly name: string;
  readonly replicas: number;
  readonly lengthS: number;
  readonly behavior: object;
  readonly source: object;
  readonly file: ImportedFile;
  readonly notes: readonly string[];
}

function workloadOf({ name, requests, failed, buckets, cpu, memory }: Measured): Workload {
  const rates = new Map<number, number>();
  let endS = 0;
  for (const one of requests) {
    for (const { atS, lengthS, by } of increases(one)) {
      rates.set(atS, (rates.get(atS) ?? 0) + by / lengthS);
      endS = Math.max(endS, atS + lengthS);
    }
  }
  const times = [...rates.keys()].sort((a, b) => a - b);
  const [beginS = 0] = times;
  const total = requests.reduce((sum, one) => sum + totalIncrease(one), 0);
  const errors = failed.reduce((sum, one) => sum + totalIncrease(one), 0);
  const service = serviceTime(buckets);
  const cpuS = cpu.reduce((sum, one) => sum + totalIncrease(one), 0);
  const cpuUs = Math.round((cpuS / total) * 1e6);
  const bytes = memory.flatMap(({ samples }) => samples.map(({ value }) => value));
  const pods = new Set([...cpu, ...memory].map(({ labels }) => labels['pod']));
  const meanBytes = bytes.reduce((sum, value) => sum + value, 0) / Math.max(1, bytes.length);
  const errorRate = Number((errors / total).toPrecision(3));
  const replicas = Math.max(1, pods.size);
  const behavior = {
    image: `example/${name}`,
    requests: {
      ...(service === undefined ? {} : { service: { lognormal: service.written } }),
      // No more than it works, by the model.
      ...(cpuS === 0 || service === undefined || cpuUs >= service.meanUs ? {} : { cpu: `${cpuUs}us` }),
      ...(errorRate === 0 ? {} : { errorRate }),
    },
    ...(bytes.length === 0 ? {} : { usage: { memory: `${Math.round(meanBytes / 2 ** 20)}Mi` } }),
  };
  const rows = times.map(
    (atS) => `${Number((atS - beginS).toFixed(3))},${Number((rates.get(atS) ?? 0).toPrecision(6))}\n`,
  );
  const replay = { rates: { file: `${name}.csv`, time: 'time_seconds', rate: 'rate_per_second' }, at: `${START_S}s` };
  const length = endS - beginS;
  return {
    name,
    replicas,
    lengthS: length,
    behavior,
    source: { name, to: name, arrivals: { replay }, timeout: '30s' },
    file: { name: `${name}.csv`, text: `time_seconds,rate_per_second\n${rows.join('')}` },
    notes: [
      `${name}: ${(total / length).toPrecision(3)} requests a second on average, ${replicas} ${replicas === 1 ? 'pod' : 'pods'}${pods.size === 0 ? ' (assumed)' : ''}${cpuS === 0 ? '' : `, ${(cpuUs / 1e3).toPrecision(3)} ms of CPU a request, what it uses without requests among it`}`,
      service === undefined
        ? `${name}: assumed: nothing says how long requests took; they take 5 ms`
        : `${name}: requests took ${(service.medianUs / 1e3).toPrecision(3)} ms in the median and ${(service.p90Us / 1e3).toPrecision(3)} ms in 90 % of cases, by buckets: a lognormal distribution of these; what requests waited for, in queues and for calls, is part of it`,
    ],
  };
}

/** Median and 90th percentile of a histogram, straight between bounds on a logarithmic scale; undefined without enough in bounded buckets. */
function serviceTime(buckets: readonly Series[]) {
  const byBound = new Map<number, number>();
  for (const one of buckets) {
    const bound = one.labels['le'] === '+Inf' ? Infinity : Number(one.labels['le']);
    byBound.set(bound, (byBound.get(bound) ?? 0) + totalIncrease(one));
  }
  const sorted = [...byBound].sort(([a], [b]) => a - b);
  const all = sorted.at(-1)?.[1] ?? 0;
  const quantile = (part: number): number | undefined => {
    const index = sorted.findIndex(([, count]) => count >= part * all);
    const [bound, count] = sorted[index] ?? [Infinity, 0];
    if (all === 0 || bound === Infinity) return undefined;
    const [before, below] = sorted[index - 1] ?? [bound / 2, 0];
    const share = count === below ? 1 : (part * all - below) / (count - below);
    return Math.exp(Math.log(before) + share * (Math.log(bound) - Math.log(before))) * 1e6;
  };
  const [medianUs, p90Us] = [quantile(0.5), quantile(0.9)];
  if (medianUs === undefined || p90Us === undefined) return undefined;
  const sigma = Math.log(p90Us / medianUs) / Z_90;
  const written = { median: `${Math.max(1, Math.round(medianUs))}us`, sigma: Number(sigma.toPrecision(4)) };
  return { medianUs, p90Us, meanUs: medianUs * Math.exp(sigma ** 2 / 2), written };
}
