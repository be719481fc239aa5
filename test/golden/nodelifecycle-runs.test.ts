// Whole runs of the node lifecycle and taint eviction controllers against the real ones: who is noticed, tainted, evicted, when.
import { describe, test } from 'vitest';
import type { Taint, Toleration } from 'kubernetes-types/core/v1.js';
import { ApiClient } from '../../src/api/client.ts';
import { ApiServer } from '../../src/api/server.ts';
import { Verb } from '../../src/api/requests/arena.ts';
import { ControllerManager } from '../../src/controllers/controller-manager.ts';
import { defaultControllerSettings } from '../../src/controllers/settings.ts';
import { Engine } from '../../src/engine/engine.ts';
import { assert } from '../../src/lib/assert.ts';
import { Change } from '../../src/model/change-log.ts';
import { fnv1a, mix } from '../../src/model/names.ts';
import { NodeReady } from '../../src/model/nodes.ts';
import { PodBit, PodPhase } from '../../src/model/pods.ts';
import { ClusterState, ZONE_LABEL } from '../../src/model/state.ts';
import { agree, difference, eachRecord, hasRecords } from './harness.ts';
import { noMetrics } from '../support/no-metrics.ts';
import { rolloutsWithoutTraffic } from '../support/rollout-ports.ts';
import type { NodeRow, PodRow } from '../../src/model/rows.ts';

type Times = Readonly<Record<string, readonly number[]>>;
type Lines = Readonly<Record<string, readonly string[]>>;

interface RunRecord {
  readonly id: number;
  readonly runSeconds: number;
  readonly zones: readonly {
    readonly zone: string;
    readonly nodes: readonly { readonly name: string; readonly beatPhase: number }[];
  }[];
  readonly script: readonly {
    readonly t: number;
    readonly op: 'stop' | 'notReady' | 'resume';
    readonly nodes: readonly string[];
  }[];
  readonly conditions?: Lines;
  readonly noScheduleTaints?: Lines;
  readonly podsMarkedNotReady?: Times;
  readonly noExecuteTaintsPerZone?: Times;
  readonly podDeletionsPerZoneAndClass?: Times;
}

const RUNS = 'nodelifecycle-runs/runs.jsonl.gz';
const zero = { type: 'constant', value: 0 } as const;
/** The controller's status writes in the records. */
const STATUS_WRITE_US = 13_000;
/** Orders of the nodes that are tried where the record's own does not agree. */
const ORDERS = 30;
const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';

function tolerate(key: string, tolerationSeconds?: number): Toleration {
  const effect = { key, operator: 'Exists', effect: 'NoExecute' };
  return tolerationSeconds === undefined ? effect : { ...effect, tolerationSeconds };
}

const CLASSES: Readonly<Record<string, Toleration[]>> = {
  none: [],
  default300: [tolerate(NOT_READY, 300), tolerate(UNREACHABLE, 300)],
  t30: [tolerate(NOT_READY, 30), tolerate(UNREACHABLE, 30)],
  forever: [tolerate(NOT_READY), tolerate(UNREACHABLE)],
  notready60: [tolerate(NOT_READY, 60)],
};

const READY = PodPhase.Running | PodBit.Ready | PodBit.ContainersReady | PodBit.HasIp | PodBit.Initialized;

/** The kubelets' heartbeats: at second `phase` of each ten, half a second past it; at once on the return. */
class Heartbeats {
  readonly #phases: readonly number[];
  readonly #now: () => number;
  readonly #silentSince = new Map<NodeRow, number>();
  readonly #resumedAt = new Map<NodeRow, number>();

  constructor(phases: readonly number[], now: () => number) {
    this.#phases = phases;
    this.#now = now;
  }

  get silent(): Iterable<NodeRow> {
    return this.#silentSince.keys();
  }

