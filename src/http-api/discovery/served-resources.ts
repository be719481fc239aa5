// Which resources are served: those that are built in, those of custom kinds that the simulation knows, and what CustomResourceDefinitions declare.
import { builtInResources, type Resource } from '../../api/kinds.ts';
import type { KubeObject, ObjectStore } from '../../model/object-store.ts';
import { servedSubresources, type Subresource } from './subresources.ts';

export interface ServedResource extends Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly served: readonly Subresource[];
  /** Declared by a CustomResourceDefinition. */
  readonly custom: boolean;
}

const ALL = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const VERBS: Readonly<Record<string, readonly string[]>> = {
  Binding: ['create'],
  ComponentStatus: ['get', 'list'],
  LocalSubjectAccessReview: ['create'],
  Namespace: ALL.filter((verb) => verb !== 'deletecollection'),
  SelfSubjectAccessReview: ['create'],
  SelfSubjectReview: ['create'],
  SelfSubjectRulesReview: ['create'],
  SubjectAccessReview: ['create'],
  TokenReview: ['create'],
};

/** Subresources of others that have kinds of their own. */
const NO_RESOURCES: ReadonlySet<string> = new Set(['Scale', 'Eviction', 'TokenRequest']);
/** Answered for nothing here: tokens are the listener's affair, health of components is /livez. */
const NOT_SERVED: ReadonlySet<string> = new Set(['ComponentStatus', 'TokenReview']);

const SHORT_NAMES: Readonly<Record<string, readonly string[]>> = {
  CertificateSigningRequest: ['csr'],
  ConfigMap: ['cm'],
  CronJob: ['cj'],
  CustomResourceDefinition: ['crd', 'crds'],
  DaemonSet: ['ds'],
  Deployment: ['deploy'],
  Endpoints: ['ep'],
  Event: ['ev'],
  Gateway: ['gtw'],
  GatewayClass: ['gc'],
  HorizontalPodAutoscaler: ['hpa'],
  IPAddress: ['ip'],
  Ingress: ['ing'],
  LimitRange: ['limits'],
  Namespace: ['ns'],
  NetworkPolicy: ['netpol'],
  Node: ['no'],
  PersistentVolume: ['pv'],
  PersistentVolumeClaim: ['pvc'],
  Pod: ['po'],
  PodDisruptionBudget: ['pdb'],
  PodGroup: ['pg'],
  PriorityClass: ['pc'],
  ReplicaSet: ['rs'],
  ReplicationController: ['rc'],
  ResourceQuota: ['quota'],
  Rollout: ['ro'],
  Service: ['svc'],
  ServiceAccount: ['sa'],
  StatefulSet: ['sts'],
  StorageClass: ['sc'],
  VerticalPodAutoscaler: ['vpa'],
  VolumeAttributesClass: ['vac'],
};
const IN_ALL: ReadonlySet<string> = new Set([
  'CronJob',
  'DaemonSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'Job',
  'Pod',
  'ReplicaSet',
  'ReplicationController',
  'Service',
  'StatefulSet',
]);
const EXTENSIONS = /^(?:admissionregistration|apiextensions|apiregistration)\.k8s\.io\//;

/** The order of the groups in discovery (kube-apiserver's group priorities); others follow by name. */
const GROUPS = [
  '',
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'resource.k8s.io',
  'flowcontrol.apiserver.k8s.io',
];

/** Those that are built in, by group and name. */
const builtIn: readonly ServedResource[] = builtInResources()
  .filter(({ kind, apiVersion }) => !NO_RESOURCES.has(kind) && !NOT_SERVED.has(kind) && apiVersion !== 'autoscaling/v1')
  .map(ofBuiltIn)
  .sort(byGroupAndName);

/** Of metrics-server, where there is one. */
const METRICS: readonly ServedResource[] = [
  { kind: 'NodeMetrics', plural: 'nodes', namespaced: false },
  { kind: 'PodMetrics', plural: 'pods', namespaced: true },
].map((one) => ({
  ...one,
  apiVersion: 'metrics.k8s.io/v1beta1',
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  singular: '',
  shortNames: [],
  categories: [],
  verbs: ['get', 'list'],
  subresources: [],
  served: [],
  custom: false,
}));

