// The recordings' observer beside our API server: what it would have written into events.csv, and the requests by kind.
import type { ApiServer } from '../../../src/api/server.ts';
import { Refused } from '../../../src/api/refused.ts';
import { Verb } from '../../../src/api/requests/arena.ts';
import { patchedBits } from '../../../src/api/requests/pod-status.ts';
import type { Deployment, ReplicaSet } from '../../../src/controllers/kit/deployment-objects.ts';
import type { AutoscalerObject } from '../../../src/controllers/horizontal-pod-autoscaler/autoscaler-object.ts';
import type { StatefulSet } from '../../../src/controllers/kit/stateful-set-objects.ts';
import { Change } from '../../../src/model/change-log.ts';
import { PodBit, PodPhase } from '../../../src/model/pods.ts';
import { statusText } from './object-statuses.ts';
import { statusChanges } from './autoscaler.ts';
import type { Entry } from './recording.ts';
import type { NodeRow, ObjectRow, PodRow } from '../../../src/model/rows.ts';

const NODE_READY = ['False', 'True', 'Unknown'] as const;

export class Observer {
  readonly entries: Entry[] = [];
  /** Requests, as the server's own metrics name them; a PUT of an object that was refused for a conflict is named apart there, and is not here. */
  readonly requests: Record<string, number> = {};
  readonly #api: ApiServer;
  readonly #t0Us: number;
  readonly #podState = new Map<number, { epoch: number; state: number; node: NodeRow }>();
  readonly #objects = new Map<number, Deployment | ReplicaSet>();
  readonly #autoscalers = new Map<number, AutoscalerObject['status']>();
  /** Of StatefulSets, in words. */
  readonly #statuses = new Map<ObjectRow, string>();
  readonly #nodes: { ready: number; taints: number }[] = [];
  #events = 0;

