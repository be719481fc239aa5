// The trace openb with the published runs of its schedulers, and such a run by our scheduler's framework.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { Decision } from '../../src/scheduler/decision.ts';
import { schedulePod } from '../../src/scheduler/schedule-pod.ts';
import { gpuDevices } from '../../src/scheduler/gpu/devices.ts';
import { GpuFragmentation } from '../../src/scheduler/gpu/fragmentation.ts';
import { type PodShape, TypicalPods } from '../../src/scheduler/gpu/typical-pods.ts';
import { PodInfo } from '../../src/scheduler/framework/pod-info.ts';
import type { Profile } from '../../src/model/settings/scheduler.ts';
import { Code } from '../../src/scheduler/framework/status.ts';
import { SchedulerCluster } from './scheduler-cluster.ts';
import type { NodeRow } from '../../src/model/rows.ts';

type Row = Readonly<Record<string, string>>;

/** Names of our plugins by those of the published runs. */
export const POLICIES = {
  '01-Random': 'Random',
  '02-DotProd': 'DotProd',
  '03-GpuClustering': 'GpuClustering',
  '04-GpuPacking': 'GpuPacking',
  '05-BestFit': 'BestFit',
  '06-FGD': 'FGD',
} as const;

const COLUMNS = Array.from({ length: 131 }, (_, column) => column);
/** The most pods of a node in the published runs. */
const PODS = '1001';

interface OpenbPod {
  readonly shape: PodShape;
  readonly memoryMib: number;
}

/** Allocated share of all GPUs, and fragmented share of the idle ones, in percent by column: percent of capacity that has arrived. */
export interface Curves {
  readonly allocation: readonly number[];
  readonly fragmentation: readonly number[];
}

export interface Published extends Curves {
  readonly policy: string;
  readonly seed: string;
}

export interface Trace {
  readonly name: string;
  readonly nodes: readonly Row[];
  readonly pods: readonly OpenbPod[];
  /** The workload by shape, for the typical pods. */
  readonly shapes: readonly PodShape[];
  readonly arrivals: readonly Row[];
  readonly ranks: readonly Row[];
  readonly published: readonly Published[];
}

function rows(file: string): Row[] {
  return parse(readFileSync(file), { columns: true });
}

/** The traces that the folder has, by name. */
export function traceNames(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) => /^arrivals_(\w+)\.csv$/.exec(file)?.[1] ?? []);
}

export function readTrace(folder: string, name: string): Trace {
  const byName = (a: Row, b: Row): number => ((a['sn'] ?? a['name'] ?? '') < (b['sn'] ?? b['name'] ?? '') ? -1 : 1);
  const pods = rows(`${folder}/openb_pod_list_${name}.csv`)
    .sort(byName)
    .map(
      (row): OpenbPod => ({
        shape: {
          cpuMilli: Number(row['cpu_milli']),
          count: Number(row['num_gpu']),
          milli: Number(row['gpu_milli']),
          model: row['gpu_spec'] ?? '',
          pods: 1,
        },
        memoryMib: Number(row['memory_mib']),
      }),
    );
  const shapes = new Map<string, PodShape>();
  for (const { shape } of pods) {
    const key = JSON.stringify(shape);
    shapes.set(key, { ...shape, pods: (shapes.get(key)?.pods ?? 0) + 1 });
  }
  const allocation = rows(`${folder}/published_allocation.csv`);
  const fragmentation = rows(`${folder}/published_fragmentation_ratio.csv`);
  const curve = (row: Row | undefined): number[] => COLUMNS.map((column) => Number(row?.[column]));
  return {
    name,
    nodes: rows(`${folder}/openb_node_list_gpu_node.csv`).sort(byName),
    pods,
    shapes: [...shapes.values()],
    arrivals: rows(`${folder}/arrivals_${name}.csv`),
    ranks: rows(`${folder}/noderank_${name}.csv`),
    published: allocation
      .filter((row) => row['workload'] === `openb_pod_list_${name}`)
      .map((row) => {
        const isSame = (other: Row): boolean =>
          ['workload', 'sc_policy', 'seed'].every((key) => other[key] === row[key]);
        return {
          policy: row['sc_policy'] ?? '',
          seed: row['seed'] ?? '',
          allocation: curve(row),
          fragmentation: curve(fragmentation.find(isSame)),
        };
      }),
  };
}

/** The published schedulers filter by resources and devices and score by one plugin alone. */
export function profileOf(policy: string, shapes: readonly PodShape[]): Profile {
  const typicalPods = shapes.map(({ cpuMilli, count, milli, model, pods }) => ({
    cpu: `${cpuMilli}m`,
    gpuCount: count,
    gpuMilli: milli,
    gpuModel: model,
    pods,
  }));
  const enabled = ['PrioritySort', 'NodeResourcesFit', 'GpuShare', policy, 'DefaultBinder'].map((name) => ({ name }));
  return {
    schedulerName: policy,
    plugins: {
      multiPoint: { enabled, disabled: [{ name: '*' }] },
      score: { enabled: [{ name: policy }], disabled: [{ name: '*' }] },
    },
    pluginConfig: policy === 'FGD' ? [{ name: 'FGD', args: { typicalPods } }] : [],
  };
}

