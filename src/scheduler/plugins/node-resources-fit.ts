// Hot dialect: NodeResourcesFit rejects nodes without room for the pod and scores by how full they would be.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { PodClass, SchedulingShape } from '../../model/pod-class.ts';
import type { SchedulerCache } from '../cache/cache.ts';
import { type ClusterEvent, Happening } from '../framework/cluster-events.ts';
import type { Handle, Plugin, ScorePlugin } from '../framework/interface.ts';
import { Code, success } from '../framework/status.ts';
import { qualifiedName } from './arguments.ts';
import { ById } from './by-id.ts';
import { capacityColumn, resourcesOf, scoredResources, usedColumn } from './resource-columns.ts';
import { brokenLine, leastRequested, mostRequested, type ShapePoint } from './resource-scores.ts';

const shapePoint = z.strictObject({
  utilization: z.number().int().min(0).max(100),
  score: z.number().int().min(0).max(10),
});
const shape = z
  .array(shapePoint)
  .min(1)
  .superRefine((points, context) => {
    const at = points.findIndex((point, index) => index > 0 && points[index - 1].utilization >= point.utilization);
    if (at < 0) return;
    context.addIssue({ code: 'custom', path: [at, 'utilization'], message: 'must be above the one before' });
  });
const strategy = z
  .strictObject({
    type: z.enum(['LeastAllocated', 'MostAllocated', 'RequestedToCapacityRatio']).default('LeastAllocated'),
    resources: scoredResources,
    requestedToCapacityRatio: z.strictObject({ shape }).optional(),
  })
  .superRefine(({ type, requestedToCapacityRatio }, context) => {
    const ratio = type === 'RequestedToCapacityRatio';
    if (ratio === (requestedToCapacityRatio !== undefined)) return;
    const message = ratio ? `is required: the type is ${type}` : `goes with the type RequestedToCapacityRatio only`;
    context.addIssue({ code: 'custom', path: ['requestedToCapacityRatio'], message });
  });
const fitArgs = z.strictObject({
  ignoredResources: z.array(qualifiedName).default([]).describe('extended resources that the filter leaves out'),
  ignoredResourceGroups: z
    .array(qualifiedName.refine((name) => !name.includes('/'), 'a group is what stands before the "/"'))
    .default([])
    .describe('the same by what stands before the "/"'),
  scoringStrategy: strategy
    .default({
      type: 'LeastAllocated',
      resources: [
        { name: 'cpu', weight: 1 },
        { name: 'memory', weight: 1 },
      ],
    })
    .describe('how full a node should be'),
});

const Lack = { Pods: 1, Cpu: 2, Memory: 4, Ephemeral: 8 } as const;

export const nodeResourcesFit = member({
  name: 'NodeResourcesFit',
  summary: 'Rejects nodes without free cpu, memory, pods or extended resources; scores by what would be left.',
  args: fitArgs,
  create(args, { cache, reasons }: Handle): Plugin {
    const isIgnored = (name: string): boolean =>
      name.includes('/') &&
      (args.ignoredResources.includes(name) || args.ignoredResourceGroups.includes(name.slice(0, name.indexOf('/'))));
    const extended = new ById((shape: SchedulingShape) =>
      cache.extendedOf(shape).filter(({ column, amount }) => amount > 0 && !isIgnored(column.name)),
    );
    const wants = new ById((shape: SchedulingShape) => ({
      anything:
        shape.cpuMilli > 0 ||
        shape.memoryBytes > 0 ||
        shape.ephemeralBytes > 0 ||
        cache.extendedOf(shape).some(({ amount }) => amount > 0),
    }));
    const plain: number[] = [];
    const reasonOf = (lack: number, more: readonly string[]): number => {
      if (more.length === 0 && plain[lack] !== undefined) return plain[lack];
      const texts: string[] = [];
      if ((lack & Lack.Pods) !== 0) texts.push('Too many pods');
      if ((lack & Lack.Cpu) !== 0) texts.push('Insufficient cpu');
      if ((lack & Lack.Memory) !== 0) texts.push('Insufficient memory');
      if ((lack & Lack.Ephemeral) !== 0) texts.push('Insufficient ephemeral-storage');
      const id = reasons.id([...texts, ...more.map((name) => `Insufficient ${name}`)]);
      if (more.length === 0) plain[lack] = id;
      return id;
    };
    const score = scorer(args.scoringStrategy, cache);

    return {
      local: true,
      preFilter: () => success,
      filter(pod, nodes, verdicts) {
        const { shape } = pod.podClass;
        const { cpuMilli, memoryBytes, ephemeralBytes } = shape;
        const others = extended.get(shape);
        const asks = wants.get(shape).anything;
        const { codes } = verdicts;
        const { rows } = nodes;
        const { podCount, maxPods, usedCpuMilli, usedMemoryBytes, usedEphemeralBytes } = cache;
        const hasCpu = cache.cpuMilli;
        const hasMemory = cache.memoryBytes;
        const hasEphemeral = cache.ephemeralBytes;
        for (let i = nodes.start; i < nodes.end; i += 1) {
          if (codes[i] !== Code.Success) continue;
          const node = rows[i];
          let lack = 0;
          let beyond = false;
          if (podCount[node] + 1 > maxPods[node]) lack = Lack.Pods;
          if (asks) {
            if (cpuMilli > 0 && cpuMilli > hasCpu[node] - usedCpuMilli[node]) {
              lack |= Lack.Cpu;
              beyond = cpuMilli > hasCpu[node];
            }
            if (memoryBytes > 0 && memoryBytes > hasMemory[node] - usedMemoryBytes[node]) {
              lack |= Lack.Memory;
              beyond ||= memoryBytes > hasMemory[node];
            }
            if (ephemeralBytes > 0 && ephemeralBytes > hasEphemeral[node] - usedEphemeralBytes[node]) {
              lack |= Lack.Ephemeral;
              beyond ||= ephemeralBytes > hasEphemeral[node];
            }
          }
          let names: string[] | undefined;
          for (let k = 0; k < others.length; k += 1) {
            const { column, amount } = others[k];
            if (amount <= column.allocatable[node] - column.used[node]) continue;
            (names ??= []).push(column.name);
            beyond ||= amount > column.allocatable[node];
          }
          if (lack === 0 && names === undefined) continue;
          // More than the whole node has: no preemption will help.
          const code = beyond ? Code.UnschedulableAndUnresolvable : Code.Unschedulable;
          verdicts.reject(i, code, reasonOf(lack, names ?? NONE));
        }
      },
      preScore: () => success,
      score,
      registrations: [
        { events: Happening.AssignedPodDelete | Happening.AssignedPodScaleDown | Happening.PodScaleDown },
        {
          events: Happening.NodeAdd | Happening.NodeAllocatable,
          hint(pod, event) {
            const { shape } = pod.podClass;
            const now = cache.allocatableSets.get(event.allocatable);
            if (!fitsEmpty(shape, now, isIgnored)) return false;
            return event.newNode || isMoreFor(shape, cache, event);
          },
        },
      ],
    };
  },
});

