// The user at the keyboard: applies the manifests at the start and does what the timeline says, with kubectl's verbs.
import type { DaemonSet, Deployment } from 'kubernetes-types/apps/v1.js';
import type { Container, Pod, PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { ApiClient } from '../api/client.ts';
import type { Engine } from '../engine/engine.ts';
import type { Script, Signal } from '../engine/script.ts';
import { assert } from '../lib/assert.ts';
import { timestamp } from '../lib/timestamp.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { ClusterState } from '../model/state.ts';
import type { FaultInjector } from '../faults/fault-injector.ts';
import type { KubernetesObject, ScenarioObject, TimelineAction, TimelineEntry } from '../scenario/scenario.ts';
import { announce } from './announce.ts';

export class Kubectl {
  readonly #engine: Engine;
  readonly #client: ApiClient;
  readonly #state: ClusterState;
  readonly #faults: FaultInjector;
  readonly #timeline: TimelineEntry[] = [];
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
    for (const { object } of objects) yield* this.#applyOne(object).wait();
  }

  #applyOne(object: KubernetesObject): Signal<number> {
    const client = this.#client;
    if (object.kind === 'Pod') {
      const { metadata, spec } = object as unknown as Pod;
      const template: PodTemplateSpec = { metadata: metadata ?? {}, ...(spec === undefined ? {} : { spec }) };
      const made = client.podClass(object.metadata.namespace ?? 'default', template);
      return client.createPod(made.id, -1, this.#state.nameBarePod(object.metadata.name));
    }
    const row = this.#state.objects.find(object.kind, object.metadata.namespace, object.metadata.name);
    return row < 0 ? client.create(object) : client.update(row, object);
  }

  #act(action: TimelineAction): void {
    switch (action.type) {
      case 'setImage': {
        const { namespace, deployment, container, image } = action;
        this.#announce(`set image of ${deployment}/${container} to ${image}`);
        this.#patchTemplate(namespace, deployment, (template) => withImage(template, container, image));
        return;
      }
      case 'rolloutRestart':
        this.#announce(`rollout restart of ${action.deployment}`);
        this.#patchTemplate(action.namespace, action.deployment, (template) => ({
          ...template,
          metadata: {
            ...template.metadata,
            annotations: {
              ...template.metadata?.annotations,
              'kubectl.kubernetes.io/restartedAt': timestamp(this.#engine.now),
            },
          },
        }));
        return;
      case 'scale':
        this.#announce(`scale ${action.deployment} to ${action.replicas}`);
        this.#patch('Deployment', action.namespace, action.deployment, (object) => ({
          ...object,
          spec: { ...object.spec, replicas: action.replicas },
        }));
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

  #patchTemplate(namespace: string, name: string, change: (template: PodTemplateSpec) => PodTemplateSpec): void {
    this.#patch('Deployment', namespace, name, (object) => {
      const { spec } = object as Deployment | DaemonSet;
      return spec === undefined ? object : { ...object, spec: { ...spec, template: change(spec.template) } };
    });
  }

  /** PATCH: no precondition on the version. An object that is gone by now is left alone, as kubectl's error would. */
  #patch(kind: string, namespace: string, name: string, change: (object: KubeObject) => KubeObject): void {
    const row = this.#state.objects.find(kind, namespace, name);
    const current = this.#state.objects.get(row);
    if (current === undefined) {
      this.#announce(`Error from server (NotFound): ${kind} ${name}`);
      return;
    }
    const { resourceVersion: _, ...metadata } = current.metadata;
    this.#client.update(row, { ...change(current), metadata });
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

function withImage(template: PodTemplateSpec, container: string, image: string): PodTemplateSpec {
  const containers = (template.spec?.containers ?? []).map((one): Container => {
    return one.name === container ? Object.assign({}, one, { image }) : one;
  });
  return { ...template, spec: { ...template.spec, containers } };
}
