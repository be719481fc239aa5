// What exists in a scenario by name, for references from one part of it to another.
import type { Place } from '../lib/errors.ts';
import type { Path } from '../lib/path.ts';
import { containerIndices, namesIn } from '../lib/naming.ts';
import { didYouMean } from '../lib/suggest.ts';
import type { ContainerCounts } from './container-counts.ts';
import { type InputDocument, valueAt } from './document.ts';
import { isMapping } from './fill.ts';
import { objectId } from './objects.ts';
import type { FamilySchemas } from './schema/schema.ts';
import type { FamilyUse } from '../model/settings/family-use.ts';
import { splitPodName } from '../model/settings/pod-name.ts';
import { podNames } from './pod-names.ts';
import type { Problems } from './problems.ts';
import type { NodePool } from '../model/settings/cluster.ts';
import type { KubernetesObject, ScenarioObject } from './scenario.ts';

const ZONE_LABEL = 'topology.kubernetes.io/zone';
const NODES_IN_MESSAGE = 8;
/** Kinds that make pods, or what makes them. */
const MAKERS: ReadonlySet<string> = new Set([
  'CronJob',
  'DaemonSet',
  'Deployment',
  'Experiment',
  'Job',
  'ReplicaSet',
  'ReplicationController',
  'Rollout',
  'StatefulSet',
]);

type FamilyName = 'arrivals' | 'balancers' | 'faults' | 'jobQueues' | 'nodeAutoscalers' | 'policies' | 'rollouts';

export class Known {
  readonly byId: ReadonlyMap<string, KubernetesObject>;
  readonly zones: ReadonlySet<string>;
  readonly nodes: ReadonlySet<string>;
  /** Of systems outside the cluster. */
  readonly hosts: ReadonlySet<string>;
  readonly containers: ContainerCounts;
  readonly #ports = new Map<string, Set<string>>();

  constructor(
    objects: readonly ScenarioObject[],
    nodes: readonly ScenarioObject[],
    pools: readonly NodePool[],
    containers: ContainerCounts,
    hosts: readonly string[],
    zonesOfMasters: readonly string[] = [],
  ) {
    this.containers = containers;
    this.hosts = new Set(hosts);
    this.byId = new Map([...objects, ...nodes].map(({ object }) => [objectId(object), object]));
    for (const { object } of objects) if (object.kind === 'Service') this.#addPorts(object);
    this.zones = new Set([
      ...pools.filter((pool) => pool.count > 0).flatMap((pool) => pool.zones.slice(0, pool.count)),
      ...nodes.flatMap(({ object }) => object.metadata.labels?.[ZONE_LABEL] ?? []),
      ...zonesOfMasters,
    ]);
    this.nodes = new Set([
      ...pools.flatMap((pool) => Array.from({ length: pool.count }, (_, index) => `${pool.name}-${index}`)),
      ...nodes.map(({ object }) => object.metadata.name),
    ]);
  }

