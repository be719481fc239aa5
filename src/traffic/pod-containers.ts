// The containers of pods that serve requests, each with what it holds and works on: all main ones, all second ones, and so on.
import type { PodClass } from '../model/pod-class.ts';
import type { Processors } from '../model/ports/processors.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { Behaviors } from './behaviors.ts';
import { SERVER, ServerField, type Servers } from './servers.ts';
import type { Further, Serving } from './serving.ts';

/** One container of each pod. */
export interface Part {
  readonly servers: Servers;
  readonly serving: Serving;
  readonly compute: Processors;
}

/** Most runs have main containers only: the others are made when the first pod starts that has one. */
export class PodContainers implements Further {
  readonly parts: Part[];
  /** By pod: what it was when a container of it ran last, as its kubelet had heard. */
  readonly #classes: (PodClass | undefined)[] = [];
  readonly #behaviors: Behaviors;
  readonly #make: (number: number) => Part;

  constructor(behaviors: Behaviors, main: Part, make: (number: number) => Part) {
    this.#behaviors = behaviors;
    this.parts = [main];
    this.#make = make;
  }

  /** What a pod is while a container of it starts. */
  know(pod: PodRow, podClass: PodClass): void {
    while (this.#classes.length < pod) this.#classes.push(undefined);
    this.#classes[pod] = podClass;
  }

  /** That of a container by its index in `RuntimeTemplate.lasting`; undefined for one that serves nobody. */
  partOf(pod: PodRow, container: number): Part | undefined {
    const podClass = this.#classes.at(pod);
    const number = podClass === undefined ? -1 : this.#behaviors.containers.numberOf(podClass, container);
    while (number >= this.parts.length) this.parts.push(this.#make(this.parts.length));
    if (number > 0) this.parts[0].serving.further = this;
    return this.parts.at(number < 0 ? this.parts.length : number);
  }

  /** The index in `RuntimeTemplate.lasting` of the container with that number among those of the pod that serve. */
  containerOf(pod: PodRow, number: number): number {
    const { main, further } = this.#behaviors.containers.of(this.classOf(pod));
    return number === 0 ? main : further[number - 1].container;
  }

  /** The number of a container by its index in `spec.containers`, among those of the pod that serve; -1 where it serves nobody. */
  numberOf(pod: PodRow, container: number): number {
    const podClass = this.#classes.at(pod);
    return podClass === undefined ? -1 : this.#behaviors.containers.numberOf(podClass, container);
  }

  /** The number of the container that serves at a port of a pod. */
  numberAt(pod: PodRow, port: number): number {
    const podClass = this.#classes.at(pod);
    if (podClass === undefined) return -1;
    return this.#behaviors.containers.of(podClass).further.findIndex(({ ports }) => ports.includes(port)) + 1;
  }

  at(pod: PodRow, port: number): Serving | undefined {
    const { further } = this.#behaviors.containers.of(this.classOf(pod));
    for (const [index, { ports }] of further.entries()) {
      // One that has never run anywhere has no part yet, and refuses as well as the main one would.
      if (ports.includes(port)) return this.parts.at(index + 1)?.serving;
    }
    return undefined;
  }

  serving(number: number): Serving {
    return this.parts[number].serving;
  }

  /** Calls `each` for every part in which a process of the pods of a node runs. */
  onNode(node: NodeRow, each: (part: Part, pod: PodRow) => void): void {
    for (const part of this.parts) {
      const { servers } = part;
      for (let pod = 0 as PodRow; pod < servers.length; pod = (pod + 1) as PodRow) {
        if (servers.runsAny(pod) && servers.ints[SERVER * pod + ServerField.Node] === node) each(part, pod);
      }
    }
  }

  /** Requests that the pod serves or lets wait, and of these those that wait, in all of its containers. */
  heldIn(pod: PodRow): number {
    let sum = 0;
    for (const { servers } of this.parts) sum += servers.held(pod);
    return sum;
  }

  waitingIn(pod: PodRow): number {
    let sum = 0;
    for (const { servers } of this.parts) sum += servers.waiting(pod);
    return sum;
  }

  /** Undefined for a pod of which nothing has run yet. */
  knownClass(pod: PodRow): PodClass | undefined {
    return this.#classes.at(pod);
  }

  /** Of a pod of which a container has run. */
  classOf(pod: PodRow): PodClass {
    return this.#classes[pod]!;
  }
}