export class ServedResources {
  readonly #objects: ObjectStore;
  readonly #measures: () => boolean;
  #definitions: readonly KubeObject[] = [];
  #all: readonly ServedResource[] = builtIn;

  /** `measures`: whether metrics-server runs. */
  constructor(objects: ObjectStore, measures: () => boolean) {
    this.#objects = objects;
    this.#measures = measures;
  }

  /** All of them now. */
  get all(): readonly ServedResource[] {
    return this.#measures() ? [...this.#stored, ...METRICS] : this.#stored;
  }

  get #stored(): readonly ServedResource[] {
    const definitions = [...this.#objects.ofKind('CustomResourceDefinition')].flatMap((row) => {
      const object = this.#objects.get(row);
      return object === undefined ? [] : [object];
    });
    if (definitions.length === this.#definitions.length && definitions.every((one, i) => one === this.#definitions[i]))
      return this.#all;
    this.#definitions = definitions;
    const known = new Set(builtIn.map(({ apiVersion, plural }) => `${apiVersion}/${plural}`));
    const declared = definitions.flatMap(ofDefinition).filter((one) => !known.has(`${one.apiVersion}/${one.plural}`));
    this.#all = [...builtIn, ...declared].sort(byGroupAndName);
    return this.#all;
  }

  find(apiVersion: string, plural: string): ServedResource | undefined {
    return this.all.find((one) => one.apiVersion === apiVersion && one.plural === plural);
  }
}

function ofBuiltIn(resource: Resource): ServedResource {
  const { apiVersion, kind } = resource;
  return {
    ...resource,
    ...groupAndVersion(apiVersion),
    singular: kind.toLowerCase(),
    shortNames: SHORT_NAMES[kind] ?? [],
    categories: IN_ALL.has(kind) ? ['all'] : EXTENSIONS.test(apiVersion) ? ['api-extensions'] : [],
    verbs: VERBS[kind] ?? ALL,
    served: servedSubresources(resource),
    custom: false,
  };
}

interface Definition extends KubeObject {
  readonly spec?: {
    readonly group?: string;
    readonly scope?: string;
    readonly names?: {
      readonly kind?: string;
      readonly plural?: string;
      readonly singular?: string;
      readonly shortNames?: readonly string[];
      readonly categories?: readonly string[];
    };
    readonly versions?: readonly {
      readonly name?: string;
      readonly served?: boolean;
      readonly subresources?: object;
    }[];
  };
}

function ofDefinition({ spec = {} }: Definition): ServedResource[] {
  const { group = '', scope, names = {}, versions = [] } = spec;
  const {
    kind = '',
    plural = `${kind.toLowerCase()}s`,
    singular = kind.toLowerCase(),
    shortNames = [],
    categories = [],
  } = names;
  return versions
    .filter(({ served }) => served !== false)
    .map(({ name = '', subresources = {} }) => {
      const resource: Resource = {
        apiVersion: `${group}/${name}`,
        kind,
        plural,
        namespaced: scope !== 'Cluster',
        subresources: Object.keys(subresources),
      };
      return {
        ...resource,
        group,
        version: name,
        singular,
        shortNames,
        categories,
        verbs: ALL,
        served: servedSubresources(resource),
        custom: true,
      };
    });
}

function groupAndVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const at = apiVersion.indexOf('/');
  return { group: apiVersion.slice(0, Math.max(at, 0)), version: apiVersion.slice(at + 1) };
}

function byGroupAndName(a: ServedResource, b: ServedResource): number {
  return (
    rank(a.group) - rank(b.group) ||
    compare(a.group, b.group) ||
    // v2 comes before v1.
    compare(b.version, a.version) ||
    compare(a.plural, b.plural)
  );
}

function rank(group: string): number {
  const at = GROUPS.indexOf(group);
  return at < 0 ? GROUPS.length : at;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
