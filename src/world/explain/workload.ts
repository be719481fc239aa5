// What a workload wants and has at a moment, and what keeps it from it: conditions, pods that are not ready, objects in the way, last events.
import type { ReplicaSetStatus } from 'kubernetes-types/apps/v1.js';
import type { Job } from '../../scenario/scenario.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { NodeRow, ObjectRow, PodRow } from '../../model/rows.ts';
import { buildWorld, type World } from '../build.ts';
import type { Families } from '../families.ts';
import type { WorkloadSample } from '../workloads/workload.ts';
import { workloads } from '../workloads/index.ts';
import { eventsAbout, type LastEvent } from './last-events.ts';
import { jobInBackOff } from './job-in-back-off.ts';
import { factsOf } from './facts.ts';
import { explainNode } from './node.ts';
import { type ObjectInTheWay, objectsInTheWay } from './objects-in-the-way.ts';
import { ordinalInTheWay } from './ordinal-in-the-way.ts';
import { podTroubles, type Trouble } from './pod-troubles.ts';
import { selectedPods } from './selected-pods.ts';

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** An object of the workload: a revision of a Deployment, a Job of a CronJob. */
export interface Part {
  /** `ReplicaSet/shop/web-5d9f` */
  readonly object: string;
  readonly numbers?: WorkloadSample;
}

export interface WorkloadExplanation {
  /** `StatefulSet/shop/db`, `Node/worker-1` */
  readonly workload: string;
  /** The time that is asked about, µs. */
  readonly atUs: number;
  /** As in workloads.csv, for kinds that it has. */
  readonly numbers?: WorkloadSample;
  readonly conditions: readonly Condition[];
  /** Of a budget, an autoscaler or a CronJob: what its numbers come to, in sentences. */
  readonly facts: readonly string[];
  readonly parts: readonly Part[];
  /** Pods that it has, guards or scales, and those of them that are not ready, by reason: the most frequent first. */
  readonly pods: number;
  readonly troubles: readonly Trouble[];
  readonly inTheWay: readonly ObjectInTheWay[];
  /** Of it, its parts and its pods: the newest last. */
  readonly events: readonly LastEvent[];
}

/** A kind, a namespace and a name; kinds as kubectl takes them: `sts`, `Deployment`, `cronjobs`. */
export interface WorkloadName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Every object that existed at that time, as `kind/namespace/name`: for whoever asked for one that did not. */
export interface NoSuchWorkload {
  readonly existing: readonly string[];
}

/** The scenario is run again until `atUs` (to its end if left out). */
export function explainWorkload(
  job: Job,
  families: Families,
  { kind, namespace, name }: WorkloadName,
  atUs?: number,
): WorkloadExplanation | NoSuchWorkload {
  const { durationUs, controlPlane } = job.loaded.scenario;
  const { MaxUnavailableStatefulSet } = controlPlane.featureGates;
  const until = Math.min(atUs ?? durationUs, durationUs);
  const world = buildWorld(job.loaded, job.seed, { families, check: false });
  world.engine.run(until);
  const { objects } = world.state;
  if (kind === 'Node') {
    const node = world.state.findNode(name);
    return node < 0 ? { existing: everyNode(world) } : explainNode(world, node, until);
  }
  const named = objects.find(kind, namespace, name);
  // Namespaces, volumes and classes are in no namespace.
  const row = named < 0 ? objects.find(kind, undefined, name) : named;
  const object = row < 0 ? undefined : objects.get(row);
  if (object === undefined) return { existing: everyObject(world) };
  const parts = partsOf(world, row);
  const rows = new Set([row, ...parts]);
  const own = podsOf(world, rows);
  const pods = own.length > 0 ? own : selectedPods(world, object);
  const numbers = numbersOf(object);
  return {
    workload: fullName(world, row),
    atUs: until,
    ...(numbers && { numbers }),
    conditions: conditionsOf(object),
    facts: factsOf(world, object, pods, job.loaded.scenario),
    parts: parts.map((part) => {
      const own = numbersOfPart(objects.get(part));
      return { object: fullName(world, part), ...(own && { numbers: own }) };
    }),
    pods: pods.length,
    troubles: podTroubles(world, pods),
    inTheWay: [
      ...jobInBackOff(world, object, pods),
      ...ordinalInTheWay(world, object, pods, MaxUnavailableStatefulSet),
      ...objectsInTheWay(world, object, pods),
    ],
    events: eventsAbout(world, rows),
  };
}

function fullName({ state: { objects } }: World, row: ObjectRow): string {
  return [objects.kind[row], objects.namespace[row], objects.name[row]].filter((part) => part !== '').join('/');
}

function everyObject(world: World): string[] {
  const { objects } = world.state;
  const found: string[] = [];
  for (let row = 0 as ObjectRow; row < objects.length; row = (row + 1) as ObjectRow) {
    if (objects.get(row) !== undefined) found.push(fullName(world, row));
  }
  return found;
}

function everyNode({ state }: World): string[] {
  const found: string[] = [];
  for (let node = 0 as NodeRow; node < state.nodes.length; node = (node + 1) as NodeRow) {
    if (state.nodes.alive[node] === 1) found.push(`Node/${state.nodeName(node)}`);
  }
  return found;
}

/** What it made, and what that made. */
function partsOf({ state: { objects } }: World, whole: ObjectRow): ObjectRow[] {
  const found = new Set([whole]);
  // Whoever makes something is older than that.
  for (let row = (whole + 1) as ObjectRow; row < objects.length; row = (row + 1) as ObjectRow) {
    if (objects.get(row) !== undefined && found.has(objects.owner[row])) found.add(row);
  }
  found.delete(whole);
  return [...found];
}

function podsOf({ state: { pods } }: World, owners: ReadonlySet<ObjectRow>): PodRow[] {
  const found: PodRow[] = [];
  for (let row = 0 as PodRow; row < pods.length; row = (row + 1) as PodRow) {
    if (pods.alive[row] === 1 && owners.has(pods.owner[row])) found.push(row);
  }
  return found;
}

function numbersOf(object: KubeObject | undefined): WorkloadSample | undefined {
  const numbers = object && workloads.find(({ kind }) => kind === object.kind)?.read(object);
  // An autoscaler that has measured nothing yet says 0 and means nothing.
  return object?.kind === 'HorizontalPodAutoscaler' && numbers?.desired === 0 ? { ...numbers, desired: null } : numbers;
}

/** A revision of a Deployment has no rows of its own in workloads.csv, and numbers all the same. */
function numbersOfPart(object: KubeObject | undefined): WorkloadSample | undefined {
  if (object?.kind !== 'ReplicaSet') return numbersOf(object);
  const { replicas: desired = 1 } = (object.spec ?? {}) as { readonly replicas?: number };
  const status = (object.status ?? {}) as Partial<ReplicaSetStatus>;
  const { replicas: current = 0, readyReplicas: ready = 0, availableReplicas: available = 0 } = status;
  return { desired, current, ready, updated: null, available };
}

function conditionsOf({ status }: KubeObject): Condition[] {
  const { conditions = [] } = (status ?? {}) as { readonly conditions?: readonly Partial<Condition>[] };
  return conditions.map(({ type = '', status: is = '', reason = '', message = '' }) => ({
    type,
    status: is,
    reason,
    message,
  }));
}
