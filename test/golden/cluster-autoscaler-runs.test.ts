// Whole runs of the cluster autoscaler, loop by loop, call by call.
import { test } from 'vitest';
import { ClusterAutoscaler, type LoopReport } from '../../src/autoscaler/cluster-autoscaler.ts';
import { type AutoscalerOptions, DEFAULT_OPTIONS, type ExpanderName } from '../../src/autoscaler/options.ts';
import { ObjectView } from '../../src/api/object-view.ts';
import { clusterSnapshot } from '../../src/scheduler/snapshot/cluster-snapshot.ts';
import { RecordedWorld, type WorldRecord } from './cluster-autoscaler-world.ts';
import { agree, difference, eachRecord } from './harness.ts';

interface RunRecord extends WorldRecord {
  readonly id: number;
  readonly loops: number;
  readonly options: {
    readonly balanceSimilar: boolean;
    readonly delayAfterAdd: number;
    readonly delayAfterDelete: number;
    readonly enforceMinSize: boolean;
    readonly expander: string;
    readonly ignoreDaemonSets: boolean;
    readonly maxCores: number;
    readonly maxDrainParallelism: number;
    readonly maxNodeProvisionTime: number;
    readonly maxNodesTotal: number;
    readonly maxScaleDownParallelism: number;
    readonly unneededTime: number;
    readonly unreadyTime: number;
    readonly unremovableRecheck: number;
    readonly utilizationThreshold: number;
  };
  readonly trace: readonly Readonly<Record<string, unknown>>[];
}

function optionsOf({ options }: RunRecord): AutoscalerOptions {
  return {
    ...DEFAULT_OPTIONS,
    balanceSimilarNodeGroups: options.balanceSimilar,
    scaleDownDelayAfterAddUs: options.delayAfterAdd * 1e6,
    scaleDownDelayAfterDeleteUs: options.delayAfterDelete * 1e6,
    enforceNodeGroupMinSize: options.enforceMinSize,
    expander: options.expander.split(',') as ExpanderName[],
    ignoreDaemonSetsUtilization: options.ignoreDaemonSets,
    maxCoresTotal: options.maxCores,
    maxDrainParallelism: options.maxDrainParallelism,
    maxNodeProvisionTimeUs: options.maxNodeProvisionTime * 1e6,
    maxNodesTotal: options.maxNodesTotal,
    maxScaleDownParallelism: options.maxScaleDownParallelism,
    scaleDownUnneededTimeUs: options.unneededTime * 1e6,
    scaleDownUnreadyTimeUs: options.unreadyTime * 1e6,
    unremovableNodeRecheckTimeoutUs: options.unremovableRecheck * 1e6,
    scaleDownUtilizationThreshold: options.utilizationThreshold,
  };
}

/** The trace of our autoscaler in the record's world. */
function traced(record: RunRecord, seed: string): readonly Readonly<Record<string, unknown>>[] {
  const trace: Record<string, unknown>[] = [];
  const world = new RecordedWorld(record, seed, (_, content) => trace.push(content as Record<string, unknown>));
  const { engine, state } = world;
  let report: LoopReport | undefined;
  const autoscaler = new ClusterAutoscaler({
    engine,
    hands: world,
    provider: world,
    filters: clusterSnapshot(engine, state, (kind) => new ObjectView(kind)),
    options: optionsOf(record),
    observe: (one) => {
      report = one;
    },
  });
  let before = '';
  const loop = engine.kind('loop', (_, hops) => {
    // What else happens at this instant comes first.
    if (hops < 4) {
      engine.after(0, loop, 0, hops + 1);
      return;
    }
    world.beginLoop();
    report = undefined;
    const deleting = new Set(autoscaler.actuator.tracker.names);
    engine.spawn('loop', autoscaler.runOnce());
    const calls = world.endLoop();
    const content = contentOf(report, autoscaler, deleting, world);
    const text = JSON.stringify(content);
    if (text !== before || calls.length > 0) {
      trace.push({ loop: { ...content, t: engine.now / 1e6, ...(calls.length > 0 ? { calls } : {}) } });
    }
    before = text;
    world.flush();
  });
  for (let i = 0; i < record.loops; i += 1) engine.at(i * 10e6, loop, 0, 0);
  engine.run((record.loops - 1) * 10e6 + 1);
  return trace;
}

function contentOf(
  report: LoopReport | undefined,
  { planner, actuator }: ClusterAutoscaler,
  deletingBefore: ReadonlySet<string>,
  world: RecordedWorld,
): Record<string, unknown> {
  const unneeded = [...planner.unneeded.keys()].sort();
  const unremovable = Object.fromEntries(
    [...planner.unremovable.reasons]
      .map(
        ([name, { reason, blocking }]) =>
          [name, blocking === undefined ? reason : `${reason}:${blocking.reason}`] as const,
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  const resized = report?.scaleUps.flatMap((one) => one.resized) ?? [];
  const waiting = report?.scaleUps[0]?.withoutHelp.length ?? 0;
  const deleting = actuator.tracker.names.filter((name) => !deletingBefore.has(name)).sort();
  return {
    scaleUp: report?.scaleUps.map(({ result }) => result) ?? ['NotTried'],
    scaleDown: report?.scaleDown ?? 'NotTried',
    unneeded: unneeded.length === 0 ? null : unneeded,
    targets: Object.fromEntries(world.groups.map(({ id, target }) => [id, target])),
    ...(Object.keys(unremovable).length === 0 ? {} : { unremovable }),
    ...(resized.length === 0
      ? {}
      : { sizes: Object.fromEntries(resized.map(({ group, from, to }) => [group, `${from}->${to}`])) }),
    ...(deleting.length === 0 ? {} : { deleting }),
    ...(waiting === 0 ? {} : { remainUnschedulable: waiting }),
  };
}

/** Where expanders leave several options one of them is drawn: a record agrees when it does for one of so many draws. */
const DRAWS = 8;

function ran(record: RunRecord): string | undefined {
  for (const { world } of record.trace as { world?: { nodesGone?: string[] } }[]) world?.nodesGone?.sort();
  let first: string | undefined;
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const found = unlike(record, traced(record, `draw ${draw}`));
    if (found === undefined) return undefined;
    first ??= found;
  }
  return first;
}

function unlike(record: RunRecord, trace: readonly Readonly<Record<string, unknown>>[]): string | undefined {
  const count = Math.max(trace.length, record.trace.length);
  for (let i = 0; i < count; i += 1) {
    const found = difference(record.trace[i], trace[i], `[${i}]`);
    if (found !== undefined)
      return `${found}; expected ${JSON.stringify(record.trace[i])}, got ${JSON.stringify(trace[i])}`;
  }
  return undefined;
}

test('the whole autoscaler does what cluster-autoscaler 1.36 does', () => {
  agree('cluster-autoscaler/runs', eachRecord<RunRecord>('cluster-autoscaler/runs.jsonl.gz'), ran);
});