  /** Names and numbers of the ports of a Service, of every version of it that the input has. */
  portsOf(namespace: string, name: string): string[] {
    return [...(this.#ports.get(`${namespace}/${name}`) ?? [])];
  }

  /** `namespace/name` of every object of a kind. */
  names(kind: string): string[] {
    return [...this.byId.values()]
      .filter((object) => object.kind === kind)
      .map(({ metadata }) =>
        metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`,
      );
  }

  #addPorts({ metadata, ...service }: KubernetesObject): void {
    const ports = valueAt(service, ['spec', 'ports']);
    if (!Array.isArray(ports)) return;
    const key = `${metadata.namespace}/${metadata.name}`;
    const all = this.#ports.get(key) ?? new Set();
    this.#ports.set(key, all);
    for (const { name, port } of ports.filter(isMapping)) {
      if (typeof name === 'string' && name !== '') all.add(name);
      all.add(String(port));
    }
  }

  get(kind: string, namespace: string | undefined, name: string): KubernetesObject | undefined {
    return this.byId.get([kind, namespace, name].filter((part) => part !== undefined).join('/'));
  }
}

/** Reports references that lead nowhere, at their place in the Scenario document. */
export class References {
  private readonly document: InputDocument;
  private readonly known: Known;
  private readonly problems: Problems;
  private readonly families: FamilySchemas;

  constructor(document: InputDocument, known: Known, problems: Problems, families: FamilySchemas) {
    this.document = document;
    this.known = known;
    this.problems = problems;
    this.families = families;
  }

  fail(path: Path, message: string, atKey = false): void {
    this.problems.add(this.document.place(path, atKey), message, this.document.pathText(path));
  }

  place(path: Path): Place {
    return { ...this.document.place(path), path: this.document.pathText(path) };
  }

  /** The object, or undefined with a problem at `path`. */
  object(
    path: Path,
    kind: string,
    namespace: string | undefined,
    name: string,
    atKey = false,
  ): KubernetesObject | undefined {
    const found = this.known.get(kind, namespace, name);
    if (found !== undefined) return found;
    const written = namespace === undefined ? name : `${namespace}/${name}`;
    const names = this.known.names(kind);
    const near = didYouMean(written, names);
    const elsewhere = names.filter((one) => one.endsWith(`/${name}`));
    const hint = near === '' && elsewhere.length > 0 ? ` (it is in another namespace: ${elsewhere.join(', ')})` : near;
    const none = names.length === 0 ? `, which has no ${kind} at all` : '';
    this.fail(path, `there is no ${kind} ${written} in the input${none}${hint}`, atKey);
    return undefined;
  }

  /** The same where it need not be there. */
  find(kind: string, namespace: string | undefined, name: string): KubernetesObject | undefined {
    return this.known.get(kind, namespace, name);
  }

  /** What the arguments of a family's member name, by what their schema says. */
  args(path: Path, { name, args }: FamilyUse, family: FamilyName): void {
    const schema = this.families[family].get(name);
    if (schema === undefined || !isMapping(args)) return;
    for (const { argument, what } of namesIn(schema)) {
      const value = args[argument];
      const at = [...path, name, argument];
      if (typeof value !== 'string') continue;
      if (what === 'zone') this.zone(at, value);
      else if (what === 'external system') this.external(at, value);
      else if (what === 'Node') this.node(at, value);
      else this.object(at, what, namespaceOf(args), value);
    }
    for (const argument of containerIndices(schema)) {
      const index = args[argument];
      const workload = namesIn(schema).find(
        ({ argument: of, what }) => MAKERS.has(what) && typeof args[of] === 'string',
      );
      const of = workload && { kind: workload.what, name: String(args[workload.argument]) };
      if (typeof index === 'number') this.container([...path, name, argument], namespaceOf(args), of, index);
    }
  }

  /** A policy of a caller or a server that has something to do there. */
  policy(path: Path, use: FamilyUse, side: 'caller' | 'server'): void {
    const wrong = this.families.checkPolicy?.(use, side);
    if (wrong !== undefined) this.fail(path, wrong);
  }

  /** An index among containers and sidecars of pods, of which at least one has so many. A workload that is not there is reported elsewhere. */
  container(
    path: Path,
    namespace: string,
    of: { readonly kind: string; readonly name: string } | undefined,
    index: number,
  ): void {
    const { containers } = this.known;
    const most =
      of === undefined
        ? (containers.most(namespace, undefined) ?? 0)
        : containers.most(namespace, `${of.kind}/${of.name}`);
    if (most === undefined || index < most) return;
    const whose = of === undefined ? `pod in namespace ${namespace}` : `pod of ${of.kind} ${namespace}/${of.name}`;
    const expected =
      most === 0 ? 'there are none' : most === 1 ? 'expected 0, each has one' : `expected 0 to ${most - 1}`;
    this.fail(path, `no ${whose} has a container with index ${index}, ${expected}`);
  }

  /** A Service, and its port if one is asked for. */
  service(
    path: Path,
    to: { readonly namespace: string; readonly name: string; readonly port?: string | undefined },
  ): void {
    const { namespace, port } = to;
    const { service: name, pod } = splitPodName(to.name);
    const service = this.object(path, 'Service', namespace, name);
    if (service === undefined) return;
    if (pod !== '') this.#pod(path, namespace, name, pod);
    if (port === undefined) return;
    // Behind these names stand pods or hosts themselves, on which anything may listen.
    const direct =
      pod !== '' ||
      valueAt(service, ['spec', 'clusterIP']) === 'None' ||
      valueAt(service, ['spec', 'type']) === 'ExternalName';
    if (direct && /^\d+$/.test(port)) return;
    const valid = this.known.portsOf(namespace, name);
    if (valid.includes(port)) return;
    const expected = valid.length === 0 ? 'it has none' : `expected one of ${valid.join(', ')}`;
    const what = `Service ${namespace}/${name} has no port ${JSON.stringify(port)}`;
    this.fail(path, `${what}, ${expected}${didYouMean(port, valid)}`);
  }

  /** A pod by its host name, behind a Service that is its subdomain. */
  #pod(path: Path, namespace: string, service: string, pod: string): void {
    const names = [...this.known.byId.values()].flatMap((one) => podNames(one, namespace, service));
    if (names.some(({ isOne }) => isOne(pod))) return;
    const valid = names.map(({ first }) => `${first}.${service}`);
    const expected =
      valid.length === 0
        ? `no StatefulSet has the serviceName ${service}, and no pod that subdomain with a hostname`
        : `expected a name such as ${valid.join(', ')}`;
    const written = `${pod}.${service}`;
    this.fail(path, `Service ${namespace}/${service} has no pod ${written}, ${expected}${didYouMean(written, valid)}`);
  }

  /** One that is in the input, or that a workload or a stream of pods may make: its name begins with theirs. */
  made(path: Path, kind: string, namespace: string, name: string, streams: readonly string[]): void {
    if (this.known.get(kind, namespace, name) !== undefined) return;
    const makers = [...this.known.byId.values()].filter(({ kind: maker, metadata }) => {
      return MAKERS.has(maker) && metadata.namespace === namespace;
    });
    const names = [...makers.map(({ metadata }) => metadata.name), ...streams];
    if (names.some((maker) => name.startsWith(`${maker}-`))) return;
    const near = didYouMean(`${namespace}/${name}`, this.known.names(kind));
    this.fail(path, `there is no ${kind} ${namespace}/${name} in the input, and no workload that would make it${near}`);
  }

  external(path: Path, host: string): void {
    const valid = [...this.known.hosts];
    if (this.known.hosts.has(host)) return;
    this.fail(path, `spec.external has no host ${JSON.stringify(host)}${didYouMean(host, valid)}`);
  }

  zone(path: Path, zone: string): void {
    const valid = [...this.known.zones];
    if (!this.known.zones.has(zone)) {
      this.fail(
        path,
        `no node is in zone ${JSON.stringify(zone)}, expected one of ${valid.join(', ')}${didYouMean(zone, valid)}`,
      );
    }
  }

  node(path: Path, node: string): void {
    if (this.known.nodes.has(node)) return;
    const valid = [...this.known.nodes];
    const some = valid.slice(0, NODES_IN_MESSAGE).join(', ');
    const more = valid.length > NODES_IN_MESSAGE ? `, … (${valid.length} in all)` : '';
    this.fail(
      path,
      `there is no node ${JSON.stringify(node)}, expected one of ${some}${more}${didYouMean(node, valid)}`,
    );
  }
}

function namespaceOf(args: Readonly<Record<string, unknown>>): string {
  return typeof args['namespace'] === 'string' ? args['namespace'] : 'default';
}
