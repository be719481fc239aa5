// Recorded machines, tasks or jobs as pods that come and go, on nodes that have room for them at the peak.
import { z } from 'zod';
import { InputError } from '../../lib/errors.ts';
import { someDuration } from '../../lib/units.ts';
import { flow } from './flow.ts';
import type { Imported, SourceLine } from './importer.ts';
import { cores, runLines, written } from './openb.ts';
import type { Sample } from './sample.ts';

/** Kinds of pods are told apart down to this part of their size; more of them would be no use. */
const DIGITS = 2;
/** Nodes at the peak, more than what is asked for: what is left over on each is no use. */
const SLACK = 1.2;

/** What importers of such traces take. */
export const podTraceArgs = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'expected a name of lower-case letters, digits and "-"')
    .optional(),
  pods: z.number().int().positive().max(1_000_000).default(10_000),
  from: someDuration.default(0),
  until: someDuration.optional(),
  speed: z.number().positive().default(1),
});
export type PodTraceOptions = z.output<typeof podTraceArgs>;

/** Times in seconds of the trace; without `endS` it was there until the end. */
export interface TracePod {
  readonly startS: number;
  endS: number | undefined;
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly gpus: number;
}

export interface NodeSize {
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly gpus: number;
}

export interface PodTrace {
  /** As in `the trace X of Y`. */
  readonly what: string;
  /** One of them: a VM, a task. */
  readonly one: string;
  readonly files: readonly string[];
  readonly node: NodeSize;
  readonly sample: Sample<TracePod>;
  readonly assumed: readonly string[];
}

/** Whether the window that was asked for has it. */
export function isWithin({ from, until }: PodTraceOptions, startS: number): boolean {
  return startS * 1e6 >= from && (until === undefined || startS * 1e6 < until);
}

export function podTrace(trace: PodTrace, options: PodTraceOptions, name: string): Imported {
  const pods = trace.sample.values().sort((a, b) => a.startS - b.startS);
  const { seen } = trace.sample;
  if (pods.length === 0)
    throw new InputError({ file: trace.files[0] ?? '', message: `has no ${trace.one} in the time that was asked for` });
  const first = pods[0].startS;
  const us = (seconds: number): number => Math.max(0, Math.round((seconds * 1e6) / options.speed));
  const kinds = new Map<string, { readonly name: string; readonly kind: NodeSize }>();
  const arrivals = pods.map((pod) => {
    const kind = { cpuMilli: pod.cpuMilli, memoryMib: rounded(pod.memoryMib), gpus: pod.gpus };
    const key = JSON.stringify(kind);
    const known = kinds.get(key) ?? { name: `t${kinds.size + 1}`, kind };
    kinds.set(key, known);
    const stay = pod.endS === undefined ? [] : [written(us(pod.endS - pod.startS))];
    return `        ${[written(us(pod.startS - first)), known.name, ...stay].join(' ')}`;
  });
  const last = pods.reduce((most, { startS, endS = startS }) => Math.max(most, endS), 0);
  const nodes = nodesFor(pods, trace.node);
  const { node } = trace;
  const capacity = {
    cpu: cores(node.cpuMilli),
    memory: `${node.memoryMib}Mi`,
    pods: 1001,
    ...(node.gpus === 0 ? {} : { 'nvidia.com/gpu': node.gpus }),
  };
  const pool = {
    name: 'node',
    count: nodes,
    capacity,
    systemReserved: {},
    evictionHard: { memory: 0, 'ephemeral-storage': 0 },
  };
  const share = pods.length < seen ? `${pods.length} of ${seen}, chosen by a hash of their names` : `all ${seen}`;
  const lines = [
    `# How well do ${pods.length} ${trace.one}s of ${trace.what} fit on ${nodes} nodes?`,
    '#',
    `# Imported from ${trace.files.join(', ')}: ${share}.`,
    ...trace.assumed.map((sentence) => `# Assumed: ${sentence}`),
    'apiVersion: wavetank/v1',
    'kind: Scenario',
    `metadata: { name: ${name} }`,
    'spec:',
    ...runLines(us(last - first) + 1e6),
    '  cluster:',
    '    nodePools:',
    `      - ${flow(pool)}`,
    '  podArrivals:',
    `    - name: ${name}`,
    '      templates:',
    ...[...kinds.values()].map((one) => `        - ${flow(templateOf(one.name, one.kind))}`),
    '      arrivals: |',
    ...arrivals,
  ];
  return {
    scenario: `${lines.join('\n')}\n`,
    notes: [
      `${trace.one}s: ${share}; ${kinds.size} kinds of pods; ${nodes} nodes`,
      ...trace.assumed.map((sentence) => `assumed: ${sentence}`),
    ],
  };
}

function rounded(value: number): number {
  return value === 0 ? 0 : Math.max(1, Math.round(Number(value.toPrecision(DIGITS))));
}

function templateOf(name: string, { cpuMilli, memoryMib, gpus }: NodeSize): object {
  const requests = {
    cpu: cores(cpuMilli),
    memory: `${memoryMib}Mi`,
    ...(gpus === 0 ? {} : { 'nvidia.com/gpu': gpus }),
  };
  const resources = gpus === 0 ? { requests } : { requests, limits: { 'nvidia.com/gpu': gpus } };
  return {
    name,
    spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'trace/pod', resources }] },
  };
}

/** Room for all that were there at once, and some more. */
function nodesFor(pods: readonly TracePod[], node: NodeSize): number {
  const changes = pods.flatMap((pod) => [
    { at: pod.startS, sign: 1, pod },
    ...(pod.endS === undefined ? [] : [{ at: pod.endS, sign: -1, pod }]),
  ]);
  changes.sort((a, b) => a.at - b.at || a.sign - b.sign);
  const sum = { cpuMilli: 0, memoryMib: 0, gpus: 0 };
  let most = 1;
  for (const { sign, pod } of changes) {
    for (const key of ['cpuMilli', 'memoryMib', 'gpus'] as const) {
      sum[key] += sign * pod[key];
      if (node[key] > 0) most = Math.max(most, sum[key] / node[key]);
    }
  }
  return Math.ceil(most * SLACK);
}

/** A number of a field, or an InputError at its line. */
export function numberAt(
  file: string,
  { line }: Pick<SourceLine, 'line'>,
  field: string,
  text: string | undefined,
): number {
  const value = Number(text);
  if (text !== undefined && text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InputError({ file, line, path: field, message: `expected a number, got ${JSON.stringify(text ?? '')}` });
}
