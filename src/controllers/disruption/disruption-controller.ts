// The disruption controller: keeps the status of each PodDisruptionBudget equal to what its pods are like.
import type { Condition } from 'kubernetes-types/meta/v1.js';
import type { PodDisruptionBudget as Published, PodDisruptionBudgetStatus } from 'kubernetes-types/policy/v1.js';
import type { ObjectView } from '../../api/object-view.ts';
import { Refused } from '../../api/refused.ts';
import { timestamp, timestampUs } from '../../lib/timestamp.ts';
import { canonicalJson } from '../../model/interner.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { compileLabelSelector } from '../../model/parse/label-selector.ts';
import { PodBit } from '../../model/pods.ts';
import { ClassSelections } from '../kit/class-selections.ts';
import { controller, type Work } from '../kit/controller.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { type BudgetedPod, type BudgetStatus, budgetStatus } from './disruption-status.ts';
import type { ObjectRow } from '../../model/rows.ts';

interface PodDisruptionBudget extends KubeObject {
  readonly spec?: NonNullable<Published['spec']>;
  readonly status?: PodDisruptionBudgetStatus;
}

const CONDITION = 'DisruptionAllowed';
/** Kinds of controllers of pods that have no subresource scale, as resources of their groups. */
const UNSCALED: Readonly<Record<string, string>> = { DaemonSet: 'daemonsets.apps', Job: 'jobs.batch' };

interface Scaled extends KubeObject {
  readonly spec?: { readonly replicas?: number };
}

export const disruption = controller({
  name: 'disruption-controller',
  queue: 'disruption',
  workers: 1,
  create: (work) => new DisruptionSyncs(work),
  watches({ views, queue }, { budgets, members }) {
    budgets.subscribe((row, object) => {
      const { selector } = budgets.get(row)?.spec ?? {};
      const selects = object !== undefined && selector !== undefined;
      const { namespace = 'default' } = object?.metadata ?? {};
      members.set(row, namespace, selects ? compileLabelSelector(selector) : undefined);
      queue.add(row);
    });
    // A pod in several budgets: the real controller then looks at one of them, whichever it finds; here at each.
    const { view } = views.pods;
    view.subscribe((pod) => {
      if (members.size === 0) return;
      for (const row of members.selecting(view.podClass[pod])) queue.add(row);
      if (view.formerClass >= 0) for (const row of members.selecting(view.formerClass)) queue.add(row);
    });
  },
});

class DisruptionSyncs {
  readonly budgets: ObjectView<PodDisruptionBudget>;
  /** Which pods each budget selects. */
  readonly members: ClassSelections;
  readonly #work: Work;

  constructor(work: Work) {
    this.#work = work;
    this.budgets = work.api.watchObjects<PodDisruptionBudget>('PodDisruptionBudget');
    this.members = new ClassSelections(work.api.registry.classes);
  }

  *sync(row: ObjectRow): Steps {
    const budget = this.budgets.get(row);
    if (budget === undefined) return;
    const pods = this.#podsOf(row);
    if (pods.length === 0) this.#work.client.objectEvent('Normal', 'NoPods', 'No matching pods found', row);
    const disrupted = Object.entries(budget.status?.disruptedPods ?? {}).map(([name, at]): [string, number] => [
      name,
      timestampUs(at),
    ]);
    const { now } = this.#work.engine;
    const found = budgetStatus(budget.spec ?? {}, pods, (owner) => this.#scaleOf(owner), new Map(disrupted), now);
    if ('error' in found) {
      const note = `Failed to calculate the number of expected pods: ${found.error}`;
      this.#work.client.objectEvent('Warning', 'CalculateExpectedPodCountFailed', note, row);
      yield* this.#write(row, budget, failSafe(budget, found.error, now));
      throw new SyncFailed(found.error);
    }
    if (found.unmanaged.length > 0) {
      this.#work.client.objectEvent('Warning', 'UnmanagedPods', unmanagedNote(budget), row);
    }
    yield* this.#write(row, budget, statusOf(budget, found, now));
    if (found.recheckAtUs < Infinity) this.#work.queue.addAfter(row, found.recheckAtUs - now);
  }

  *#write(row: ObjectRow, budget: PodDisruptionBudget, status: PodDisruptionBudgetStatus): Steps {
    if (canonicalJson(status) === canonicalJson(budget.status ?? {})) return;
    const result = yield* this.#work.client.updateStatus(row, { ...budget, status }).wait();
    if (result === Refused.Conflict) throw new SyncFailed('the budget has changed meanwhile');
  }

