// The resources of the API: group, version, kind, plural, scope and subresources of every kind, built in or declared by a CustomResourceDefinition.
import type { KubeObject, ObjectStore } from '../model/object-store.ts';
import { pluralOf, withGroup } from '../model/objects/resource-names.ts';
import { builtInKind, builtInKinds, type Kind, objectType } from '../model/objects/tables.ts';

export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  /** As in a path: `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
  readonly subresources: readonly string[];
}

const SCALED: ReadonlySet<string> = new Set([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'ReplicationController',
  'Rollout',
]);

const known = new Map<string, Resource>();

/** Undefined for a kind that is neither built in nor declared. */
export function resourceOf(objects: ObjectStore, apiVersion: string, kind: string): Resource | undefined {
  const builtIn = builtInKind(apiVersion, kind);
  if (builtIn === undefined) return customResource(objects, apiVersion, kind);
  const id = `${apiVersion} ${kind}`;
  let resource = known.get(id);
  if (resource === undefined) {
    resource = ofBuiltIn(builtIn);
    known.set(id, resource);
  }
  return resource;
}

/** All that are built in. */
export function builtInResources(): readonly Resource[] {
  return builtInKinds().map(ofBuiltIn);
}

/** The group and version of a built-in kind that is named alone; the first one where several groups have it. */
export function apiVersionOfKind(kind: string): string | undefined {
  return builtInKinds().find((one) => one.kind === kind)?.apiVersion;
}

/** `pods`, `deployments.apps`: as messages name it. */
export function qualified({ apiVersion, plural }: Resource): string {
  return withGroup(plural, apiVersion);
}

/** `Pod`, `Deployment.apps`. */
export function qualifiedKind({ apiVersion, kind }: Resource): string {
  return withGroup(kind, apiVersion);
}

function ofBuiltIn({ apiVersion, kind, type, namespaced }: Kind): Resource {
  const status = objectType(type).field('status') === undefined ? [] : ['status'];
  const scale = SCALED.has(kind) ? ['scale'] : [];
  const pod = kind === 'Pod' ? ['binding', 'eviction', 'resize'] : [];
  return { apiVersion, kind, plural: pluralOf(kind), namespaced, subresources: [...status, ...scale, ...pod] };
}

interface Definition extends KubeObject {
  readonly spec?: {
    readonly group?: string;
    readonly scope?: string;
    readonly names?: { readonly kind?: string; readonly plural?: string };
    readonly versions?: readonly { readonly name?: string; readonly subresources?: object }[];
  };
}

function customResource(objects: ObjectStore, apiVersion: string, kind: string): Resource | undefined {
  for (const row of objects.ofKind('CustomResourceDefinition')) {
    const definition: Definition | undefined = objects.get(row);
    const spec = definition?.spec;
    const version = spec?.versions?.find(({ name }) => `${spec.group}/${name}` === apiVersion);
    if (version === undefined || spec?.names?.kind !== kind) continue;
    return {
      apiVersion,
      kind,
      plural: spec.names.plural ?? pluralOf(kind),
      namespaced: spec.scope !== 'Cluster',
      subresources: Object.keys(version.subresources ?? {}),
    };
  }
  return undefined;
}
