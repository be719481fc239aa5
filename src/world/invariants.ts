// Invariants as observers, apart from the parts they observe: what must hold at every change, at intervals and when all is quiet.
import type { Service } from 'kubernetes-types/core/v1.js';
import type { ApiServer } from '../api/server.ts';
import type { Engine } from '../engine/engine.ts';
import { isMirror } from '../model/mirror-pod.ts';
import { mirrorViolation } from './mirror-invariants.ts';
import { InvariantError } from '../lib/assert.ts';
import { Change } from '../model/change-log.ts';
import { ContainerState } from '../model/containers.ts';
import { EndpointBit, type EndpointSlice } from '../model/endpoints.ts';
import { isTerminal, PodBit, PodPhase } from '../model/pods.ts';
import type { ClusterState } from '../model/state.ts';
import type { DaemonSet } from '../controllers/kit/daemon-set-objects.ts';
import { DaemonSetInvariants } from './daemon-set-invariants.ts';
import type { ReplicaSet as RolledSet } from '../controllers/kit/deployment-objects.ts';
import type { Rollout } from '../controllers/rollout/rollout-objects.ts';
import { QuotaInvariants } from './quota-invariants.ts';
import type { AutoscalerObject } from '../controllers/horizontal-pod-autoscaler/autoscaler-object.ts';
import { type Budget, BudgetInvariants } from './budget-invariants.ts';
import { CronJobInvariants } from './cron-job-invariants.ts';
import { deploymentViolation } from './deployment-invariants.ts';
import { EndedJobInvariants } from './ended-job-invariants.ts';
import { LeaseInvariants } from './lease-invariants.ts';
import { JobCounts } from './job-invariants.ts';
import { autoscalerViolation } from './autoscaler-invariants.ts';
import { verticalAutoscalerViolation } from './vertical-autoscaler-invariants.ts';
import { VERTICAL_POD_AUTOSCALER } from '../model/vertical-pod-autoscaler.ts';
import { NamespaceInvariants } from './namespace-invariants.ts';
import { OrdinalInvariants, statefulSetViolation } from './ordinal-invariants.ts';
import { replicaSetViolation } from './replica-set-invariants.ts';
import { RolloutInvariants } from './rollout-invariants.ts';
import type { StatefulSet } from '../controllers/kit/stateful-set-objects.ts';
import { StatefulSetUpdateInvariants } from './stateful-set-update-invariants.ts';
import { storageViolation } from './storage-invariants.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

/** What kubelets have admitted, by node. */
export interface Admitted {
  readonly pods: Int32Array;
  readonly cpuMilli: Float64Array;
  readonly memoryBytes: Float64Array;
}

/** How often the whole state is looked through, and how long it must have been quiet before statuses must be true. */
const SCAN_US = 5e6;
const QUIET_US = 30e6;
/** A dependent may outlive its owner by this much: the garbage collector has a rate limit. */
const ORPHAN_US = 300e6;
/** PodGC takes a minute (period and quarantine), and then has a rate limit as well. */
const STRANDED_US = 60e6 + ORPHAN_US;

export class Invariants {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #admitted: Admitted;
  readonly #conserved: () => void;
  readonly #phases = new Map<number, { epoch: number; phase: number }>();
  readonly #ordinals: OrdinalInvariants;
  readonly #orphanedAt = new Map<number, number>();
  readonly #idle: () => boolean;
  readonly #works: () => boolean;
  readonly #jobs: JobCounts;
  readonly #strandedAt = new Map<number, number>();
  readonly #daemonSets: DaemonSetInvariants;
  readonly #quotas: QuotaInvariants;
  readonly #setUpdates: StatefulSetUpdateInvariants;
  readonly #namespaces: NamespaceInvariants;
  readonly #endedJobs: EndedJobInvariants;
  readonly #rollouts: RolloutInvariants;
  readonly #leases = new LeaseInvariants();
  readonly #budgets = new BudgetInvariants();
  readonly #cronJobs = new CronJobInvariants();
  #version = 0;
  #restores = 0;
  #lastChangeUs = 0;