  constructor(api: ApiServer, t0Us: number) {
    this.#api = api;
    this.#t0Us = t0Us;
    const { nodes } = api.state;
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
      this.#nodes.push({ ready: nodes.ready[node], taints: nodes.taints[node] });
    }
    api.podCommits.push((pod, epoch, what) => this.#pod(pod, epoch, what));
    api.objectCommits.push((row, what) => {
      this.#object(row, what);
      if ((what & (Change.Status | Change.Spec)) !== 0) this.#count(this.#putOf(row, what));
    });
    api.nodeCommits.push((node) => this.#node(node));
    this.#countRequests();
  }

  /** Takes up the Events so far; call it at the end. Gives all entries in the order of time. */
  finish(): Entry[] {
    const { events } = this.#api.state;
    for (; this.#events < events.length; this.#events += 1) {
      const { name } = this.#api.state.describeEvent(this.#events);
      const { source, reason } = events.messages.get(events.message[this.#events]);
      if (source === 'timeline' || source === 'fault') continue;
      this.#add('Event', name, reason, '', events.time[this.#events]);
    }
    return this.entries.sort((a, b) => a.t - b.t);
  }

  #add(kind: string, name: string, what: string, detail: string, atUs = this.#api.engine.now): void {
    this.entries.push({ t: Math.round((atUs - this.#t0Us) / 1000) / 1000, kind, name, what, detail });
  }

  #pod(pod: PodRow, epoch: number, what: number): void {
    const { pods } = this.#api.state;
    const name = this.#api.state.podName(pod);
    const known = this.#podState.get(pod);
    const before = known?.epoch === epoch ? known : { epoch, state: 0, node: -1 };
    const state = pods.state[pod];
    const node = pods.node[pod];
    const add = (happening: string, detail = ''): void => this.#add('Pod', name, happening, detail);
    const phase = state & PodBit.PhaseMask;
    const newPhase = phase !== (before.state & PodBit.PhaseMask);
    const became = (bit: number): boolean => (state & bit) !== 0 && (before.state & bit) === 0;
    if ((what & Change.Created) !== 0) add('created');
    if (node >= 0 && before.node < 0) add('scheduled', this.#api.state.nodeName(node));
    if (newPhase && phase === PodPhase.Running) add('running');
    if (became(PodBit.Ready)) add('ready');
    if ((state & PodBit.Ready) === 0 && (before.state & PodBit.Ready) !== 0) add('unready');
    if (became(PodBit.Disrupted)) add('disruption-target');
    if (newPhase && phase === PodPhase.Succeeded) add('succeeded');
    if (newPhase && phase === PodPhase.Failed) add('failed');
    if (became(PodBit.Deleting)) add('deleting');
    if ((what & Change.Removed) !== 0) add('deleted');
    this.#podState.set(pod, { epoch, state, node });
  }

  #object(row: ObjectRow, what: number): void {
    const stored = this.#api.state.objects.get(row);
    const status = stored && (what & Change.Status) !== 0 ? statusText(stored) : undefined;
    if (stored !== undefined && status !== undefined) this.#add(stored.kind, stored.metadata.name, 'status', status);
    if (stored?.kind === 'HorizontalPodAutoscaler') this.#autoscaler(row, stored as AutoscalerObject);
    if (stored?.kind === 'StatefulSet') this.#statefulSet(row, stored as StatefulSet, what);
    if (stored?.kind !== 'Deployment' && stored?.kind !== 'ReplicaSet') return;
    const object = stored as Deployment | ReplicaSet;
    const { name } = object.metadata;
    const before = this.#objects.get(row);
    this.#objects.set(row, object);
    const size = object.spec.replicas ?? 1;
    if ((what & Change.Created) !== 0) this.#add(object.kind, name, 'created', `spec.replicas=${size}`);
    else if (before !== undefined && (before.spec.replicas ?? 1) !== size) {
      const happening = object.kind === 'Deployment' ? 'spec.replicas' : 'scaled';
      this.#add(object.kind, name, happening, `${before.spec.replicas ?? 1}->${size}`);
    }
    if (object.kind !== 'Deployment') return;
    for (const { type, status, reason = '' } of object.status?.conditions ?? []) {
      const old = (before as Deployment | undefined)?.status?.conditions?.find((one) => one.type === type);
      if (old?.status !== status || old.reason !== reason) {
        this.#add('Deployment', name, `condition ${type}`, `${status} ${reason}`);
      }
    }
  }

  #autoscaler(row: ObjectRow, { metadata, status }: AutoscalerObject): void {
    for (const [what, detail] of statusChanges(this.#autoscalers.get(row), status)) {
      this.#add('HorizontalPodAutoscaler', metadata.name, what, detail);
    }
    this.#autoscalers.set(row, status);
  }

  #statefulSet(row: ObjectRow, { metadata: { name }, status }: StatefulSet, what: number): void {
    if ((what & Change.Created) !== 0) this.#add('StatefulSet', name, 'created', '');
    const { replicas = 0, readyReplicas: ready = 0, availableReplicas: available = 0 } = status ?? {};
    const { currentReplicas: current = 0, updatedReplicas: updated = 0 } = status ?? {};
    const detail = `replicas=${replicas} ready=${ready} available=${available} current=${current} updated=${updated}`;
    if (status === undefined || this.#statuses.get(row) === detail) return;
    this.#statuses.set(row, detail);
    this.#add('StatefulSet', name, 'status', detail);
  }

  #node(node: NodeRow): void {
    const { nodes, taintSets } = this.#api.state;
    const before = this.#nodes[node];
    const name = this.#api.state.nodeName(node);
    const ready = nodes.ready[node];
    if (ready !== before.ready) {
      const detail = `${NODE_READY[before.ready]}->${NODE_READY[ready]} `;
      this.#add('Node', name, 'condition Ready', detail);
    }
    const text = (set: number): string[] => taintSets.get(set).map(({ key, effect }) => `${key}:${effect}`);
    const old = text(before.taints);
    const now = text(nodes.taints[node]);
    for (const taint of now) if (!old.includes(taint)) this.#add('Node', name, 'taint added', taint);
    for (const taint of old) if (!now.includes(taint)) this.#add('Node', name, 'taint removed', taint);
    this.#nodes[node] = { ready, taints: nodes.taints[node] };
  }

  #countRequests(): void {
    const api = this.#api;
    const submit = api.submit.bind(api);
    api.submit = (bucket, request, reply, token) => {
      const name = this.#nameOf(request);
      // What is sent again was answered with 429.
      const again = this.#api.requests.madeAt[request] < this.#api.engine.now;
      if (name !== undefined) this.#count(again ? `${name} code=429` : name);
      submit(bucket, request, reply, token);
    };
    const refuse = api.refuse.bind(api);
    api.refuse = (request, code) => {
      const name = code === Refused.TooManyRequests ? this.#nameOf(request) : undefined;
      // Its client has given up: it was never done.
      if (name !== undefined) {
        this.requests[name] -= 1;
        this.#count(`${name} code=429`);
      }
      refuse(request, code);
    };
  }

  #count(name: string): void {
    this.requests[name] = (this.requests[name] ?? 0) + 1;
  }

  #putOf(row: number, what: number): string {
    const resource = `${this.#api.state.objects.kind[row].toLowerCase()}s`;
    return `PUT ${resource}${(what & Change.Status) === 0 ? '' : '/status'}`;
  }

  /** Undefined for what is counted by its commit. */
  #nameOf(request: number): string | undefined {
    const { requests } = this.#api;
    const verb = requests.verb[request];
    switch (verb) {
      case Verb.CreatePod:
        return 'POST pods';
      case Verb.BindPod:
        return 'POST pods/binding';
      case Verb.PatchPodStatus:
        // The node controller takes the condition Ready away with a PUT.
        return patchedBits(requests, request) === PodBit.Ready ? 'PUT pods/status' : 'PATCH pods/status';
      case Verb.DeletePod:
      case Verb.RemovePod:
        return 'DELETE pods';
      case Verb.UpdateNodeStatus:
        return 'PUT nodes/status';
      case Verb.UpdateNodeSpec:
        return 'PATCH nodes';
      case Verb.WriteEndpointSlice:
        return 'PUT endpointslices';
      case Verb.RecordEvent:
        return 'POST events';
      case Verb.CreateObject:
        return 'POST objects';
      case Verb.UpdateObject:
      case Verb.UpdateObjectStatus:
        return undefined;
      default:
        return 'other';
    }
  }
}
