// The GPU trace openb (Alibaba, 2023) as a scenario.
import { basename } from 'node:path';
import { z } from 'zod';
import { InputError } from '../../lib/errors.ts';
import { member } from '../../lib/family.ts';
import { someDuration } from '../../lib/units.ts';
import { GPU_COUNT, GPU_MILLI, GPU_MODEL } from '../../model/parse/gpu-request.ts';
import { flow, folded } from './flow.ts';
import type { Importer, ImportSources } from './importer.ts';
import {
  type Coming,
  type NodeMake,
  type PodKind,
  type TracePods,
  readMakes,
  readOrder,
  readPods,
  timesOfPods,
} from './openb-trace.ts';

const WIDTH = 120;
/** The most pods of a node in the published study. */
const MOST_PODS = 1001;
/** In longer runs leases are renewed, and nodes looked at, less often: no node of the trace fails. */
const LONG_US = 86_400e6;
const MOST_INTERVALS = 500;

const args = z.strictObject({
  name: z.string().default('openb'),
  scheduler: z
    .string()
    .regex(/^[A-Za-z][\w-]*$/, 'expected the name of a scheduler plugin')
    .default('FGD'),
  every: someDuration.optional(),
  order: z.string().optional(),
  column: z.string().optional(),
  speed: z.number().positive().default(1),
  pods: z.number().int().positive().max(1_000_000).default(100_000),
});
type Options = z.output<typeof args>;

/**
 * The files of alibaba/clusterdata, cluster-trace-gpu-v2023. Without `every`, pods come and go when they did in the trace; with it they
 * come one after the other and stay, as in Weng et al., USENIX ATC 2023.
 */
