// What a kubelet checks before it takes a pod: operating system, devices, resources, node affinity, host ports, taints (lifecycle's predicateAdmitHandler).
import type { PodSpec } from 'kubernetes-types/core/v1.js';
import { isCritical, isMirror } from '../model/mirror-pod.ts';
import { hasUntoleratedOf } from '../model/parse/tolerations.ts';
import { type NodeMatcher, requiredNodes } from '../model/parse/node-terms.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { NodePods } from './node-pods.ts';
import { type Candidate, type Requirements, victims } from './preemption.ts';

/** Why a kubelet rejects a pod: reason and message of the Failed pod's status. */
export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

interface Lack {
  readonly name: string;
  readonly missing: number;
  readonly rejection: Rejection;
}

const NOTHING: readonly Lack[] = [];
const MISMATCH = "node(s) didn't match Pod's node affinity/selector";
const TAINTED = "node(s) had taints that the pod didn't tolerate";
const NO_PORTS = "node(s) didn't have free ports for the requested pod ports";

export class NodeAdmission {
  readonly #state: ClusterState;
  readonly #pods: NodePods;
  /** What each spec requires of its node. */
  readonly #required = new WeakMap<PodSpec, { readonly matches: NodeMatcher | undefined }>();

  constructor(state: ClusterState, pods: NodePods) {
    this.#state = state;
    this.#pods = pods;
  }