  /**
   * `conserved` throws when requests are lost or made up; `idle` is whether the controllers have nothing to do, `works` whether
   * they run at all. Watching begins with the construction.
   */
  constructor(
    engine: Engine,
    api: ApiServer,
    admitted: Admitted,
    conserved: () => void,
    idle: () => boolean,
    works: () => boolean = () => true,
  ) {
    this.#works = works;
    this.#engine = engine;
    this.#state = api.state;
    this.#ordinals = new OrdinalInvariants(api.state);
    this.#admitted = admitted;
    this.#conserved = conserved;
    this.#jobs = new JobCounts(api);
    this.#idle = () => api.settled && idle();
    this.#daemonSets = new DaemonSetInvariants(api);
    this.#quotas = new QuotaInvariants(api.state);
    this.#setUpdates = new StatefulSetUpdateInvariants(api);
    this.#namespaces = new NamespaceInvariants(api.state);
    this.#endedJobs = new EndedJobInvariants(api.state);
    this.#rollouts = new RolloutInvariants(api.state);
    api.podCommits.push((pod, epoch, what) => this.#podCommitted(pod, epoch, what));
    api.nodeCommits.push((node) => this.#rises(this.#state.nodes.version[node], 'a node'));
    api.objectCommits.push((row, what) => {
      const object = this.#state.objects.get(row);
      if (object === undefined) {
        this.#budgets.removed(row);
        this.#cronJobs.removed(row);
        return;
      }
      this.#rises(Number(object.metadata.resourceVersion), `${object.kind} ${object.metadata.name}`);
      const inside = this.#namespaces.objectCommitted(object, what, engine.now);
      if (inside !== undefined) this.#broken(inside);
      if (object.kind === 'ResourceQuota') this.#quotas.quotaCommitted(row, object, what, engine.now);
      const taken = object.kind === 'Lease' ? this.#leases.committed(object, engine.now) : undefined;
      if (taken !== undefined) this.#broken(taken);
      if (object.kind === 'DaemonSet') this.#daemonSets.setCommitted(row, object as DaemonSet);
      if (object.kind === 'StatefulSet') this.#setUpdates.setCommitted(row, object as StatefulSet);
      const rolled =
        object.kind === 'Rollout'
          ? this.#rollouts.rolloutCommitted(row, object as Rollout, engine.now)
          : object.kind === 'ReplicaSet'
            ? this.#rollouts.setCommitted(row, object as RolledSet, engine.now)
            : undefined;
      if (rolled !== undefined) this.#broken(rolled);
      if ((what & Change.Status) === 0) return;
      const violation =
        object.kind === 'HorizontalPodAutoscaler'
          ? autoscalerViolation(object as AutoscalerObject)
          : object.kind === VERTICAL_POD_AUTOSCALER
            ? verticalAutoscalerViolation(object)
            : object.kind === 'PodDisruptionBudget'
              ? this.#budgets.committed(row, object as Budget)
              : object.kind === 'CronJob'
                ? this.#cronJobs.committed(row, object)
                : undefined;
      if (violation !== undefined) this.#broken(violation);
    });
    const scan = engine.kind('invariants.scan', () => {
      this.scan();
      engine.after(SCAN_US, scan, 0, 0);
    });
    engine.after(SCAN_US, scan, 0, 0);
  }

  /** Looks through the whole state. Throws an InvariantError. */
  scan(): void {
    this.#oneNodeEach();
    this.#namesAreUnique();
    this.#admittedFits();
    this.#ownersResolve();
    this.#nodesResolve();
    const violation =
      storageViolation(this.#state) ??
      this.#jobs.violation() ??
      this.#endedJobs.violation(this.#engine.now, this.#works());
    if (violation !== undefined) this.#broken(violation);
    this.#conserved();
    // What is on its way may be slow: it is quiet only when nothing is.
    if (!this.#idle()) this.#lastChangeUs = this.#engine.now;
    if (this.#engine.now - this.#lastChangeUs >= QUIET_US) this.#converged();
  }

  #podCommitted(pod: PodRow, epoch: number, what: number): void {
    const { pods } = this.#state;
    this.#rises(pods.version[pod], `pod ${this.#name(pod)}`);
    const phase = pods.state[pod] & PodBit.PhaseMask;
    const before = this.#phases.get(pod);
    const podClass = this.#state.classes.get(pods.podClass[pod]);
    const same = before !== undefined && before.epoch === epoch && (what & Change.Created) === 0;
    // From Running to Pending a pod may go: its init containers run again in a new sandbox.
    // A static pod that its kubelet has ended starts over when the machine is back.
    if (same && before.phase >= PodPhase.Succeeded && phase !== before.phase && !isMirror(podClass)) {
      this.#broken(`the phase of pod ${this.#name(pod)} moved from ${before.phase} to ${phase}`);
    }
    this.#phases.set(pod, { epoch, phase });
    const inside = this.#namespaces.podCommitted(pod, what, this.#engine.now);
    if (inside !== undefined) this.#broken(inside);
    const tooMany = this.#daemonSets.podCommitted(pod, what);
    if (tooMany !== undefined) this.#broken(tooMany);
    const outdone = this.#setUpdates.podCommitted(pod, what);
    if (outdone !== undefined) this.#broken(outdone);
    const twins = this.#ordinals.podCommitted(pod, what);
    if (twins !== undefined) this.#broken(twins);
    if ((what & Change.Created) === 0) return;
    const exceeded = this.#quotas.podAdmitted(podClass, this.#engine.now);
    if (exceeded !== undefined) this.#broken(exceeded);
  }

  #rises(version: number, what: string): void {
    // A cluster that is made of a snapshot begins at the snapshot's revision.
    const { restores } = this.#state.controlPlane;
    if (restores !== this.#restores) {
      this.#version = 0;
      this.#budgets.restored();
      this.#cronJobs.restored();
      this.#setUpdates.restored();
      this.#namespaces.restored(this.#engine.now);
    }
    this.#restores = restores;
    if (version <= this.#version) this.#broken(`${what} got resource version ${version} after ${this.#version}`);
    this.#version = version;
    this.#lastChangeUs = this.#engine.now;
  }

  /** A container runs on at most one node per pod identity. */
  #oneNodeEach(): void {
    const { pods, classes, containers, machines } = this.#state;
    const places = new Map<string, NodeRow>();
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      const node = pods.node[pod];
      if (pods.alive[pod] === 0 || node < 0 || machines.nodeUp[node] === 0) continue;
      const podClass = classes.get(pods.podClass[pod]);
      const first = pods.firstContainer[pod];
      const count = podClass.runtime.initContainers.length + podClass.runtime.containers.length;
      let runs = false;
      for (let row = first; row < first + count; row += 1) runs ||= containers.state[row] === ContainerState.Running;
      if (!runs) continue;
      const identity = `${podClass.namespace}/${this.#name(pod)}`;
      const other = places.get(identity);
      if (other !== undefined) {
        this.#broken(`pod ${identity} runs on ${this.#state.nodeName(other)} and on ${this.#state.nodeName(node)}`);
      }
      places.set(identity, node);
    }
  }

  #namesAreUnique(): void {
    const { pods, identities } = this.#state;
    const names = new Set<string>();
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      if (pods.alive[pod] === 0) continue;
      const name = `${identities.namespace(pods.identity[pod])}/${this.#name(pod)}`;
      if (names.has(name)) this.#broken(`two living pods are named ${name}`);
      names.add(name);
    }
  }

