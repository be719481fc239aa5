// Scheduler extenders (pkg/scheduler/extender.go): asked after the filters, after the scores, and in place of the Bind plugins.
import { timestamp } from '../lib/timestamp.ts';
import type { ExtenderCalls } from '../model/ports/extenders.ts';
import type { ExtenderSettings } from '../model/settings/extenders.ts';
import type { NodeRow } from '../model/rows.ts';
import type { Decision } from './decision.ts';
import type { Handle } from './framework/interface.ts';
import type { PodInfo } from './framework/pod-info.ts';
import { Code, failed, type Status, success } from './framework/status.ts';

/** An extender's scores go from 0 to 10, the scheduler's to 100. */
const SCALE = 10;
/** Stands for all extenders where the number of a plugin is asked for: profiles have no more than so many plugins. */
export const EXTENDERS = 31;

interface Objection {
  readonly code: number;
  readonly reasons: readonly string[];
}

/** Go's decoder takes names of fields in any case. */
function field(answer: unknown, name: string): unknown {
  if (typeof answer !== 'object' || answer === null) return undefined;
  return Object.entries(answer).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

/** The error in an answer; undefined for none. */
function errorIn(answer: unknown): string | undefined {
  const error = field(answer, 'Error');
  return typeof error === 'string' && error !== '' ? error : undefined;
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** By node: why it was rejected. */
function reasonsIn(answer: unknown, name: string): [node: string, reason: string][] {
  const map = field(answer, name);
  if (typeof map !== 'object' || map === null) return [];
  return Object.entries(map).map(([node, reason]) => [node, String(reason)]);
}

/** The nodes that an extender leaves. */
function keptIn(answer: unknown, byName: boolean): string[] {
  const names = field(answer, 'NodeNames');
  if (byName && Array.isArray(names)) return names.filter(isText);
  const items = field(field(answer, 'Nodes'), 'items');
  return (Array.isArray(items) ? items : []).map((item) => field(field(item, 'metadata'), 'name')).filter(isText);
}

export class Extenders {
  readonly #all: readonly ExtenderSettings[];
  readonly #calls: ExtenderCalls;
  readonly #handle: Handle;

  constructor(all: readonly ExtenderSettings[], calls: ExtenderCalls, handle: Handle) {
    this.#all = all;
    this.#calls = calls;
    this.#handle = handle;
  }

  /** Some of them filter: then it is not enough to find one node. */
  get filters(): boolean {
    return this.#all.some(({ filterVerb }) => filterVerb !== undefined);
  }

  /** Whether any of them is asked about the pod. */
  concern(pod: PodInfo): boolean {
    return this.#all.some((one) => isInterested(one, pod));
  }

  /** Takes nodes out of `decision.feasible`, each with a verdict. Gives an error that ends the attempt. */
  filter(decision: Decision, pod: PodInfo): Status {
    const { feasible, examined, verdicts } = decision;
    for (const one of this.#all) {
      if (feasible.end === 0) break;
      if (one.filterVerb === undefined || !isInterested(one, pod)) continue;
      const names = this.#namesOf(decision);
      const answered = this.#filtered(one, one.filterVerb, pod, names, feasible.rows.subarray(0, feasible.end));
      if ('error' in answered) {
        if (one.ignorable) continue;
        return failed(answered.error);
      }
      const { kept, why } = answered;
      let end = 0;
      for (let i = 0; i < feasible.end; i += 1) {
        if (kept.has(names[i])) feasible.rows[end++] = feasible.rows[i];
      }
      feasible.end = end;
      for (let i = 0; i < examined.end; i += 1) {
        const name = this.#handle.nodeName(examined.rows[i]);
        const said = why.get(name);
        if (verdicts.codes[i] !== Code.Success || (said === undefined && (kept.has(name) || !names.includes(name))))
          continue;
        const { code, reasons } = said ?? { code: Code.Unschedulable, reasons: [] };
        verdicts.replace(i, code, EXTENDERS, this.#handle.reasons.id(reasons));
      }
    }
    return success;
  }

  /** Adds their scores to the totals. True where one of them has looked at the nodes: then chance decides among equals. */
  prioritize(decision: Decision, pod: PodInfo): boolean {
    const { feasible, totals } = decision;
    let scored = false;
    for (const one of this.#all) {
      if (!isInterested(one, pod)) continue;
      if (one.prioritizeVerb === undefined) {
        scored = true;
        continue;
      }
      const names = this.#namesOf(decision);
      const answered = this.#ask(one, one.prioritizeVerb, pod, names, feasible.rows.subarray(0, feasible.end));
      // An extender that does not answer leaves the choice to the others.
      if ('error' in answered || !Array.isArray(answered.answer)) continue;
      scored = true;
      for (const entry of answered.answer as readonly unknown[]) {
        const at = names.indexOf(String(field(entry, 'Host')));
        const score = field(entry, 'Score');
        if (at >= 0 && typeof score === 'number') totals[at] += score * one.weight * SCALE;
      }
    }
    return scored;
  }

  /** The first that binds such pods: success, an error, or undefined where the Bind plugins do it. */
  bind(pod: PodInfo, node: NodeRow): Status | undefined {
    for (const one of this.#all) {
      if (one.bindVerb === undefined || !isInterested(one, pod)) continue;
      const { state } = this.#handle.cache;
      const answered = this.#calls.post(urlOf(one, one.bindVerb), {
        PodName: state.podName(pod.row),
        PodNamespace: pod.podClass.namespace,
        PodUID: state.podUid(pod.row),
        Node: this.#handle.nodeName(node),
      });
      const error = 'error' in answered ? answered.error : errorIn(answered.answer);
      if (error === undefined) return success;
      if (!one.ignorable) return failed(error);
    }
    return undefined;
  }

  #namesOf({ feasible }: Decision): string[] {
    return Array.from(feasible.rows.subarray(0, feasible.end), (row) => this.#handle.nodeName(row));
  }

  #filtered(
    one: ExtenderSettings,
    verb: string,
    pod: PodInfo,
    names: readonly string[],
    rows: Iterable<number>,
  ): { readonly kept: ReadonlySet<string>; readonly why: ReadonlyMap<string, Objection> } | { readonly error: string } {
    const answered = this.#ask(one, verb, pod, names, rows);
    if ('error' in answered) return answered;
    const { answer } = answered;
    const error = errorIn(answer);
    if (error !== undefined) return { error };
    const kept = keptIn(answer, one.nodeCacheCapable);
    const strange = kept.find((name) => !names.includes(name));
    if (strange !== undefined)
      return {
        error: `extender "${one.urlPrefix}" claims a filtered node "${strange}" which is not found in the input node list`,
      };
    const why = new Map<string, Objection>();
    for (const [name, reason] of reasonsIn(answer, 'FailedNodes'))
      why.set(name, { code: Code.Unschedulable, reasons: [reason] });
    // A node in both lists is unresolvable.
    for (const [name, reason] of reasonsIn(answer, 'FailedAndUnresolvableNodes'))
      why.set(name, { code: Code.UnschedulableAndUnresolvable, reasons: [reason] });
    return { kept: new Set(kept), why };
  }

  #ask(one: ExtenderSettings, verb: string, pod: PodInfo, names: readonly string[], rows: Iterable<number>) {
    const nodes = one.nodeCacheCapable
      ? null
      : { metadata: {}, items: Array.from(rows, (row) => this.#nodeObject(row as NodeRow)) };
    return this.#calls.post(urlOf(one, verb), {
      Pod: this.#podObject(pod),
      Nodes: nodes,
      NodeNames: one.nodeCacheCapable ? names : null,
    });
  }

  #podObject({ row, podClass }: PodInfo): object {
    const { state } = this.#handle.cache;
    const { namespace, labels, annotations, spec } = podClass;
    return {
      metadata: {
        name: state.podName(row),
        namespace,
        uid: state.podUid(row),
        creationTimestamp: timestamp(state.pods.createdAt[row]),
        labels,
        annotations,
      },
      spec,
      status: { phase: 'Pending', qosClass: podClass.qos },
    };
  }

  #nodeObject(row: NodeRow): object {
    const { cache, labelSets, taintSets } = this.#handle;
    const { cpu = 0, ...others } = cache.allocatableSets.get(cache.allocatable[row]);
    const amounts = Object.entries(others).map(([name, amount]) => [name, String(amount)]);
    const taints = taintSets.get(cache.taints[row]);
    return {
      metadata: { name: this.#handle.nodeName(row), labels: labelSets.get(cache.labels[row]) },
      spec: {
        ...(taints.length === 0 ? {} : { taints }),
        ...(cache.unschedulable[row] === 1 ? { unschedulable: true } : {}),
      },
      status: { allocatable: { cpu: `${cpu}m`, ...Object.fromEntries(amounts) } },
    };
  }
}

function urlOf({ urlPrefix }: ExtenderSettings, verb: string): string {
  return `${urlPrefix.replace(/\/+$/, '')}/${verb}`;
}

function isInterested({ managedResources }: ExtenderSettings, { podClass }: PodInfo): boolean {
  if (managedResources.length === 0) return true;
  const { containers, initContainers = [] } = podClass.spec;
  return [...containers, ...initContainers].some(({ resources }) =>
    managedResources.some(
      (name) => resources?.requests?.[name] !== undefined || resources?.limits?.[name] !== undefined,
    ),
  );
}