  /** Undefined: the pod is admitted, and counted. */
  admit(pod: PodRow, node: NodeRow): Rejection | undefined {
    if (this.#pods.isAdmitted(pod)) return undefined;
    const podClass = this.#classOf(pod);
    const rejection =
      this.#cannotRun(node, podClass) ??
      this.#lacks(node, podClass).at(0)?.rejection ??
      this.#mayNotRun(pod, node, podClass);
    if (rejection === undefined) this.#pods.count(pod, node);
    return rejection;
  }

  /** The pods that must go before a critical pod that lacks resources is admitted; undefined when it is not one. Throws nothing: a rejection says why none will do. */
  preempts(pod: PodRow, node: NodeRow): readonly PodRow[] | Rejection | undefined {
    const podClass = this.#classOf(pod);
    const lacking = this.#lacks(node, podClass);
    if (!isCritical(podClass) || lacking.length === 0) return undefined;
    if ((this.#cannotRun(node, podClass) ?? this.#mayNotRun(pod, node, podClass)) !== undefined) return undefined;
    const requirements: Requirements = lacking.map(({ name, missing }) => ({ name, quantity: missing }));
    const candidates: Candidate<PodRow>[] = [];
    for (let other = this.#pods.first(node); other >= 0; other = this.#pods.next(other)) {
      const otherClass = this.#classOf(other);
      const { qos, shape } = otherClass;
      if (!this.#pods.isAdmitted(other) || isCritical(otherClass)) continue;
      candidates.push({ pod: other, qos, requestOf: (resource) => requestOf(shape, resource) });
    }
    // In the order of their coming.
    candidates.reverse();
    const found = victims(candidates, requirements);
    if (found !== undefined) return found.map((one) => one.pod);
    const list = requirements.map(({ name, quantity }) => `(res: ${name}, q: ${quantity}), `).join('');
    return {
      reason: 'UnexpectedAdmissionError',
      message: `Unexpected error while attempting to recover from admission failure: preemption: error finding a set of pods to preempt: no set of running pods found to reclaim resources: [${list}]`,
    };
  }

  /** For lack of an operating system or of devices. */
  #cannotRun(node: NodeRow, { spec, shape }: PodClass): Rejection | undefined {
    const os = (spec as PodSpec & { readonly os?: { readonly name: string } }).os?.name;
    if (os !== undefined && os !== 'linux') {
      return { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" };
    }
    for (const name in shape.extended) {
      const { allocatable } = this.#state.nodes.spec[node];
      const requested = shape.extended[name];
      const available = (allocatable[name] ?? 0) - this.#pods.extendedUsed(name, node);
      if (requested <= available) continue;
      const why = `requested number of devices unavailable for ${name}. Requested: ${requested}, Available: ${available}`;
      return {
        reason: 'UnexpectedAdmissionError',
        message: `Allocate failed due to ${why}, which is unexpected`,
      };
    }
    return undefined;
  }

  /** What the scheduler's filters would have said, asked after resources as in its `AdmissionCheck`. */
  #mayNotRun(pod: PodRow, node: NodeRow, podClass: PodClass): Rejection | undefined {
    const { spec } = podClass;
    if (!this.#matches(spec, node)) return failed('NodeAffinity', MISMATCH);
    if (this.#portsTaken(pod, node, spec)) return failed('NodePorts', NO_PORTS);
    return this.#isTainted(node, podClass) ? failed('TaintToleration', TAINTED) : undefined;
  }

  #matches(spec: PodSpec, node: NodeRow): boolean {
    let required = this.#required.get(spec);
    if (required === undefined) {
      required = { matches: requiredNodes(spec) };
      this.#required.set(spec, required);
    }
    const { nodes, classes } = this.#state;
    return required.matches?.(this.#state.nodeName(node), classes.labelSets.get(nodes.labels[node])) ?? true;
  }

  /** Of the taints a kubelet heeds NoExecute, and for its static pods none. */
  #isTainted(node: NodeRow, podClass: PodClass): boolean {
    const { taints } = this.#state.nodes.spec[node];
    return (
      taints.length > 0 && !isMirror(podClass) && hasUntoleratedOf('NoExecute', taints, podClass.shape.tolerations)
    );
  }

  #portsTaken(pod: PodRow, node: NodeRow, spec: PodSpec): boolean {
    const wanted = hostPorts(spec);
    if (wanted.length === 0) return false;
    for (let other = this.#pods.first(node); other >= 0; other = this.#pods.next(other)) {
      if (other === pod || !this.#pods.isAdmitted(other)) continue;
      const taken = hostPorts(this.#classOf(other).spec);
      if (wanted.some((one) => taken.some((port) => collide(one, port)))) return true;
    }
    return false;
  }

  #lacks(node: NodeRow, { shape }: PodClass): readonly Lack[] {
    const { nodes } = this.#state;
    const { pods, cpuMilli, memoryBytes, ephemeralBytes } = this.#pods;
    // So it is for nearly every pod.
    if (
      pods[node] < nodes.maxPods[node] &&
      cpuMilli[node] + shape.cpuMilli <= nodes.cpuMilli[node] &&
      memoryBytes[node] + shape.memoryBytes <= nodes.memoryBytes[node] &&
      ephemeralBytes[node] + shape.ephemeralBytes <= nodes.ephemeralBytes[node]
    )
      return NOTHING;
    return [
      ['pods', 1, pods[node], nodes.maxPods[node]] as const,
      ['cpu', shape.cpuMilli, cpuMilli[node], nodes.cpuMilli[node]] as const,
      ['memory', shape.memoryBytes, memoryBytes[node], nodes.memoryBytes[node]] as const,
      ['ephemeral-storage', shape.ephemeralBytes, ephemeralBytes[node], nodes.ephemeralBytes[node]] as const,
    ].flatMap(([name, requested, used, capacity]) => {
      if (requested === 0 || used + requested <= capacity) return [];
      const sums = `requested: ${requested}, used: ${used}, capacity: ${capacity}`;
      const message = `Node didn't have enough resource: ${name}, ${sums}`;
      return [{ name, missing: used + requested - capacity, rejection: { reason: `OutOf${name}`, message } }];
    });
  }

  #classOf(pod: PodRow): PodClass {
    return this.#pods.classes.of(pod);
  }
}

function failed(predicate: string, why: string): Rejection {
  return { reason: predicate, message: `Predicate ${predicate} failed: ${why}` };
}

function requestOf(shape: PodClass['shape'], resource: string): number {
  switch (resource) {
    case 'cpu':
      return shape.cpuMilli;
    case 'memory':
      return shape.memoryBytes;
    case 'ephemeral-storage':
      return shape.ephemeralBytes;
    case 'pods':
      return 1;
    default:
      return shape.extended[resource] ?? 0;
  }
}

interface HostPort {
  readonly port: number;
  readonly protocol: string;
  readonly ip: string;
}

const PORTS = new WeakMap<PodSpec, readonly HostPort[]>();

/** Made once for all pods of a class. */
function hostPorts(spec: PodSpec): readonly HostPort[] {
  let ports = PORTS.get(spec);
  if (ports === undefined) {
    ports = findHostPorts(spec);
    PORTS.set(spec, ports);
  }
  return ports;
}

function findHostPorts({ containers, initContainers = [] }: PodSpec): HostPort[] {
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...containers, ...sidecars].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort = 0, protocol = 'TCP', hostIP = '' }) =>
      hostPort === 0 ? [] : [{ port: hostPort, protocol, ip: hostIP === '' ? '0.0.0.0' : hostIP }],
    ),
  );
}

function collide(one: HostPort, other: HostPort): boolean {
  if (one.port !== other.port || one.protocol !== other.protocol) return false;
  return one.ip === other.ip || one.ip === '0.0.0.0' || other.ip === '0.0.0.0';
}