  #podsOf(row: ObjectRow): BudgetedPod[] {
    const { byClass, view } = this.#work.views.pods;
    const { objects } = this.#work.api.registry;
    const found: BudgetedPod[] = [];
    for (const podClass of this.members.classesOf(row)) {
      for (let pod = byClass.first(podClass); pod >= 0; pod = byClass.next(pod)) {
        const owner = view.owner[pod];
        const above =
          owner >= 0 && objects.kind[owner] === 'ReplicaSet' ? this.#work.views.replicaSets.ownerOf(owner) : -1;
        // ReplicaSets of others than Deployments count by themselves.
        const isOfDeployment = above >= 0 && objects.kind[above] === 'Deployment';
        found.push({
          name: this.#work.api.registry.podName(pod),
          controller: owner < 0 ? undefined : isOfDeployment ? above : owner,
          ready: (view.state[pod] & PodBit.Ready) !== 0,
          terminating: (view.state[pod] & PodBit.Deleting) !== 0,
        });
      }
    }
    return found;
  }

  #scaleOf(owner: ObjectRow): number | undefined | { readonly error: string } {
    const { api, views } = this.#work;
    const { [api.registry.objects.kind[owner]]: unscaled } = UNSCALED;
    if (unscaled !== undefined) return { error: `${unscaled} does not implement the scale subresource` };
    const object: Scaled | undefined =
      views.deployments.get(owner) ??
      views.replicaSets.get(owner) ??
      views.statefulSets.get(owner) ??
      views.replicationControllers.get(owner);
    return object === undefined ? undefined : (object.spec?.replicas ?? 1);
  }
}

function statusOf(budget: PodDisruptionBudget, found: BudgetStatus, nowUs: number): PodDisruptionBudgetStatus {
  const { currentHealthy, desiredHealthy, expectedPods, disruptionsAllowed } = found;
  const disruptedPods = Object.fromEntries([...found.disruptedPods].map(([name, at]) => [name, timestamp(at)]));
  const { generation = 0 } = budget.metadata;
  const allowed = disruptionsAllowed > 0;
  const condition = conditionOf(budget, allowed, allowed ? 'SufficientPods' : 'InsufficientPods', '', nowUs);
  return {
    currentHealthy,
    desiredHealthy,
    expectedPods,
    disruptionsAllowed,
    observedGeneration: generation,
    ...(found.disruptedPods.size === 0 ? {} : { disruptedPods }),
    conditions: [condition],
  };
}

/** Nothing may be disrupted while the number of expected pods is not known. */
function failSafe(budget: PodDisruptionBudget, error: string, nowUs: number): PodDisruptionBudgetStatus {
  const zero = { currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  const conditions = [conditionOf(budget, false, 'SyncFailed', error, nowUs)];
  return { ...zero, ...budget.status, disruptionsAllowed: 0, conditions };
}

/** The time changes with the status of the condition only. */
function conditionOf(
  { metadata, status }: PodDisruptionBudget,
  allowed: boolean,
  reason: string,
  message: string,
  nowUs: number,
): Condition {
  const before = status?.conditions?.find((one) => one.type === CONDITION);
  const now = allowed ? 'True' : 'False';
  return {
    type: CONDITION,
    status: now,
    reason,
    message,
    lastTransitionTime: before?.status === now ? before.lastTransitionTime : timestamp(nowUs),
    observedGeneration: metadata.generation ?? 0,
  };
}

function unmanagedNote({ spec }: PodDisruptionBudget): string {
  return (
    `Pods selected by this PodDisruptionBudget (selector: ${compileLabelSelector(spec?.selector).canonical()}) were found ` +
    'to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined ' +
    'behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.'
  );
}