  lastRenewalUs(node: NodeRow): number {
    const first = (this.#phases[node] + 0.5) * 1e6;
    // In the records a stop comes before the heartbeat of the same instant.
    const until = (this.#silentSince.get(node) ?? this.#now() + 1) - 1;
    const regular = first + Math.floor((until - first) / 10e6) * 10e6;
    return Math.max(regular < 0 ? -1 : regular, this.#resumedAt.get(node) ?? -1);
  }

  stop(node: NodeRow): void {
    if (!this.#silentSince.has(node)) this.#silentSince.set(node, this.#now());
  }

  resume(node: NodeRow): void {
    this.#silentSince.delete(node);
    this.#resumedAt.set(node, this.#now());
  }
}

class Run {
  readonly conditions: Record<string, string[]> = {};
  readonly noSchedule: Record<string, string[]> = {};
  readonly marked: Record<string, number[]> = {};
  readonly noExecute: Record<string, number[]> = {};
  readonly deletions: Record<string, number[]> = {};
  readonly #engine = new Engine({ seed: 1 });
  readonly #state = new ClusterState('1');
  readonly #api: ApiServer;
  readonly #user: ApiClient;
  readonly #zoneOf: string[] = [];

  /** `shuffle` 0 takes the nodes in the record's order, another number in one of its own. */
  constructor(record: RunRecord, shuffle: number) {
    const nodes = record.zones.flatMap(({ zone, nodes: inside }) =>
      inside.map((node) => Object.assign({ zone }, node)),
    );
    if (shuffle > 0) nodes.sort((a, b) => mix(shuffle, fnv1a(a.name), 0) - mix(shuffle, fnv1a(b.name), 0));
    for (const { name, zone } of nodes) {
      const labels = { [ZONE_LABEL]: zone };
      const none = { taints: [], unschedulable: false, capacity: {}, allocatable: {}, hourlyCost: 0 };
      this.#state.addNode({ name, labels, ...none }, 0);
      this.#zoneOf.push(zone);
    }
    const never = { maxMutatingInflight: 1e9, mutating: zero, read: zero, etcdCommit: zero, watchDelivery: zero };
    this.#api = new ApiServer(this.#engine, this.#state, never);
    this.#user = new ApiClient(this.#api, 'kubelets', { qps: 0, burst: 0 });
    this.#slowStatusWrites();
    this.#watch();
    const beats = new Heartbeats(
      nodes.map((node) => node.beatPhase),
      () => this.#engine.now,
    );
    const manager = new ControllerManager(
      this.#engine,
      this.#api,
      { ...defaultControllerSettings, clients: { qps: 0, burst: 0 }, syncWorkUs: 0 },
      beats,
      rolloutsWithoutTraffic(),
      noMetrics,
      { divide: () => undefined },
    );
    this.#makePods(nodes.length);
    for (const { t, op, nodes: names } of record.script) {
      this.#engine.run((t + 0.5) * 1e6);
      for (const name of names) this.#act(op, this.#state.findNode(name), beats);
    }
    this.#engine.run(record.runSeconds * 1e6);
    assert(manager.rollouts.length === 0, 'there are no Deployments');
  }

  #act(op: string, node: NodeRow, beats: Heartbeats): void {
    if (op === 'stop') {
      beats.stop(node);
    } else if (op === 'notReady') {
      this.#user.updateNodeStatus(node, NodeReady.False);
    } else {
      beats.resume(node);
      this.#user.updateNodeStatus(node, NodeReady.True);
    }
  }

  /** One pod of each class on each node, Ready. */
  #makePods(nodes: number): void {
    for (let node = 0 as NodeRow; node < nodes; node = (node + 1) as NodeRow) {
      for (const [name, tolerations] of Object.entries(CLASSES)) {
        const nodeName = this.#state.nodeName(node);
        const spec = { nodeName, tolerations, terminationGracePeriodSeconds: 0, containers: [] };
        const podClass = this.#state.classes.intern('ns', { metadata: { labels: { class: name } }, spec });
        this.#user.createPod(podClass.id, -1, `${nodeName}-${name}`);
      }
    }
    this.#engine.run(0);
    for (let pod = 0 as PodRow; pod < this.#state.pods.length; pod = (pod + 1) as PodRow) {
      this.#user.patchPodStatus({ pod, epoch: this.#state.pods.epoch[pod], mask: READY, bits: READY });
    }
    this.#engine.run(0);
  }

  #slowStatusWrites(): void {
    const api = this.#api;
    const submit = api.submit.bind(api);
    const { requests } = api;
    const later = this.#engine.kind('run.slow', (request) => {
      submit(this.#user.bucket, request, requests.reply[request], requests.token[request]);
    });
    api.submit = (bucket, request, reply, token) => {
      if (requests.verb[request] !== Verb.UpdateNodeStatus || bucket === this.#user.bucket) {
        submit(bucket, request, reply, token);
        return;
      }
      requests.reply[request] = reply ?? -1;
      requests.token[request] = token ?? 0;
      this.#engine.after(STATUS_WRITE_US, later, request, 0);
    };
  }

