// `spec.cluster`: the nodes.
import { z } from 'zod';
import { GPU_COUNT, MOST_DEVICES } from '../../model/parse/gpu-request.ts';
import type { ClusterSettings, NodePool, NodeResources } from '../../model/settings/cluster.ts';
import { amount, count, field, objectName, someAmount, text } from './field.ts';
import { nodeGroup } from './node-group.ts';
import { quantityOrPercent, resources } from './resources.ts';
import { spot } from './spot.ts';
import { steps } from './steps.ts';

const taint = z.strictObject({
  key: field(text, 'Key.'),
  value: field(z.string(), 'Value.').default(''),
  effect: field(
    z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
    'What it does to pods that do not tolerate it.',
  ),
});

const nodePool = z
  .strictObject({
    name: field(objectName, 'Name of the pool; its nodes are `<name>-0`, `<name>-1`, …'),
    count: field(count.max(1_000_000), 'Number of nodes.'),
    zones: field(
      z.array(text).min(1),
      'Zones; node i is in zone i modulo their number. Machines that come later are where there are the fewest.',
    ),
    region: field(text, 'Region.'),
    capacity: field(
      resources,
      'What a node has. Of cpu, memory, pods and ephemeral-storage, those not named have their defaults.',
    ),
    labels: field(z.record(z.string(), z.string()), 'Labels in addition to those that the kubelet sets.').default({}),
    taints: field(z.array(taint), 'Taints.').default([]),
    systemReserved: field(resources, 'Subtracted from the capacity for the system and the kubelet.'),
    evictionHard: field(
      z.strictObject({
        memory: field(quantityOrPercent, 'Memory that eviction keeps free.'),
        'ephemeral-storage': field(quantityOrPercent, 'Disk that eviction keeps free.'),
      }),
      "The kubelet's hard eviction thresholds, also subtracted from the capacity.",
    ),
    hourlyCost: field(amount, 'Cost of a node per hour, in any currency.'),
    power: field(
      z.array(amount).min(2).meta({ type: 'list of numbers' }).optional(),
      'Watts of a node by the utilisation of its processors, at points evenly spaced from 0 to 100 %: the eleven average powers of a SPECpower_ssj2008 result from active idle up, or two, idle and busy. Between them it is straight. Default: not known.',
    ),
    autoscaling: field(
      nodeGroup.optional(),
      'The limits of a node autoscaler, and how machines come. Without it the pool keeps its size.',
    ),
    spot: field(
      spot.optional(),
      'The provider may take its machines back; it makes others in their place, as `autoscaling` says.',
    ),
    speed: field(
      someAmount.optional(),
      'How fast its processors are, as the label `wavetank/speed`: work takes 1 / speed times as long where pods share them, and so does work that scales. Default: 1.',
    ),
    systemUsage: field(
      resources.optional(),
      'CPU that system daemons and the kubelet use all the time, as the label `wavetank/system-cpu`, where pods share processors.',
    ),
    instanceType: field(text.optional(), 'Label `node.kubernetes.io/instance-type`.'),
  })
  .superRefine(({ capacity, count: nodes, autoscaling: limits, spot: machines }, context) => {
    if (machines !== undefined && limits === undefined) {
      const message = 'needs autoscaling, which says how machines come; min and max may be the same';
      context.addIssue({ code: 'custom', path: ['spot'], message });
    }
    if (limits !== undefined && (nodes < limits.min || nodes > limits.max)) {
      const message = `must be between autoscaling.min and autoscaling.max (${limits.min} and ${limits.max}), got ${nodes}`;
      context.addIssue({ code: 'custom', path: ['count'], message });
    }
    const gpus = capacity.extended[GPU_COUNT] ?? 0;
    if (gpus <= MOST_DEVICES) return;
    const message = `at most ${MOST_DEVICES} GPUs per node, got ${gpus}`;
    context.addIssue({ code: 'custom', path: ['capacity', GPU_COUNT], message });
  })
  .transform(({ systemReserved, evictionHard, systemUsage, ...pool }): NodePool => {
    const { capacity } = pool;
    const keep = (part: { amount: number; percent: number }, of: number) =>
      part.amount + Math.floor((of * part.percent) / 100);
    const memory = keep(evictionHard.memory, capacity.memoryBytes);
    const disk = keep(evictionHard['ephemeral-storage'], capacity.ephemeralStorageBytes);
    return {
      ...pool,
      systemCpuMilli: systemUsage?.cpuMilli,
      reservedCpuMilli: systemReserved.cpuMilli,
      allocatable: without(without(capacity, systemReserved), { memory, disk }),
    };
  });

function without(from: NodeResources, taken: NodeResources | { memory: number; disk: number }): NodeResources {
  const less = (a: number, b: number) => Math.max(0, a - b);
  if ('disk' in taken) {
    return {
      ...from,
      memoryBytes: less(from.memoryBytes, taken.memory),
      ephemeralStorageBytes: less(from.ephemeralStorageBytes, taken.disk),
    };
  }
  return {
    cpuMilli: less(from.cpuMilli, taken.cpuMilli),
    memoryBytes: less(from.memoryBytes, taken.memoryBytes),
    ephemeralStorageBytes: less(from.ephemeralStorageBytes, taken.ephemeralStorageBytes),
    pods: less(from.pods, taken.pods),
    extended: Object.fromEntries(
      Object.entries(from.extended).map(([name, has]) => [name, less(has, taken.extended[name] ?? 0)]),
    ),
  };
}

export const cluster = z
  .strictObject({
    version: field(
      z.string().refine((version) => version === '1.36', 'only "1.36" is simulated'),
      'Version of Kubernetes whose behaviour is simulated; there is one.',
    ),
    nodePools: field(
      z.array(nodePool),
      'Pools of identical nodes. Without any, and without Node objects among the manifests, there is one pool named `default`.',
    ),
    carbonIntensity: field(
      steps('{ file, time, hour, region, grams_per_kwh }').optional(),
      "Carbon dioxide per kilowatt-hour, in grams: a CSV file in the scenario's folder with dates in `time`, or hours of each day (UTC) in `hour`, `grams_per_kwh` from then on until the next row, and, if it has one, `region`. Columns of other names are named here. Pools need `power`.",
    ),
  })
  .superRefine(({ nodePools, carbonIntensity }, context) => {
    if (carbonIntensity === undefined || nodePools.some(({ power }) => power !== undefined)) return;
    const message = 'needs nodePools[].power: without it nobody knows how much energy there is';
    context.addIssue({ code: 'custom', path: ['carbonIntensity'], message });
  })
  .transform((settings): ClusterSettings => settings);
