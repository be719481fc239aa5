// Hot dialect: NodeResourcesFit rejects nodes without room for the pod and scores by how full they would be.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { PodClass, SchedulingShape } from '../../model/pod-class.ts';
import type { SchedulerCache } from '../cache.ts';
import { type ClusterEvent, Happening } from '../cluster-events.ts';
import type { Handle, Plugin } from '../framework.ts';
import type { NodeList } from '../node-list.ts';
import { Code, success } from '../status.ts';
import { ById } from './by-id.ts';
import { capacityColumn, resourcesOf, scoredResources, usedColumn } from './resource-columns.ts';
import { brokenLine, leastRequested, mostRequested, type ShapePoint } from './resource-scores.ts';

const shapePoint = z.strictObject({
  utilization: z.number().int().min(0).max(100),
  score: z.number().int().min(0).max(10),
});
const strategy = z.strictObject({
  type: z.enum(['LeastAllocated', 'MostAllocated', 'RequestedToCapacityRatio']).default('LeastAllocated'),
  resources: scoredResources,
  requestedToCapacityRatio: z.strictObject({ shape: z.array(shapePoint).min(1) }).optional(),
});
const fitArgs = z.strictObject({
  ignoredResources: z.array(z.string()).default([]),
  ignoredResourceGroups: z.array(z.string()).default([]),
  scoringStrategy: strategy.default({
    type: 'LeastAllocated',
    resources: [
      { name: 'cpu', weight: 1 },
      { name: 'memory', weight: 1 },
    ],
  }),
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
      preFilter: () => success,
      filter(pod, nodes, verdicts) {
        const { shape } = pod.podClass;
        const { cpuMilli, memoryBytes, ephemeralBytes } = shape;
        const others = extended.get(shape);
        const asks = wants.get(shape).anything;
        const { codes } = verdicts;
        for (let i = nodes.start; i < nodes.end; i += 1) {
          if (codes[i] !== Code.Success) continue;
          const node = nodes.rows[i];
          let lack = 0;
          let beyond = false;
          if (cache.podCount[node] + 1 > cache.maxPods[node]) lack = Lack.Pods;
          if (asks) {
            if (cpuMilli > 0 && cpuMilli > cache.cpuMilli[node] - cache.usedCpuMilli[node]) {
              lack |= Lack.Cpu;
              beyond = cpuMilli > cache.cpuMilli[node];
            }
            if (memoryBytes > 0 && memoryBytes > cache.memoryBytes[node] - cache.usedMemoryBytes[node]) {
              lack |= Lack.Memory;
              beyond ||= memoryBytes > cache.memoryBytes[node];
            }
            if (ephemeralBytes > 0 && ephemeralBytes > cache.ephemeralBytes[node] - cache.usedEphemeralBytes[node]) {
              lack |= Lack.Ephemeral;
              beyond ||= ephemeralBytes > cache.ephemeralBytes[node];
            }
          }
          let names = NONE;
          for (let k = 0; k < others.length; k += 1) {
            const { column, amount } = others[k];
            if (amount <= column.allocatable[node] - column.used[node]) continue;
            names = [...names, column.name];
            beyond ||= amount > column.allocatable[node];
          }
          if (lack === 0 && names.length === 0) continue;
          // More than the whole node has: no preemption will help.
          const code = beyond ? Code.UnschedulableAndUnresolvable : Code.Unschedulable;
          verdicts.reject(i, code, reasonOf(lack, names));
        }
      },
      preScore: () => success,
      score(pod, nodes, scores) {
        score(pod.podClass, nodes, scores);
      },
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

type Scorer = (podClass: PodClass, nodes: NodeList, scores: Float64Array) => void;

function scorer(args: z.output<typeof strategy>, cache: SchedulerCache): Scorer {
  const { type, resources } = args;
  if (type === 'LeastAllocated' && isDefault(resources)) return leastOfCpuAndMemory(cache);
  const points: readonly ShapePoint[] = args.requestedToCapacityRatio?.shape ?? [
    { utilization: 0, score: 0 },
    { utilization: 100, score: 10 },
  ];
  const ratio = type === 'RequestedToCapacityRatio';
  const of = (requested: number, capacity: number): number =>
    ratio
      ? brokenLine(points, requested > capacity ? 100 : Math.floor((requested * 100) / capacity))
      : (type === 'LeastAllocated' ? leastRequested : mostRequested)(requested, capacity);
  const compiled = new ById((podClass: PodClass) => resourcesOf(resources, podClass, true));
  return (podClass, nodes, scores) => {
    const wanted = compiled.get(podClass);
    scores.fill(0, 0, nodes.end);
    const weights = new Float64Array(nodes.end);
    for (const { name, weight, request } of wanted) {
      const capacity = capacityColumn(cache, name);
      const used = usedColumn(cache, name, true);
      for (let i = 0; i < nodes.end; i += 1) {
        const node = nodes.rows[i];
        if (capacity[node] === 0) continue;
        const score = of(used[node] + request, capacity[node]);
        if (ratio && score <= 0) continue;
        scores[i] += score * weight;
        weights[i] += weight;
      }
    }
    for (let i = 0; i < nodes.end; i += 1) {
      if (weights[i] === 0) scores[i] = 0;
      else scores[i] = ratio ? Math.round(scores[i] / weights[i]) : Math.floor(scores[i] / weights[i]);
    }
  };
}

function isDefault(resources: readonly { readonly name: string; readonly weight: number }[]): boolean {
  return (
    resources.length === 2 &&
    ['cpu', 'memory'].every((name) => resources.some((one) => one.name === name && one.weight === 1))
  );
}

function leastOfCpuAndMemory(cache: SchedulerCache): Scorer {
  const compiled = new ById((podClass: PodClass) => resourcesOf(DEFAULT_RESOURCES, podClass, true));
  return (podClass, nodes, scores) => {
    const [cpu, memory] = compiled.get(podClass);
    const { cpuMilli, memoryBytes, nonZeroCpuMilli, nonZeroMemoryBytes } = cache;
    for (let i = 0; i < nodes.end; i += 1) {
      const node = nodes.rows[i];
      const hasCpu = cpuMilli[node];
      const hasMemory = memoryBytes[node];
      let sum = 0;
      if (hasCpu > 0) sum += leastRequested(nonZeroCpuMilli[node] + cpu.request, hasCpu);
      if (hasMemory > 0) sum += leastRequested(nonZeroMemoryBytes[node] + memory.request, hasMemory);
      scores[i] = hasCpu > 0 && hasMemory > 0 ? Math.floor(sum / 2) : sum;
    }
  };
}

const DEFAULT_RESOURCES = [
  { name: 'cpu', weight: 1 },
  { name: 'memory', weight: 1 },
];