export const openb: Importer = member({
  name: 'openb',
  summary: 'The GPU trace openb: NODES is openb_node_list_gpu_node.csv, PODS one of openb_pod_list_*.csv.',
  args,
  create(options, sources: ImportSources): string {
    const { files } = sources;
    if (files.length !== 2) {
      throw new InputError(`openb takes two files, a list of nodes and a list of pods; ${files.length} were given`);
    }
    if (options.order !== undefined && options.every === undefined) {
      throw new InputError('--order applies to pods that arrive one after the other: add --every 1s, or the like');
    }
    if (options.column !== undefined && options.order === undefined) {
      throw new InputError('--column names a column of the file of --order');
    }
    const { lines } = sources;
    const nodes = readMakes(files[0], lines);
    const pods = readPods(files[1], lines, options.every === undefined, options.pods);
    const names = new Map(pods.kinds.map((kind, index) => [kind, `t${index + 1}`]));
    const nameOf = (kind: PodKind): string => names.get(kind) ?? '';
    const { every, order } = options;
    const when =
      every === undefined
        ? replay(timesOfPods(pods), options.speed, nameOf)
        : parade(order === undefined ? pods.kindOf : readOrder(order, lines, options.column, pods), every, nameOf);
    const gpus = nodes.makes.reduce((sum, make) => sum + make.nodes * make.gpus, 0);
    const from = files.map((file) => basename(file)).join(' and ');
    return `${[
      `# How much of ${gpus} GPUs can pods of ${pods.kinds.length} kinds get hold of?`,
      '#',
      `# The trace openb of alibaba/clusterdata (cluster-trace-gpu-v2023), by \`wavetank import openb\` from ${from}.`,
      `# ${nodes.nodes} nodes by make, without their names; qos, pod_phase and scheduled_time of the pods are left out.`,
      ...(pods.seen === pods.pods.length
        ? []
        : [`# ${pods.pods.length} of ${pods.seen} pods, chosen by a hash of their names.`]),
      'apiVersion: wavetank/v1',
      'kind: Scenario',
      `metadata: ${flow({ name: options.name })}`,
      'spec:',
      ...runLines(when.durationUs),
      '  cluster:',
      '    nodePools:',
      ...poolsOf(nodes.makes).map((pool) => `      - ${flow(pool)}`),
      ...schedulerLines(pods, options),
      '  podArrivals:',
      `    - name: ${options.name}`,
      '      templates:',
      ...pods.kinds.map((kind) => `        - ${flow(templateOf(kind, nameOf(kind)))}`),
      ...when.lines,
    ].join('\n')}\n`;
  },
});

export function runLines(durationUs: number): string[] {
  const intervalS = Math.max(1, Math.ceil(durationUs / MOST_INTERVALS / 1e6));
  const rare = { controllers: { nodeMonitorPeriod: '1h', nodeMonitorGracePeriod: '3h' } };
  return [
    `  duration: ${written(durationUs)}`,
    `  interval: ${intervalS}s`,
    '  preset: ideal',
    ...(durationUs > LONG_US
      ? [`  controlPlane: ${flow(rare)}`, `  kubelet: ${flow({ leaseRenewInterval: '1h' })}`]
      : []),
  ];
}

function poolsOf(makes: readonly NodeMake[]): object[] {
  return makes.map(({ model, gpus, cpuMilli, memoryMib, nodes }) => {
    const parts = [model, `${gpus}gpu`, `${cpuMilli}m`, `${memoryMib}mi`].filter((part) => part !== '');
    return {
      name: parts
        .join('-')
        .toLowerCase()
        .replaceAll(/[^a-z0-9.-]/g, '-'),
      count: nodes,
      capacity: {
        cpu: cores(cpuMilli),
        memory: `${memoryMib}Mi`,
        pods: MOST_PODS,
        ...(gpus === 0 ? {} : { [GPU_COUNT]: gpus }),
      },
      systemReserved: {},
      evictionHard: { memory: 0, 'ephemeral-storage': 0 },
      ...(model === '' ? {} : { labels: { [GPU_MODEL]: model } }),
    };
  });
}

function templateOf({ cpuMilli, memoryMib, count, milli, model }: PodKind, name: string): object {
  const annotations = {
    ...(count > 0 && milli === 1000 ? { [GPU_COUNT]: String(count) } : {}),
    ...(count > 0 && milli < 1000 ? { [GPU_MILLI]: String(milli) } : {}),
    ...(count > 1 && milli < 1000 ? { [GPU_COUNT]: String(count) } : {}),
    ...(count > 0 && model !== '' ? { [GPU_MODEL]: model } : {}),
  };
  const requests = { cpu: cores(cpuMilli), memory: `${memoryMib}Mi` };
  return {
    name,
    ...(Object.keys(annotations).length === 0 ? {} : { metadata: { annotations } }),
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'main', image: 'openb/pod', resources: { requests } }],
    },
  };
}

/** The plugin alone scores, on all nodes, as in the published study; FGD gets the workload. */
function schedulerLines({ kinds }: TracePods, { scheduler }: Options): string[] {
  return [
    '  scheduler:',
    '    percentageOfNodesToScore: 100',
    '    tieBreak: ranked',
    '    profiles:',
    '      - plugins:',
    '          multiPoint:',
    '            disabled: [{ name: "*" }]',
    `            enabled: [{ name: PrioritySort }, { name: NodeResourcesFit }, { name: DefaultBinder }, { name: ${scheduler} }]`,
    '          score: { disabled: [{ name: NodeResourcesFit }] }',
    '        pluginConfig:',
    '          - name: FGD',
    '            args:',
    '              typicalPods:',
    ...typicalPods(kinds).map((one) => `                - ${flow(one)}`),
  ];
}

/** Kinds by what FGD looks at: all but their memory. */
function typicalPods(kinds: readonly PodKind[]): object[] {
  const byKey = new Map<string, { pods: number }>();
  for (const { cpuMilli, count, milli, model, pods } of kinds) {
    const key = `${cpuMilli} ${count} ${milli} ${model}`;
    const known = byKey.get(key);
    if (known !== undefined) {
      known.pods += pods;
      continue;
    }
    const gpu = { gpuCount: count, gpuMilli: milli, ...(model === '' ? {} : { gpuModel: model }) };
    const kind = { pods, cpu: `${cpuMilli}m`, ...(count === 0 ? {} : gpu) };
    byKey.set(key, kind);
  }
  return [...byKey.values()].sort((a, b) => b.pods - a.pods);
}

interface When {
  readonly lines: readonly string[];
  readonly durationUs: number;
}

/** One after the other; they stay. */
function parade(kinds: readonly PodKind[], everyUs: number, nameOf: (kind: PodKind) => string): When {
  const lines = [
    `      every: ${written(everyUs)}`,
    '      sequence: >-',
    ...folded(kinds.map(nameOf), '        ', WIDTH),
  ];
  return { lines, durationUs: Math.ceil((kinds.length * everyUs) / 1e6 + 1) * 1e6 };
}

/** As the trace has it, `speed` times as fast. */
function replay(comings: readonly Coming[], speed: number, nameOf: (kind: PodKind) => string): When {
  const time = (seconds: number): string => written(Math.round((seconds * 1e6) / speed));
  const sorted = [...comings].sort((a, b) => a.atS - b.atS);
  const last = comings.reduce((most, { atS, lifetimeS = 0 }) => Math.max(most, atS + lifetimeS), 0);
  const lines = sorted.map(({ kind, atS, lifetimeS }) =>
    [`        ${time(atS)}`, nameOf(kind), ...(lifetimeS === undefined ? [] : [time(lifetimeS)])].join(' '),
  );
  return { lines: ['      arrivals: |', ...lines], durationUs: Math.ceil(last / speed + 1) * 1e6 };
}

/** A duration as scenarios write it, in the largest unit that gives a whole number. */
export function written(us: number): string {
  if (us === 0) return '0';
  if (us % 1e6 === 0) return `${us / 1e6}s`;
  return us % 1e3 === 0 ? `${us / 1e3}ms` : `${us}us`;
}

/** Whole cores as a number. */
export function cores(milli: number): number | string {
  return milli % 1000 === 0 ? milli / 1000 : `${milli}m`;
}
