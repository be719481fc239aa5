// The user at the keyboard: applies the manifests at the start and does what the timeline says, with kubectl's verbs.
import type { Pod, PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { Forbidden } from '../api/admission.ts';
import type { ApiClient } from '../api/client.ts';
import type { Deployment, ReplicaSet } from '../controllers/kit/deployment-objects.ts';
import type { Engine } from '../engine/engine.ts';
import type { Script, Signal } from '../engine/script.ts';
import { assert } from '../lib/assert.ts';
import type { ClusterState } from '../model/state.ts';
import type { FaultInjector } from '../faults/fault-injector.ts';
import type {
  KubernetesObject,
  ScenarioObject,
  TaintChange,
  TimelineAction,
  TimelineEntry,
} from '../scenario/scenario.ts';
import { objectId } from '../scenario/objects.ts';
import { announce } from './announce.ts';
import {
  patched,
  reapplied,
  type Refusal,
  restarted,
  undone,
  withImage,
  withPaused,
  withTaints,
} from './kubectl-edits.ts';

export class Kubectl {
  readonly #engine: Engine;
  readonly #client: ApiClient;
  readonly #state: ClusterState;
  readonly #faults: FaultInjector;
  readonly #timeline: TimelineEntry[] = [];
  /** The manifest of each object as it was last applied: kubectl keeps it in an annotation. */
  readonly #applied = new Map<string, KubernetesObject>();
  readonly #onAction: number;

  constructor(engine: Engine, client: ApiClient, faults: FaultInjector) {
    this.#engine = engine;
    this.#client = client;
    this.#state = client.api.state;
    this.#faults = faults;
    this.#onAction = engine.kind('timeline', (index) => this.#act(this.#timeline[index].action));
  }

  /** Applies the objects one after the other, from now on, as kubectl does with a file. */
  apply(objects: readonly ScenarioObject[]): void {
    this.#engine.spawn('kubectl apply', this.#applyAll(objects));
  }

  /** Books the entries of the timeline. Throws an InputError when a fault names what does not exist. */
  schedule(timeline: readonly TimelineEntry[]): void {
    for (const entry of timeline) {
      if (entry.action.type === 'fault') {
        this.#faults.at(entry.atUs, entry.action.fault);
        continue;
      }
      this.#engine.at(entry.atUs, this.#onAction, this.#timeline.push(entry) - 1, 0);
    }
  }

  *#applyAll(objects: readonly ScenarioObject[]): Script {
    for (const object of objects) {
      try {
        const answer = this.#applyOne(object);
        if (answer !== undefined) yield* answer.wait();
      } catch (error) {
        if (!(error instanceof Forbidden)) throw error;
        this.#announce(`Error from server (Forbidden): ${error.message}`);
      }
    }
  }

  /** Undefined where there is nothing to send. */
  #applyOne({ object, manifest = object }: ScenarioObject): Signal<number> | undefined {
    const client = this.#client;
    if (object.kind === 'Pod') {
      const { metadata, spec } = object as unknown as Pod;
      const template: PodTemplateSpec = { metadata: metadata ?? {}, ...(spec === undefined ? {} : { spec }) };
      const made = client.podClass(object.metadata.namespace ?? 'default', template);
      return client.createPod(made.id, -1, object.metadata.name);
    }
    const row = this.#state.objects.find(object.kind, object.metadata.namespace, object.metadata.name);
    const current = this.#state.objects.get(row);
    const last = this.#applied.get(objectId(object));
    this.#applied.set(objectId(object), manifest);
    if (current === undefined) return client.create(object);
    const { resourceVersion: _, ...metadata } = current.metadata;
    const changed = reapplied({ ...current, metadata }, last, manifest);
    if (changed === undefined) return undefined;
    if (!('refused' in changed)) return client.update(row, changed);
    this.#announce(`error: ${changed.refused}`);
    return undefined;
  }

  #act(action: TimelineAction): void {
    switch (action.type) {
      case 'setImage': {
        const { deployment, container, image } = action;
        this.#announce(`set image of ${deployment}/${container} to ${image}`);
        this.#patch(action, (object) => withImage(object, container, image));
        return;
      }
      case 'scale':
        this.#announce(`scale ${action.deployment} to ${action.replicas}`);
        this.#patch(action, (object) => ({ ...object, spec: { ...object.spec, replicas: action.replicas } }));
        return;
      case 'patch':
        this.#announce(`patch ${action.deployment}`);
        this.#patch(action, (object) => patched(object, action.patch));
        return;
      case 'rolloutRestart':
        this.#announce(`rollout restart of ${action.deployment}`);
        this.#patch(action, (object) => restarted(object, this.#engine.now));
        return;
      case 'rolloutPause':
      case 'rolloutResume': {
        const paused = action.type === 'rolloutPause';
        this.#announce(`rollout ${paused ? 'pause' : 'resume'} of ${action.deployment}`);
        this.#patch(action, (object) => withPaused(object, paused));
        return;
      }
      case 'rolloutUndo':
        this.#announce(`rollout undo of ${action.deployment}`);
        this.#patch(action, (object, row) => undone(object, this.#setsOf(row), action.toRevision));
        return;
      case 'cordon':
      case 'uncordon':
        this.#announce(`${action.type} ${action.node}`);
        this.#editNode(action.node, (node) =>
          this.#client.updateNodeSpec({ node, unschedulable: action.type === 'cordon' }),
        );
        return;
      case 'taint':
        this.#announce(`taint ${action.node}`);
        this.#editNode(action.node, (node) => this.#taint(node, action.taints));
        return;
      case 'delete':
        this.#announce(`delete ${action.kind} ${action.name}`);
        this.#delete(action.kind, action.namespace, action.name);
        return;
      case 'apply':
        this.#announce(
          `apply ${action.objects.map(({ object }) => `${object.kind} ${object.metadata.name}`).join(', ')}`,
        );
        this.apply(action.objects);
        return;
      case 'fault':
        assert(false, 'faults are booked with the injector');
    }
  }

  /**
   * PATCH of a Deployment: no precondition on the version. One that is gone by now is left alone, and so is one that
   * `change` refuses, as kubectl's error would.
   */
  #patch(
    { namespace, deployment: name }: { readonly namespace: string; readonly deployment: string },
    change: (object: Deployment, row: number) => Deployment | Refusal,
  ): void {
    const row = this.#state.objects.find('Deployment', namespace, name);
    const current = this.#state.objects.get(row);
    if (current === undefined) {
      this.#announce(`Error from server (NotFound): Deployment ${name}`);
      return;
    }
    const { resourceVersion: _, ...metadata } = current.metadata;
    const changed = change({ ...(current as Deployment), metadata }, row);
    if ('refused' in changed) this.#announce(`error: ${changed.refused}`);
    else this.#client.update(row, changed);
  }

  /** The Deployment's ReplicaSets as the API server has them. */
  #setsOf(deployment: number): ReplicaSet[] {
    const { objects } = this.#state;
    return [...objects.ofKind('ReplicaSet')].flatMap((row) => {
      const set = objects.get(row);
      return set === undefined || objects.owner[row] !== deployment ? [] : [set as ReplicaSet];
    });
  }

  #editNode(name: string, edit: (node: number) => void): void {
    const node = this.#state.findNode(name);
    if (node >= 0 && this.#state.nodes.alive[node] === 1) edit(node);
    else this.#announce(`Error from server (NotFound): Node ${name}`);
  }

  #taint(node: number, changes: readonly TaintChange[]): void {
    const { nodes, taintSets } = this.#state;
    const taints = taintSets.id(withTaints(taintSets.get(nodes.taints[node]), changes));
    this.#client.updateNodeSpec({ node, taints });
  }

  #delete(kind: string, namespace: string | undefined, name: string): void {
    if (kind === 'Pod') {
      const pod = this.#state.findPod(namespace ?? 'default', name);
      if (pod >= 0) this.#client.deletePod(pod, this.#state.pods.epoch[pod]);
      else this.#announce(`Error from server (NotFound): Pod ${name}`);
      return;
    }
    const row = this.#state.objects.find(kind, namespace, name);
    if (row >= 0) this.#client.delete(row);
    else this.#announce(`Error from server (NotFound): ${kind} ${name}`);
  }

  #announce(message: string): void {
    announce(this.#state, this.#engine.now, 'timeline', 'ActionApplied', message);
  }
}
