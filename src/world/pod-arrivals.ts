// Pods that arrive over time: creates each at its time and deletes those that do not stay.
import type { Pod, PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { Forbidden } from '../api/admission.ts';
import { isForbidden } from '../api/refused.ts';
import type { ApiClient } from '../api/client.ts';
import type { Engine } from '../engine/engine.ts';
import type { Script } from '../engine/script.ts';
import type { PodStream } from '../scenario/scenario.ts';
import { announce } from './announce.ts';
import type { ClassRow, PodRow } from '../model/rows.ts';

export class PodArrivals {
  readonly #engine: Engine;
  readonly #client: ApiClient;
  readonly #streams: readonly PodStream[];
  /** By stream and template; compiled when the first pod of it comes. */
  readonly #templates: readonly (readonly PodTemplateSpec[])[];
  /** Streams of which a pod has been refused. */
  readonly #refused = new Set<number>();
  readonly #arrival: number;
  readonly #departure: number;

  constructor(engine: Engine, client: ApiClient, streams: readonly PodStream[]) {
    this.#engine = engine;
    this.#client = client;
    this.#streams = streams;
    this.#templates = streams.map(({ pods }) =>
      pods.map(({ object }) => {
        const { metadata, spec } = object as unknown as Pod;
        return { metadata: metadata ?? {}, ...(spec === undefined ? {} : { spec }) };
      }),
    );
    this.#arrival = engine.kind('pod-arrival', (stream, index) => this.#arrive(stream, index));
    this.#departure = engine.kind('pod-departure', (pod, epoch) => void client.deletePod(pod as PodRow, epoch));
  }

  /** Books the first pod of each stream. */
  begin(): void {
    for (let stream = 0; stream < this.#streams.length; stream += 1) this.#book(stream, 0);
  }

  #book(stream: number, index: number): void {
    const { atUs } = this.#streams[stream];
    if (index < atUs.length) this.#engine.at(atUs[index], this.#arrival, stream, index);
  }

  #arrive(stream: number, index: number): void {
    const { name, namespace, template, lifetimeUs } = this.#streams[stream];
    this.#book(stream, index + 1);
    const id = this.#admitted(stream, index, namespace, this.#templates[stream][template[index]]);
    if (id < 0) return;
    const podName = `${name}-${index}`;
    // Where nothing is refused nobody waits for the answer.
    if (lifetimeUs[index] < 0 && !this.#client.api.server.anyQuota) this.#client.createPod(id, -1, podName);
    else this.#engine.spawn('pod', this.#live(stream, id, podName, lifetimeUs[index]));
  }

  /** The class of the pod, or -1 for one that the API server refuses: the first of a stream is reported. */
  #admitted(stream: number, index: number, namespace: string, template: PodTemplateSpec): ClassRow {
    const { name } = this.#streams[stream];
    try {
      return this.#client.podClass(namespace, template, `${name}-${index}`).id;
    } catch (error) {
      if (!(error instanceof Forbidden)) throw error;
      this.#refuse(stream, error.message);
      return -1;
    }
  }

  #refuse(stream: number, why: string): void {
    if (this.#refused.has(stream)) return;
    this.#refused.add(stream);
    const message = `Error from server (Forbidden): ${why}`;
    announce(this.#client.api.state, this.#engine.now, {
      source: 'timeline',
      type: 'Warning',
      reason: 'FailedCreate',
      message,
    });
  }

  *#live(stream: number, podClass: ClassRow, name: string, lifetimeUs: number): Script {
    const { now } = this.#engine;
    const pod = yield* this.#client.createPod(podClass, -1, name).wait();
    if (isForbidden(pod)) this.#refuse(stream, this.#client.refusal(pod));
    if (pod < 0 || lifetimeUs < 0) return;
    const epoch = this.#client.api.state.pods.epoch[pod];
    this.#engine.at(Math.max(this.#engine.now, now + lifetimeUs), this.#departure, pod, epoch);
  }
}
