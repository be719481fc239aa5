// What must fit in a spec beyond its schema: names once, Services and arguments that exist, settings that contradict each other.
import type { Path } from '../lib/path.ts';
import { didYouMean } from '../lib/suggest.ts';
import type { FamilyUse } from '../model/settings/family-use.ts';
import { behaviorOf } from './behaviors.ts';
import { checkCosts } from './cost-checks.ts';
import { type InputDocument, valueAt } from './document.ts';
import { isMapping } from './fill.ts';
import type { Known, References } from './known.ts';
import type { Scenario } from './scenario.ts';
import type { ParsedSpec } from './schema/schema.ts';
import { podTemplate } from './workloads.ts';

export function checkSpec(spec: ParsedSpec, document: InputDocument, known: Known, references: References): void {
  uniqueNames(spec.traffic, ['spec', 'traffic'], 'name', references);
  uniqueNames(spec.cluster.nodePools, ['spec', 'cluster', 'nodePools'], 'name', references);
  uniqueNames(spec.apiClients, ['spec', 'apiClients'], 'name', references);
  uniqueNames(spec.podArrivals, ['spec', 'podArrivals'], 'name', references);
  uniqueNames(spec.behaviors, ['spec', 'behaviors'], 'image', references);
  uniqueNames(spec.external, ['spec', 'external'], 'host', references);
  uniqueNames(spec.readinessGates, ['spec', 'readinessGates'], 'conditionType', references);
  checkCalls(spec, references, known);
  checkMessageQueues(spec, references);
  checkBalancers(document, spec, references);
  checkDns(spec, references);
  checkSizes(spec, references);
  checkCpuManager(spec, references);
  checkCosts(spec, references);
}

function uniqueNames<Item>(items: readonly Item[], at: Path, field: keyof Item & string, references: References): void {
  const seen = new Set<unknown>();
  for (const [index, item] of items.entries()) {
    if (seen.has(item[field])) references.fail([...at, index, field], `duplicate ${JSON.stringify(item[field])}`);
    seen.add(item[field]);
  }
}

function checkBalancers(document: InputDocument, { network }: ParsedSpec, references: References): void {
  references.args(['spec', 'network', 'balancer'], network.balancer, 'balancers');
  for (const field of ['balancers', 'policies']) {
    const written = valueAt(document.value, ['spec', 'network', field]);
    for (const key of isMapping(written) ? Object.keys(written) : []) {
      const [name = '', namespace = 'default'] = key.split('/').reverse();
      references.object(['spec', 'network', field, key], 'Service', namespace, name, true);
      if (field === 'balancers') continue;
      const uses = network.policies.find((one) => one.namespace === namespace && one.name === name)?.policies ?? [];
      checkPolicies(['spec', 'network', field, key], uses, 'caller', references);
    }
  }
}

function checkMessageQueues({ messageQueues, behaviors, traffic }: ParsedSpec, references: References): void {
  uniqueNames(messageQueues, ['spec', 'messageQueues'], 'name', references);
  const known = messageQueues.map(({ name }) => name);
  for (const [index, { arrivals, groups }] of messageQueues.entries()) {
    const path = ['spec', 'messageQueues', index];
    if (arrivals !== undefined) references.args([...path, 'arrivals'], arrivals, 'arrivals');
    uniqueNames(groups, [...path, 'groups'], 'name', references);
  }
  for (const [index, { publishes = [] }] of behaviors.entries()) {
    for (const [number, { queue, byKey }] of publishes.entries()) {
      const at = ['spec', 'behaviors', index, 'publishes', number];
      if (byKey === true && traffic.every((one) => one.keys === undefined))
        references.fail([...at, 'byKey'], 'no source has `keys`: requests are about nothing in particular');
      if (known.includes(queue)) continue;
      const hint = known.length === 0 ? 'there is none at all' : `expected one of ${known.join(', ')}`;
      references.fail([...at, 'queue'], `there is no message queue "${queue}", ${hint}${didYouMean(queue, known)}`);
    }
  }
}

function checkDns({ dns }: ParsedSpec, references: References): void {
  if (dns !== undefined)
    references.object(['spec', 'dns', 'service'], 'Service', dns.service.namespace, dns.service.name, true);
}

