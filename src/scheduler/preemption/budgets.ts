// PodDisruptionBudgets as preemption sees them: which pods may still be disrupted according to each budget's status.
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import { compileLabelSelector, type LabelSelector } from '../../model/parse/label-selector.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { Registry } from '../../model/registry.ts';
import type { ObjectSource } from '../framework/interface.ts';
import type { PodRow } from '../../model/rows.ts';

interface Budget {
  readonly namespace: string;
  readonly selector: LabelSelector;
  readonly allowed: number;
  /** Names of pods whose eviction the API server has taken account of. */
  readonly disrupted: ReadonlySet<string>;
}

const NONE: readonly number[] = [];

export class Budgets {
  /** Rises with every change of what is read here: a status often changes without it. */
  version = 0;
  readonly #state: Registry;
  readonly #source: ObjectSource;
  readonly #texts = new Map<number, string>();
  #budgets: readonly Budget[] | undefined;
  /** By class: the budgets that select its pods. */
  readonly #ofClass = new Map<number, readonly number[]>();

  constructor(state: Registry, source: ObjectSource) {
    this.#state = state;
    this.#source = source;
    source.subscribe((row, object) => {
      const text = object === undefined ? undefined : textOf(object);
      if (this.#texts.get(row) === text) return;
      if (text === undefined) this.#texts.delete(row);
      else this.#texts.set(row, text);
      this.version += 1;
      this.#budgets = undefined;
      this.#ofClass.clear();
    });
  }

  get any(): boolean {
    return this.#all().length > 0;
  }

  /** Which of the pods, disrupted one after the other in this order, would violate a budget. */
  violations(pods: readonly PodRow[], classOf: (pod: PodRow) => PodClass): boolean[] {
    const budgets = this.#all();
    const allowed = budgets.map((one) => one.allowed);
    return pods.map((pod) => {
      let violates = false;
      for (const index of this.#of(classOf(pod))) {
        const { disrupted } = budgets[index];
        if (disrupted.size > 0 && disrupted.has(this.#name(pod))) continue;
        allowed[index] -= 1;
        if (allowed[index] < 0) violates = true;
      }
      return violates;
    });
  }

  #name(pod: PodRow): string {
    return this.#state.podName(pod);
  }

  #all(): readonly Budget[] {
    this.#budgets ??= [...this.#source.entries()].map(([, object]) => {
      const { metadata, spec, status } = object as PodDisruptionBudget;
      return {
        namespace: metadata?.namespace ?? 'default',
        selector: compileLabelSelector(spec?.selector),
        allowed: status?.disruptionsAllowed ?? 0,
        disrupted: new Set(Object.keys(status?.disruptedPods ?? {})),
      };
    });
    return this.#budgets;
  }

  /** A budget without a selector, or with an empty one, selects nothing here, and a pod without labels is in none. */
  #of(podClass: PodClass): readonly number[] {
    const known = this.#ofClass.get(podClass.id);
    if (known !== undefined) return known;
    const made =
      Object.keys(podClass.labels).length === 0
        ? NONE
        : this.#all().flatMap(({ namespace, selector }, index) =>
            namespace === podClass.namespace && !selector.isEmpty() && selector.matches(podClass.labels) ? [index] : [],
          );
    this.#ofClass.set(podClass.id, made);
    return made;
  }
}

/** All of a budget that is read here. */
function textOf(object: KubeObject): string {
  const { spec, status } = object as PodDisruptionBudget;
  return JSON.stringify([spec?.selector, status?.disruptionsAllowed, status?.disruptedPods]);
}