const NONE: readonly string[] = [];

type Allocatable = Readonly<Record<string, number>>;

function fitsEmpty(shape: SchedulingShape, has: Allocatable, isIgnored: (name: string) => boolean): boolean {
  return (
    (has.pods ?? 0) >= 1 &&
    shape.cpuMilli <= (has.cpu ?? 0) &&
    shape.memoryBytes <= (has.memory ?? 0) &&
    shape.ephemeralBytes <= (has['ephemeral-storage'] ?? 0) &&
    Object.entries(shape.extended).every(([name, amount]) => isIgnored(name) || amount <= (has[name] ?? 0))
  );
}

/** Whether a requested resource, or the number of pods, grew. */
function isMoreFor(shape: SchedulingShape, cache: SchedulerCache, event: ClusterEvent): boolean {
  const now = cache.allocatableSets.get(event.allocatable);
  const before = cache.allocatableSets.get(event.oldAllocatable);
  const grew = (name: string): boolean => (now[name] ?? 0) > (before[name] ?? 0);
  return (
    grew('pods') ||
    (shape.cpuMilli > 0 && grew('cpu')) ||
    (shape.memoryBytes > 0 && grew('memory')) ||
    (shape.ephemeralBytes > 0 && grew('ephemeral-storage')) ||
    Object.entries(shape.extended).some(([name, amount]) => amount > 0 && grew(name))
  );
}

/** The strategy as a Score. */
function scorer(args: z.output<typeof strategy>, cache: SchedulerCache): ScorePlugin['score'] {
  const { type, resources } = args;
  const points: readonly ShapePoint[] = args.requestedToCapacityRatio?.shape ?? DEFAULT_SHAPE;
  const ratio = type === 'RequestedToCapacityRatio';
  const byShape = (requested: number, capacity: number): number =>
    brokenLine(points, requested > capacity ? 100 : Math.floor((requested * 100) / capacity));
  const of = ratio ? byShape : type === 'LeastAllocated' ? leastRequested : mostRequested;
  const wanted = new ById((podClass: PodClass) => resourcesOf(resources, podClass, true));
  let weights = new Float64Array(0);
  return (pod, { rows, end }, scores) => {
    if (weights.length < end) weights = new Float64Array(end * 2);
    scores.fill(0, 0, end);
    weights.fill(0, 0, end);
    for (const { name, weight, request } of wanted.get(pod.podClass)) {
      const capacities = capacityColumn(cache, name);
      const used = usedColumn(cache, name, true);
      for (let i = 0; i < end; i += 1) {
        const capacity = capacities[rows[i]];
        if (capacity === 0) continue;
        const score = of(used[rows[i]] + request, capacity);
        // Only this strategy leaves out what scores nothing.
        if (ratio && score <= 0) continue;
        scores[i] += score * weight;
        weights[i] += weight;
      }
    }
    for (let i = 0; i < end; i += 1) {
      if (weights[i] === 0) continue;
      const mean = scores[i] / weights[i];
      scores[i] = ratio ? Math.round(mean) : Math.floor(mean);
    }
  };
}

const DEFAULT_SHAPE: readonly ShapePoint[] = [
  { utilization: 0, score: 0 },
  { utilization: 100, score: 10 },
];