/** Sizes of messages matter to connections and to slow clients: without any they would say nothing. */
function checkSizes({ behaviors, connections, traffic }: ParsedSpec, references: References): void {
  const callers = [...traffic, ...behaviors.flatMap(({ calls }) => calls)];
  if (connections?.callers !== undefined || callers.some((one) => one.connections !== undefined)) return;
  if (traffic.some(({ bytesPerSecond = Infinity }) => bytesPerSecond < Infinity)) return;
  const message =
    'needs connections that are kept: set `spec.connections.callers`, or `connections` of a call or a source';
  for (const [index, { requests }] of behaviors.entries()) {
    if (requests.size !== undefined) references.fail(['spec', 'behaviors', index, 'requests', 'size'], message);
  }
  for (const [index, { classes = [] }] of traffic.entries()) {
    for (const [number, { size }] of classes.entries())
      if (size !== undefined) references.fail(['spec', 'traffic', index, 'classes', number, 'size'], message);
  }
}

export function checkPolicies(
  path: Path,
  policies: readonly FamilyUse[],
  side: 'caller' | 'server',
  references: References,
): void {
  for (const [index, use] of policies.entries()) {
    references.args([...path, index], use, 'policies');
    references.policy([...path, index], use, side);
  }
}

/** A kubelet with a static CPU manager does not start where nothing is reserved: shared processors would run out. */
function checkCpuManager({ kubelet, cluster }: ParsedSpec, references: References): void {
  if (kubelet.cpuManagerPolicy !== 'static') return;
  for (const [index, { name, reservedCpuMilli }] of cluster.nodePools.entries()) {
    if (reservedCpuMilli !== 0) continue;
    const message = `must have cpu above 0: kubelets with cpuManagerPolicy static do not start without, pool ${name}`;
    references.fail(['spec', 'cluster', 'nodePools', index, 'systemReserved'], message);
  }
}

/** A call is made for requests of classes that some source has. */
function checkClasses(
  path: Path,
  names: readonly string[] | undefined,
  { traffic }: ParsedSpec,
  references: References,
): void {
  const known = [...new Set(traffic.flatMap(({ classes = [] }) => classes.map(({ name }) => name)))];
  for (const [index, name] of names?.entries() ?? []) {
    if (known.includes(name)) continue;
    const hint = known.length === 0 ? 'no source has any' : `expected one of ${known.join(', ')}`;
    references.fail([...path, index], `there is no class "${name}", ${hint}${didYouMean(name, known)}`);
  }
}

/** A call without a namespace must find its Service in every namespace in which its image runs. */
function checkCalls(spec: ParsedSpec, references: References, known: Known): void {
  const scenario = { behaviors: spec.behaviors, defaultBehavior: { image: '' } as Scenario['defaultBehavior'] };
  for (const [index, behavior] of spec.behaviors.entries()) {
    const homes = new Set<string>();
    for (const object of known.byId.values()) {
      const containers = podTemplate(object)?.containers ?? [];
      const runs = containers.some((one) => behaviorOf(scenario, one.image).image === behavior.image);
      if (runs) homes.add(object.metadata.namespace ?? 'default');
    }
    if (homes.size === 0) homes.add('default');
    checkPolicies(['spec', 'behaviors', index, 'policies'], behavior.policies, 'server', references);
    for (const [number, { service, policies, classes, cache }] of behavior.calls.entries()) {
      checkClasses(['spec', 'behaviors', index, 'calls', number, 'classes'], classes, spec, references);
      checkPolicies(['spec', 'behaviors', index, 'calls', number, 'policies'], policies, 'caller', references);
      const path = ['spec', 'behaviors', index, 'calls', number, 'service'];
      for (const namespace of service.namespace === undefined ? homes : [service.namespace]) {
        references.service(path, { ...service, namespace });
      }
      const at = cache?.at;
      if (at === undefined) continue;
      for (const namespace of at.namespace === undefined ? homes : [at.namespace]) {
        references.service([...path.slice(0, -1), 'cache', 'at'], { ...at, namespace });
      }
    }
  }
}