  #admittedFits(): void {
    const { nodes } = this.#state;
    const { pods, cpuMilli, memoryBytes } = this.#admitted;
    for (let node = 0 as NodeRow; node < Math.min(nodes.length, pods.length); node = (node + 1) as NodeRow) {
      const over =
        cpuMilli[node] > nodes.cpuMilli[node]
          ? `${cpuMilli[node]}m cpu of ${nodes.cpuMilli[node]}m`
          : memoryBytes[node] > nodes.memoryBytes[node]
            ? `${memoryBytes[node]} bytes of ${nodes.memoryBytes[node]}`
            : pods[node] > nodes.maxPods[node]
              ? `${pods[node]} pods of ${nodes.maxPods[node]}`
              : '';
      if (over !== '') this.#broken(`the kubelet of ${this.#state.nodeName(node)} admitted ${over}`);
    }
  }

  #ownersResolve(): void {
    const { pods, objects } = this.#state;
    // Without a garbage collector nobody is late.
    if (!this.#works()) this.#orphanedAt.clear();
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      const owner = pods.owner[pod];
      const orphan =
        pods.alive[pod] === 1 &&
        owner >= 0 &&
        objects.get(owner) === undefined &&
        (pods.state[pod] & PodBit.Deleting) === 0;
      if (!orphan) {
        this.#orphanedAt.delete(pod);
        continue;
      }
      const since = this.#orphanedAt.get(pod) ?? this.#engine.now;
      this.#orphanedAt.set(pod, since);
      if (this.#engine.now - since > ORPHAN_US) {
        this.#broken(`pod ${this.#name(pod)} has been without its owner for ${(this.#engine.now - since) / 1e6} s`);
      }
    }
  }

  /** A pod is not for long on a node that is gone. */
  #nodesResolve(): void {
    const { pods, nodes } = this.#state;
    if (!this.#works()) this.#strandedAt.clear();
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      const node = pods.node[pod];
      // One that is deleted and has a finalizer stays until its Job lets go of it, which may wait for a pod in its place.
      const held = PodBit.Deleting | PodBit.Tracked;
      const isHeld = (pods.state[pod] & held) === held;
      if (pods.alive[pod] === 0 || node < 0 || nodes.alive[node] === 1 || isHeld) {
        this.#strandedAt.delete(pod);
        continue;
      }
      const since = this.#strandedAt.get(pod) ?? this.#engine.now;
      this.#strandedAt.set(pod, since);
      if (this.#engine.now - since > STRANDED_US) {
        const seconds = (this.#engine.now - since) / 1e6;
        this.#broken(
          `pod ${this.#name(pod)} has been on node ${this.#state.nodeName(node)}, which is gone, for ${seconds} s`,
        );
      }
    }
  }

  /** Nothing has changed for a while: what controllers wrote last must be true. */
  #converged(): void {
    const unseen = mirrorViolation(this.#state);
    if (unseen !== undefined) this.#broken(unseen);
    const missing = this.#daemonSets.missing();
    if (missing !== undefined) this.#broken(missing);
    const { objects, endpoints } = this.#state;
    const violation =
      replicaSetViolation(this.#state) ?? statefulSetViolation(this.#state) ?? deploymentViolation(this.#state);
    if (violation !== undefined) this.#broken(violation);
    for (const service of objects.ofKind('Service')) {
      const { spec } = objects.get(service) as unknown as Service;
      for (const slice of endpoints.latest(service).slices) {
        this.#quietSlice(slice, objects.name[service], spec?.publishNotReadyAddresses === true);
      }
    }
  }

  #quietSlice({ pods: rows, epochs, flags }: EndpointSlice, service: string, always: boolean): void {
    const { pods } = this.#state;
    for (let i = 0; i < rows.length; i += 1) {
      const gone = pods.alive[rows[i]] === 0 || pods.epoch[rows[i]] !== epochs[i] || isTerminal(pods.state[rows[i]]);
      if (gone) this.#broken(`an endpoint of Service ${service} is a pod that is gone, in a quiet cluster`);
      const ready = always || (pods.state[rows[i]] & (PodBit.Ready | PodBit.Deleting)) === PodBit.Ready;
      if (((flags[i] & EndpointBit.Ready) !== 0) !== ready) {
        this.#broken(
          `endpoint ${this.#name(rows[i])} of Service ${service} is not as ready as its pod, in a quiet cluster`,
        );
      }
    }
  }

  #name(pod: PodRow): string {
    return this.#state.podName(pod);
  }

  #broken(what: string): never {
    throw new InvariantError(`at ${this.#engine.now / 1e6} s: ${what}`);
  }
}
