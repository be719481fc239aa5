// CapacityScheduling lets namespaces use what others leave of their guaranteed share, and takes it back when these need it.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import type { PodClass } from '../../../model/pod-class.ts';
import type { PodRow } from '../../../model/rows.ts';
import { Happening } from '../../framework/cluster-events.ts';
import type { Handle, Plugin } from '../../framework/interface.ts';
import type { PodInfo } from '../../framework/pod-info.ts';
import { type Status, success, unschedulable } from '../../framework/status.ts';
import { Preemption } from '../../preemption/preemption.ts';
import type { VictimRules } from '../../preemption/victims.ts';
import { preempting } from '../default-preemption.ts';
import { type Amounts, ElasticQuotas, plus } from './elastic-quotas.ts';

const NOTHING: Amounts = new Map();

/**
 * kubernetes-sigs/scheduler-plugins, pkg/capacityscheduling. An ElasticQuota guarantees `min` to its namespace and bounds it by `max`; in between it borrows, as long as
 * all quotas together stay within the sum of what is guaranteed. A pod within the `min` of its namespace takes from namespaces above theirs, whatever the
 * priority; one above it preempts less important pods of its own namespace; one without a quota those without a quota. It stands in place of DefaultPreemption, which a profile has to disable.
 */
export const capacityScheduling = member({
  name: 'CapacityScheduling',
  summary:
    'ElasticQuotas: namespaces borrow what others leave of their min, up to their max, and lose it to them again. Instead of DefaultPreemption.',
  args: z.strictObject({}),
  create: (_args, handle: Handle): Plugin => new CapacityScheduling(handle).plugin(),
});

class CapacityScheduling implements VictimRules {
  readonly refusal: number;
  readonly #handle: Handle;
  readonly #quotas: ElasticQuotas;
  /** Pods that a quota rejected: a change of quotas has them tried again. */
  readonly #rejected = new Set<PodRow>();
  /** Of the pod in hand: its requests; with those of nominated pods of its quota that go before it; and with those of others within their min. */
  #own = NOTHING;
  #inQuota = NOTHING;
  #inAll = NOTHING;

  constructor(handle: Handle) {
    this.#handle = handle;
    this.refusal = handle.reasons.id(['global quota max exceeded']);
    this.#quotas = new ElasticQuotas(handle, () => {
      const rejected = [...this.#rejected];
      this.#rejected.clear();
      for (const pod of rejected) handle.activate(pod);
    });
  }

  plugin(): Plugin {
    const { state } = this.#handle.cache;
    const classOf = (pod: PodRow): PodClass => state.classes.get(this.#handle.cache.podClass[pod]);
    // In place of everything that DefaultPreemption does; all nodes are tried.
    const args = { minCandidateNodesPercentage: 100, minCandidateNodesAbsolute: 0 };
    return {
      ...preempting(new Preemption(args, this.#handle, this), this.#handle),
      preFilter: (pod) => this.#preFilter(pod),
      addPod: (_pod, other) => this.#quotas.charge(classOf(other), 1),
      removePod: (_pod, other) => this.#quotas.charge(classOf(other), -1),
      registrations: [{ events: Happening.AssignedPodDelete }],
    };
  }

  mayGo({ podClass }: PodInfo, other: PodClass): boolean {
    const { namespace, priority } = podClass;
    if (!this.#quotas.has(namespace)) return !this.#quotas.has(other.namespace) && other.priority < priority;
    if (!this.#quotas.has(other.namespace)) return false;
    if (this.#quotas.overMin(namespace, this.#inQuota))
      return other.namespace === namespace && other.priority < priority;
    return other.namespace !== namespace && this.#quotas.overMin(other.namespace);
  }

  waitsFor({ podClass }: PodInfo, other: PodClass): boolean {
    const { namespace, priority } = podClass;
    if (!this.#quotas.has(namespace)) return !this.#quotas.has(other.namespace) && other.priority < priority;
    if (!this.#quotas.has(other.namespace)) return false;
    if (other.namespace === namespace) return other.priority < priority;
    return !this.#quotas.overMin(namespace, this.#inQuota) && this.#quotas.overMin(other.namespace);
  }

  admits({ podClass: { namespace } }: PodInfo, besideNominated: boolean): boolean {
    if (!this.#quotas.has(namespace)) return true;
    const inQuota = besideNominated ? this.#inQuota : this.#own;
    const inAll = besideNominated ? this.#inAll : this.#own;
    return !this.#quotas.overMax(namespace, inQuota) && !this.#quotas.overAllMins(inAll);
  }

  #preFilter({ row, podClass }: PodInfo): Status {
    const { namespace, priority } = podClass;
    const quotas = this.#quotas;
    quotas.update();
    this.#rejected.delete(row);
    this.#own = quotas.requests(podClass);
    this.#inQuota = this.#own;
    this.#inAll = this.#own;
    if (!quotas.has(namespace)) return success;
    for (const nominated of this.#handle.nominations.all()) {
      const other = nominated.podClass.namespace;
      if (nominated.pod === row || !quotas.has(other)) continue;
      const requests = quotas.requests(nominated.podClass);
      const goesBefore = other === namespace && nominated.priority >= priority;
      if (goesBefore) this.#inQuota = plus(this.#inQuota, requests);
      if (goesBefore || (other !== namespace && !quotas.overMin(other))) this.#inAll = plus(this.#inAll, requests);
    }
    const name = `${namespace}/${this.#handle.cache.state.podName(row)}`;
    if (quotas.overMax(namespace, this.#inQuota)) {
      return this.#reject(
        row,
        `Pod ${name} is rejected in PreFilter because ElasticQuota ${namespace} is more than Max`,
      );
    }
    if (quotas.overAllMins(this.#inAll)) {
      return this.#reject(row, `Pod ${name} is rejected in PreFilter because total ElasticQuota used is more than min`);
    }
    return success;
  }

  #reject(row: PodRow, reason: string): Status {
    this.#rejected.add(row);
    return unschedulable(reason);
  }
}
