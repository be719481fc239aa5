// What people change for the worse in the API server, each with what changes it back.
import type { ConfigMap, ResourceQuota } from 'kubernetes-types/core/v1.js';
import { InputError } from '../../lib/errors.ts';
import { timestamp } from '../../lib/timestamp.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { ObjectRow } from '../../model/rows.ts';
import type { FaultContext } from '../fault.ts';

interface OfDeployment {
  readonly namespace: string;
  readonly deployment: string;
}

interface Template {
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: {
      readonly spec?: { readonly containers?: readonly { readonly name: string; readonly image?: string }[] };
    };
  };
}

/** Kinds that come again by themselves. */
const MADE_BY_CONTROLLERS: ReadonlySet<string> = new Set(['Event', 'Endpoints', 'EndpointSlice', 'ControllerRevision']);

const NOTHING = (): void => undefined;

export function checkDeployment(fault: string, { namespace, deployment }: OfDeployment, context: FaultContext): void {
  if (!context.knows('Deployment', namespace, deployment))
    throw new InputError(`${fault}: there is no Deployment ${namespace}/${deployment}`);
}

function deploymentTarget({ namespace, deployment: name }: OfDeployment) {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name } };
}

const refused = (context: FaultContext) => (message: string) => context.announce(`refused: ${message}`);

export function setImage(
  context: FaultContext,
  given: OfDeployment & { readonly container?: string | undefined; readonly image: string },
): () => void {
  const { people } = context.powers;
  const target = deploymentTarget(given);
  const object: (KubeObject & Template) | undefined = people.find(target);
  const containers = object?.spec?.template?.spec?.containers ?? [];
  const old = containers.find(({ name }) => given.container === undefined || name === given.container);
  if (old === undefined) {
    context.announce(`there is no such container in ${given.namespace}/${given.deployment} now`);
    return NOTHING;
  }
  const set = (image: string): void => {
    const spec = { containers: [{ name: old.name, image }] };
    people.patch(target, { type: 'strategic', patch: { spec: { template: { spec } } } }, refused(context));
  };
  set(given.image);
  return () => set(old.image ?? '');
}

export function scale(context: FaultContext, given: OfDeployment & { readonly replicas: number }): () => void {
  const { people } = context.powers;
  const target = deploymentTarget(given);
  const object: (KubeObject & Template) | undefined = people.find(target);
  const before = object?.spec?.replicas ?? 1;
  people.scale(target, given.replicas, refused(context));
  return () => people.scale(target, before, refused(context));
}

export function pushConfig(
  context: FaultContext,
  given: OfDeployment & { readonly configMap: string; readonly key: string; readonly value?: string | undefined },
): () => void {
  const { people } = context.powers;
  const { namespace, configMap: name, key } = given;
  const target = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name } };
  const before = (people.find(target) as ConfigMap | undefined)?.data?.[key];
  const push = (value: string | undefined): void =>
    people.patch(target, { type: 'merge', patch: { data: { [key]: value ?? null } } }, refused(context));
  const restart = (): void => {
    const annotations = { 'kubectl.kubernetes.io/restartedAt': timestamp(context.nowUs()) };
    const patch = { spec: { template: { metadata: { annotations } } } };
    people.patch(deploymentTarget(given), { type: 'strategic', patch }, refused(context));
  };
  push(given.value);
  restart();
  return () => {
    push(before);
    // Without the key no pod has started, and those that wait begin now; a bad value is in the environment of those that run.
    if (given.value !== undefined) restart();
  };
}

export function lowerQuota(
  context: FaultContext,
  given: {
    readonly namespace: string;
    readonly quota: string;
    readonly hard: Readonly<Record<string, string | number>>;
  },
): () => void {
  const { people } = context.powers;
  const { namespace, quota: name } = given;
  const target = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { namespace, name } };
  const before = (people.find(target) as ResourceQuota | undefined)?.spec?.hard ?? {};
  const hard = Object.fromEntries(Object.entries(given.hard).map(([resource, amount]) => [resource, String(amount)]));
  people.patch(target, { type: 'merge', patch: { spec: { hard } } }, refused(context));
  const back = Object.fromEntries(Object.keys(hard).map((resource) => [resource, before[resource] ?? null]));
  return () => people.patch(target, { type: 'merge', patch: { spec: { hard: back } } }, refused(context));
}

/** What nobody owns comes again: controllers make the rest. */
export function deleteNamespace(context: FaultContext, name: string): () => void {
  const { people } = context.powers;
  const { objects } = context.state;
  const target = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  const held: KubeObject[] = [];
  for (let row = 0 as ObjectRow; row < objects.length; row = (row + 1) as ObjectRow) {
    const object = objects.get(row);
    if (object === undefined || MADE_BY_CONTROLLERS.has(object.kind)) continue;
    const { metadata } = object;
    if (metadata.namespace === name && (metadata.ownerReferences ?? []).length === 0) held.push(asNew(object));
  }
  people.delete(target, refused(context));
  return () => people.create([target, ...held]);
}

function asNew(object: KubeObject): KubeObject {
  const { name, namespace, labels, annotations } = object.metadata;
  const { status: _status, ...rest } = object as KubeObject & { readonly status?: unknown };
  const metadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
  };
  return { ...rest, metadata: { ...metadata, ...(annotations === undefined ? {} : { annotations }) } };
}
