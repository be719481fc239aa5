// metrics.k8s.io: what metrics-server last knew of nodes and pods, for `kubectl top`.
import type { Script } from '../engine/script.ts';
import { notFound } from '../api/resources/status.ts';
import { timestamp } from '../lib/timestamp.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { PodRow } from '../model/rows.ts';
import { aboutOf, type Call, typed } from './call.ts';
import { selectionOf } from './reading/read.ts';
import { sorted } from './reading/snapshots.ts';
import { methodNotAllowed } from './refusals.ts';
import type { Server } from './server.ts';

interface Usage {
  readonly milli: number;
  readonly bytes: number;
  readonly atUs: number;
  readonly windowUs: number;
}

export function* answerMetrics(server: Server, call: Call): Script {
  const { exchange, resource, path, wanted } = call;
  if (exchange.request.method !== 'GET' || exchange.flag('watch')) throw methodNotAllowed();
  const isOfPods = resource.kind === 'PodMetrics';
  const resources = server.resourcesOf(exchange.request.user);
  const answer = yield* resources.list('v1', isOfPods ? 'Pod' : 'Node', selectionOf(call)).wait();
  if ('failure' in answer) {
    exchange.failure(answer.failure, aboutOf(call));
    return;
  }
  const items = sorted(answer.items).flatMap((item) =>
    isOfPods ? podMetrics(server, item) : nodeMetrics(server, item),
  );
  if (path.name === '') {
    const list = { kind: `${resource.kind}List`, apiVersion: resource.apiVersion, metadata: {} };
    exchange.json(200, { ...list, items }, wanted.yaml);
    return;
  }
  const [one] = items;
  if (one === undefined) throw notFound({ ...resource, plural: isOfPods ? 'podmetrics' : 'nodemetrics' }, path.name);
  exchange.json(200, typed(resource, one as KubeObject), wanted.yaml);
}

/** None for a pod of which nothing has been measured yet. */
function podMetrics(server: Server, { metadata }: KubeObject): object[] {
  const { name, namespace = 'default', labels } = metadata;
  const pod = server.state.findPod(namespace, name);
  const containers = usageOfContainers(server, pod);
  if (containers === undefined || containers.length === 0) return [];
  const [{ usage }] = containers;
  return [
    {
      ...measured({ name, namespace, ...(labels === undefined ? {} : { labels }) }, usage),
      containers: containers.map((one) => ({ name: one.name, usage: amounts(one.usage) })),
    },
  ];
}

/** What its pods use: a kubelet, and whatever else runs on a machine, use nothing here. */
function nodeMetrics(server: Server, { metadata }: KubeObject): object[] {
  const { pods, nodes } = server.state;
  const node = server.state.findNode(metadata.name);
  if (node < 0 || nodes.alive[node] === 0) return [];
  let sum: Usage | undefined;
  for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
    if (pods.alive[pod] === 0 || pods.node[pod] !== node) continue;
    for (const { usage } of usageOfContainers(server, pod) ?? []) sum = added(sum, usage);
  }
  if (sum === undefined) return [];
  const { name, labels } = metadata;
  return [{ ...measured({ name, ...(labels === undefined ? {} : { labels }) }, sum), usage: amounts(sum) }];
}

function measured(metadata: object, { atUs, windowUs }: Usage): object {
  return {
    metadata: { ...metadata, creationTimestamp: timestamp(atUs) },
    timestamp: timestamp(atUs),
    window: `${Math.max(1, Math.round(windowUs / 1e6))}s`,
  };
}

function amounts({ milli, bytes }: Usage): object {
  return { cpu: `${milli}m`, memory: `${Math.ceil(bytes / 1024)}Ki` };
}

/** Undefined while one of them has not been measured twice. */
function usageOfContainers(
  { state, world }: Server,
  pod: PodRow,
): { readonly name: string; readonly usage: Usage }[] | undefined {
  const { pods, classes } = state;
  const epoch = pods.epoch[pod];
  const found: { readonly name: string; readonly usage: Usage }[] = [];
  for (const { name } of classes.get(pods.podClass[pod]).runtime.containers) {
    const cpu = world.metricsServer.read(pod, epoch, 'cpu', name);
    const memory = world.metricsServer.read(pod, epoch, 'memory', name);
    if (cpu === undefined || memory === undefined) return undefined;
    if (typeof cpu === 'string' || typeof memory === 'string') continue;
    const { atUs, windowUs } = cpu;
    found.push({ name, usage: { milli: Number(cpu.value), bytes: Number(memory.value) / 1000, atUs, windowUs } });
  }
  return found;
}

function added(sum: Usage | undefined, more: Usage): Usage {
  if (sum === undefined) return more;
  return { ...sum, milli: sum.milli + more.milli, bytes: sum.bytes + more.bytes, atUs: Math.max(sum.atUs, more.atUs) };
}