  #watch(): void {
    const { nodes, pods, classes, taintSets } = this.#state;
    const taints: (readonly Taint[])[] = this.#zoneOf.map(() => []);
    const ready = this.#zoneOf.map((): number => NodeReady.True);
    this.#api.nodeCommits.push((node) => {
      const name = this.#state.nodeName(node);
      if (nodes.ready[node] !== ready[node]) {
        const status = ['False', 'True', 'Unknown'][nodes.ready[node]];
        push(this.conditions, name, `${this.#seconds(0.5)} Ready=${status}`);
        ready[node] = nodes.ready[node];
      }
      const now = taintSets.get(nodes.taints[node]);
      for (const taint of now) if (!taints[node].includes(taint)) this.#tainted(node, '+', taint);
      for (const taint of taints[node]) if (!now.includes(taint)) this.#tainted(node, '-', taint);
      taints[node] = now;
    });
    const wasReady = new Set<number>();
    this.#api.podCommits.push((pod, _epoch, what) => {
      const node = pods.node[pod];
      if ((what & Change.Removed) !== 0) {
        const { class: name } = classes.get(pods.podClass[pod]).labels;
        push(this.deletions, `${this.#zoneOf[node]} ${name}`, this.#seconds(1));
      }
      const isReady = (pods.state[pod] & PodBit.Ready) !== 0;
      if (isReady) wasReady.add(pod);
      else if (wasReady.delete(pod)) this.#mark(this.#state.nodeName(node));
    });
  }

  #mark(name: string): void {
    const at = this.#seconds(0.5);
    if (this.marked[name]?.at(-1) !== at) push(this.marked, name, at);
  }

  #tainted(node: NodeRow, sign: string, { key, effect }: Taint): void {
    const what = `${sign}${key.replace('node.kubernetes.io/', '')}:${effect}`;
    if (effect === 'NoExecute') push(this.noExecute, `${this.#zoneOf[node]} ${what}`, this.#seconds(1));
    else push(this.noSchedule, this.#state.nodeName(node), `${this.#seconds(0.5)} ${what}`);
  }

  #seconds(grain: number): number {
    return Math.floor(this.#engine.now / 1e6 / grain) * grain;
  }
}

function push<T>(lists: Record<string, T[]>, key: string, value: T): void {
  const list = lists[key];
  if (list === undefined) lists[key] = [value];
  else list.push(value);
}

function readyOnly(conditions: Lines): Lines {
  return Object.fromEntries(
    Object.entries(conditions).map(([node, lines]) => [node, lines.filter((line) => line.includes(' Ready='))]),
  );
}

function compare(record: RunRecord, shuffle: number): string | undefined {
  const run = new Run(record, shuffle);
  return difference(
    {
      conditions: readyOnly(record.conditions ?? {}),
      noSchedule: record.noScheduleTaints ?? {},
      marked: record.podsMarkedNotReady ?? {},
      noExecute: record.noExecuteTaintsPerZone ?? {},
      deletions: record.podDeletionsPerZoneAndClass ?? {},
    },
    {
      conditions: run.conditions,
      noSchedule: run.noSchedule,
      marked: run.marked,
      noExecute: run.noExecute,
      deletions: run.deletions,
    },
  );
}

describe('silent nodes are noticed, tainted and emptied when Kubernetes does it', () => {
  test('whole runs', () => {
    if (!hasRecords(RUNS)) {
      process.stdout.write('golden nodelifecycle-runs: not run, the records are not in this folder\n');
      return;
    }
    agree('nodelifecycle-runs', eachRecord<RunRecord>(RUNS), (record) => {
      const first = compare(record, 0);
      if (first === undefined) return undefined;
      // Which of several equal nodes is tainted first is arbitrary in Kubernetes, and here by row: another order may be the record's.
      for (let shuffle = 1; shuffle <= ORDERS; shuffle += 1)
        if (compare(record, shuffle) === undefined) return undefined;
      return first;
    });
  });
});
