// What other objects say about a workload: autoscalers that set its size, budgets that guard its pods, claims that they wait for, quotas that are full,
// and whether the node autoscaler makes room for them.
import type { ClassRow, PodRow } from '../../model/rows.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { compileLabelSelector } from '../../model/parse/label-selector.ts';
import { claimName } from '../../model/storage/pod-volumes.ts';
import type { World } from '../build.ts';
import { counted } from '../../lib/plural.ts';
import { scaleUpWords } from './scale-up-words.ts';

export interface ObjectInTheWay {
  /** `PersistentVolumeClaim/shop/data-db-2` */
  readonly object: string;
  readonly says: string;
}

interface Autoscaler extends KubeObject {
  readonly spec?: {
    readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string };
    readonly minReplicas?: number;
    readonly maxReplicas?: number;
  };
  readonly status?: {
    readonly desiredReplicas?: number;
    readonly conditions?: readonly {
      readonly type?: string;
      readonly status?: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
  };
}

interface Budget extends KubeObject {
  readonly spec?: { readonly selector?: Parameters<typeof compileLabelSelector>[0] };
  readonly status?: {
    readonly disruptionsAllowed?: number;
    readonly currentHealthy?: number;
    readonly desiredHealthy?: number;
  };
}

interface Quota extends KubeObject {
  readonly status?: {
    readonly hard?: Readonly<Record<string, string>>;
    readonly used?: Readonly<Record<string, string>>;
  };
}

interface Claim extends KubeObject {
  readonly spec?: { readonly storageClassName?: string };
  readonly status?: { readonly phase?: string };
}

export function objectsInTheWay(world: World, workload: KubeObject, pods: readonly PodRow[]): ObjectInTheWay[] {
  const { namespace = 'default' } = workload.metadata;
  return [
    ...autoscalers(world, namespace, workload),
    ...budgets(world, namespace, pods),
    ...claims(world, namespace, pods),
    ...quotas(world, namespace),
    ...nodeAutoscaler(world, pods),
  ];
}

function* ofKind<T extends KubeObject>({ state: { objects } }: World, kind: string, namespace: string): Generator<T> {
  for (const row of objects.ofKind(kind)) {
    if (objects.namespace[row] === namespace) yield objects.get(row) as T;
  }
}

function* autoscalers(world: World, namespace: string, { kind, metadata }: KubeObject): Generator<ObjectInTheWay> {
  for (const { metadata: own, spec, status } of ofKind<Autoscaler>(world, 'HorizontalPodAutoscaler', namespace)) {
    const { scaleTargetRef, minReplicas = 1, maxReplicas } = spec ?? {};
    if (scaleTargetRef?.kind !== kind || scaleTargetRef.name !== metadata.name) continue;
    const notes = (status?.conditions ?? [])
      .filter(({ type, status: is }) => (type === 'ScalingLimited' ? is === 'True' : is === 'False'))
      .map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
    const size = `wants ${status?.desiredReplicas ?? 'nothing yet'}, between ${minReplicas} and ${maxReplicas}`;
    yield { object: `HorizontalPodAutoscaler/${namespace}/${own.name}`, says: [size, ...notes].join('; ') };
  }
}

/** Those that guard any of the pods, and what they allow. */
export function* budgets(world: World, namespace: string, pods: readonly PodRow[]): Generator<ObjectInTheWay> {
  const { classes, pods: table } = world.state;
  const ownClasses = new Set<ClassRow>(pods.map((pod) => table.podClass[pod]));
  for (const { metadata, spec, status } of ofKind<Budget>(world, 'PodDisruptionBudget', namespace)) {
    const selector = compileLabelSelector(spec?.selector);
    if (![...ownClasses].some((one) => selector.matches(classes.get(one).labels))) continue;
    const { disruptionsAllowed = 0, currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
    const says = `${disruptionsAllowed} disruption${disruptionsAllowed === 1 ? '' : 's'} allowed: ${currentHealthy} pods healthy, ${desiredHealthy} must be`;
    yield { object: `PodDisruptionBudget/${namespace}/${metadata.name}`, says };
  }
}

/** Of its pods, and only those that have no volume. */
function* claims(world: World, namespace: string, pods: readonly PodRow[]): Generator<ObjectInTheWay> {
  const { objects } = world.state;
  const names = new Set(pods.flatMap((pod) => claimNames(world, pod)));
  for (const name of names) {
    const row = objects.find('PersistentVolumeClaim', namespace, name);
    const object = `PersistentVolumeClaim/${namespace}/${name}`;
    const claim: Claim | undefined = row < 0 ? undefined : objects.get(row);
    if (claim === undefined) yield { object, says: 'does not exist' };
    else if (claim.status?.phase !== 'Bound') {
      const storageClass = claim.spec?.storageClassName ?? '';
      const of = storageClass === '' ? 'no storage class' : `storage class ${storageClass}`;
      yield { object, says: `${claim.status?.phase ?? 'Pending'}, of ${of}` };
    }
  }
}

/** Only those of which some resource is used up. */
function* quotas(world: World, namespace: string): Generator<ObjectInTheWay> {
  for (const { metadata, status } of ofKind<Quota>(world, 'ResourceQuota', namespace)) {
    const { hard = {}, used = {} } = status ?? {};
    const full = Object.entries(hard).filter(([resource, limit]) => used[resource] === limit);
    if (full.length === 0) continue;
    const says = `used up: ${full.map(([resource, limit]) => `${resource} ${limit}`).join(', ')}`;
    yield { object: `ResourceQuota/${namespace}/${metadata.name}`, says };
  }
}

/** Of pods that wait for a node. */
function nodeAutoscaler(world: World, pods: readonly PodRow[]): ObjectInTheWay[] {
  return scaleUpWords(world, pods).map(({ says, pods: count }) => ({
    object: 'the node autoscaler',
    says: `of ${counted(count, 'pod')}: ${says}`,
  }));
}

function claimNames({ state }: World, pod: PodRow): string[] {
  const { claims = [] } = state.classes.get(state.pods.podClass[pod]).volumes ?? {};
  return claims.map((claim) => claimName(claim, state.podName(pod)));
}