/** One published run again: pods arrive one by one and stay; one that does not fit is dropped. */
export function runTrace(trace: Trace, seed: string, policy: string): Curves {
  const cluster = new SchedulerCluster({}, `${trace.name} ${seed}`);
  const { state, cache } = cluster;
  const framework = cluster.framework({ profiles: [profileOf(policy, trace.shapes)], percentageOfNodesToScore: 100 });
  const decision = new Decision(cache, 'first', cluster.handle.random);
  const ranked = trace.nodes.map((_, index) => index).sort((a, b) => rank(trace, a, seed) - rank(trace, b, seed));
  for (const index of ranked) cluster.setNode(nodeOf(trace.nodes[index]));
  const devices = gpuDevices(cache);
  const typical = new TypicalPods(trace.shapes, (request) => devices.compile(request));
  const fragmentation = new GpuFragmentation(typical);
  const fragmentOf = (node: NodeRow): number =>
    fragmentation.ofNode(devices, cache.cpuMilli[node] - cache.usedCpuMilli[node], node);
  const fragments = trace.nodes.map((_, node) => fragmentOf(node as NodeRow));
  let fragmented = 0;
  for (const fragment of fragments) fragmented += fragment;

  const classes = trace.pods.map((pod) => state.classes.intern('default', templateOf(pod)));
  const pod = new PodInfo();
  const allocation = new Means();
  const ratio = new Means();
  const total = devices.devices * 1000;
  let arrived = 0;
  for (const arrival of trace.arrivals) {
    const index = Number(arrival[`seed${seed}`]);
    // A shorter list ends before the longest one does.
    if (arrival[`seed${seed}`] === '') break;
    const row = state.allocatePod();
    state.pods.podClass[row] = classes[index].id;
    pod.point(state.pods, classes[index], row, -1);
    schedulePod(decision, framework, pod);
    const { node } = decision;
    if (node >= 0) {
      cache.add(row, pod.epoch, pod.podClass, node, true, false);
      for (const one of framework.reserve) {
        const { code, reasons } = one.plugin.reserve!(pod, node);
        if (code !== Code.Success) throw new Error(`${one.name}: ${reasons.join()}`);
      }
      fragmented -= fragments[node];
      fragments[node] = fragmentOf(node);
      fragmented += fragments[node];
    }
    const { count, milli } = trace.pods[index].shape;
    arrived += count * milli;
    const column = halfToEven((100 * arrived) / total);
    const idle = devices.idleTotal;
    allocation.add(column, Math.round((10_000 * (total - idle)) / total) / 100);
    ratio.add(column, Math.round((10_000 * fragmented) / idle) / 100);
  }
  return { allocation: COLUMNS.map((c) => allocation.at(c)), fragmentation: COLUMNS.map((c) => ratio.at(c)) };
}

function rank(trace: Trace, index: number, seed: string): number {
  return Number(trace.ranks[index][`seed${seed}`]);
}

function nodeOf(row: Row) {
  const allocatable = {
    cpu: `${row['cpu_milli']}m`,
    memory: `${row['memory_mib']}Mi`,
    pods: PODS,
    'alibabacloud.com/gpu-count': row['gpu'] ?? '0',
  };
  return {
    metadata: { name: row['sn'] ?? '', labels: { 'alibabacloud.com/gpu-card-model': row['model'] ?? '' } },
    status: { allocatable },
  };
}

function templateOf({ shape, memoryMib }: OpenbPod) {
  const { cpuMilli, count, milli, model } = shape;
  const annotations = {
    'alibabacloud.com/gpu-milli': String(milli),
    'alibabacloud.com/gpu-count': String(count),
    ...(model === '' ? {} : { 'alibabacloud.com/gpu-card-model': model }),
  };
  const requests = { cpu: `${cpuMilli}m`, memory: `${memoryMib}Mi` };
  return { metadata: { annotations }, spec: { containers: [{ name: 'main', resources: { requests } }] } };
}

function halfToEven(value: number): number {
  const rounded = Math.round(value);
  return value % 1 === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}

/** The mean of what fell into each column; of its neighbours where nothing did. */
class Means {
  readonly #sums = new Map<number, number>();
  readonly #counts = new Map<number, number>();

  add(column: number, value: number): void {
    this.#sums.set(column, (this.#sums.get(column) ?? 0) + value);
    this.#counts.set(column, (this.#counts.get(column) ?? 0) + 1);
  }

  at(column: number): number {
    const own = this.#of([column]);
    return own ?? this.#of([column - 1, column, column + 1]) ?? Number.NaN;
  }

  #of(columns: readonly number[]): number | undefined {
    let sum = 0;
    let count = 0;
    for (const column of columns) {
      sum += this.#sums.get(column) ?? 0;
      count += this.#counts.get(column) ?? 0;
    }
    return count === 0 ? undefined : sum / count;
  }
}
