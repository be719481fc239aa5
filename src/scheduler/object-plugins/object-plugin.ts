// A scheduler plugin over Kubernetes objects, node by node, as users write it → one over columns, as the framework runs it.
import type { z } from 'zod';
import { type Script, Signal, sleep } from '../../engine/script.ts';
import { InputError } from '../../lib/errors.ts';
import { unknownName } from '../../lib/explain.ts';
import type { Member } from '../../lib/family.ts';
import { show } from '../../lib/show.ts';
import { type ClusterEvent, Happening, happeningNames } from '../framework/cluster-events.ts';
import type { EventRegistration, Handle, PermitStatus, Plugin } from '../framework/interface.ts';
import type { NodeList } from '../framework/node-list.ts';
import { SeenCluster, type SeenNode, type SeenPod } from './object-views.ts';
import { thrown } from '../../lib/plugin-error.ts';
import { type FaultPlace, PluginFault } from '../framework/guard/plugin-fault.ts';
import { defaultNormalize } from '../plugins/normalize.ts';
import type { PodInfo } from '../framework/pod-info.ts';
import { Code, type Status, success, unschedulable } from '../framework/status.ts';
import type { NodeRow } from '../../model/rows.ts';

/** Yes: nothing, or true. No: a reason, or false; or a status, such as `unresolvable('…')` or `skip`. */
export type PluginAnswer = undefined | null | boolean | string | Status;

/** A score that normalizeScore may change. */
export interface NodeScore {
  readonly node: SeenNode;
  score: number;
}

export interface SeenEvent {
  /** `NodeAdd`, `AssignedPodDelete` …: see `Happening`. */
  readonly name: string;
  readonly node: SeenNode | undefined;
}

/** Any subset of kube-scheduler's extension points. */
export interface ObjectPlugin {
  preEnqueue?(pod: SeenPod): PluginAnswer;
  /** True when pod `a` goes before pod `b`; the numbers say when each entered the queue, in seconds. */
  less?(a: SeenPod, b: SeenPod, sinceA: number, sinceB: number): boolean;
  /** Asked before a pod is taken: true when `less` may answer otherwise than after the last time. */
  reordered?(): boolean;
  preFilter?(pod: SeenPod): PluginAnswer;
  filter?(pod: SeenPod, node: SeenNode): PluginAnswer;
  /** No node is feasible. The reason is added to the pod's message. */
  postFilter?(pod: SeenPod): PluginAnswer;
  preScore?(pod: SeenPod, nodes: readonly SeenNode[]): PluginAnswer;
  /** 0 to 100, or any number where there is a normalizeScore. */
  score?(pod: SeenPod, node: SeenNode): number;
  normalizeScore?(pod: SeenPod, scores: NodeScore[]): void;
  reserve?(pod: SeenPod, node: SeenNode): PluginAnswer;
  unreserve?(pod: SeenPod, node: SeenNode): void;
  /** `{ waitSeconds }` holds the pod until `cluster.allow` or `cluster.reject`. */
  permit?(pod: SeenPod, node: SeenNode): PluginAnswer | { readonly waitSeconds: number };
  /** A number is how many seconds it takes. */
  preBind?(pod: SeenPod, node: SeenNode): PluginAnswer | number;
  /** False leaves the binding to the next plugin. */
  bind?(pod: SeenPod, node: SeenNode): boolean;
  postBind?(pod: SeenPod, node: SeenNode): void;
  /** Names of events after which a rejected pod may fit. Left out: any. */
  readonly events?: readonly (keyof typeof Happening)[];
  /** Whether an event makes it worth trying the pod again. Left out: it does. */
  requeue?(pod: SeenPod, event: SeenEvent): boolean;
}

const METHODS = [
  'preEnqueue',
  'less',
  'reordered',
  'preFilter',
  'filter',
  'postFilter',
  'preScore',
  'score',
  'normalizeScore',
  'reserve',
  'unreserve',
  'permit',
  'preBind',
  'bind',
  'postBind',
  'events',
  'requeue',
] as const satisfies readonly (keyof ObjectPlugin)[];

export interface ObjectPluginDefinition<Args extends z.ZodType> {
  readonly name: string;
  readonly summary: string;
  readonly args: Args;
  create(args: z.output<Args>, cluster: SeenCluster): ObjectPlugin;
}

/** Makes a member of the family of a plugin over objects. */
export function schedulerPlugin<Args extends z.ZodType>(
  definition: ObjectPluginDefinition<Args>,
): Member<Handle, Plugin, Args> {
  const { name, summary, args } = definition;
  return {
    name,
    summary,
    args,
    create(given, handle) {
      const cluster = new SeenCluster(handle);
      const made: unknown = definition.create(given, cluster);
      if (typeof made !== 'object' || made === null) throw new InputError(`create returned ${show(made)}, no plugin`);
      for (const key of Object.keys(made)) {
        if ((METHODS as readonly string[]).includes(key)) continue;
        throw new InputError(unknownName('extension point', key, METHODS));
      }
      return new Adapter(name, made, cluster, handle).plugin();
    },
  };
}

/** kube-scheduler's DefaultNormalizeScore: to 0 … 100 by the largest one; `reverse` turns many into few. */
export function normalizeList(
  scores: readonly NodeScore[],
  { reverse = false }: { readonly reverse?: boolean } = {},
): void {
  const column = Float64Array.from(scores, ({ score }) => score);
  defaultNormalize(column, scores.length, reverse);
  for (const [index, one] of scores.entries()) one.score = column[index];
}

class Adapter {
  readonly #name: string;
  readonly #user: ObjectPlugin;
  readonly #cluster: SeenCluster;
  readonly #handle: Handle;

  constructor(name: string, user: ObjectPlugin, cluster: SeenCluster, handle: Handle) {
    this.#name = name;
    this.#user = user;
    this.#cluster = cluster;
    this.#handle = handle;
  }

  plugin(): Plugin {
    const user = this.#user;
    const cluster = this.#cluster;
    const made: Plugin = { registrations: this.#registrations() };
    if (user.preEnqueue !== undefined)
      made.preEnqueue = (pod) => this.#ask('preEnqueue', pod, -1, (p) => user.preEnqueue?.(p));
    if (user.preFilter !== undefined)
      made.preFilter = (pod) => this.#ask('preFilter', pod, -1, (p) => user.preFilter?.(p));
    if (user.postFilter !== undefined) {
      made.postFilter = (pod) => {
        const { code, reasons } = this.#ask('postFilter', pod, -1, (p) => user.postFilter?.(p));
        return { code: code === Code.Success ? Code.Unschedulable : code, reasons };
      };
    }
    if (user.preScore !== undefined) {
      made.preScore = (pod, nodes) => this.#ask('preScore', pod, -1, (p) => user.preScore?.(p, this.#nodesOf(nodes)));
    }
    if (user.less !== undefined) {
      made.less = (a, b, { podClass, timestamp }) => {
        const [first, second] = [cluster.podAt(a, podClass[a]), cluster.podAt(b, podClass[b])];
        return user.less?.(first, second, timestamp[a] / 1e6, timestamp[b] / 1e6) === true;
      };
    }
    if (user.reordered !== undefined) made.reordered = () => user.reordered?.() === true;
    if (user.filter !== undefined) this.#filters(made);
    if (user.score !== undefined) this.#scores(made);
    if (user.reserve !== undefined || user.unreserve !== undefined) {
      made.reserve = (pod, node) => this.#ask('reserve', pod, node, (p, n) => user.reserve?.(p, n));
      made.unreserve = (pod, node) => this.#do('unreserve', pod, node, (p, n) => user.unreserve?.(p, n));
    }
    if (user.permit !== undefined) made.permit = (pod, node) => this.#permit(pod, node);
    if (user.preBind !== undefined) {
      made.preBind = (pod, node) => {
        const answer = this.#do('preBind', pod, node, (p, n) => user.preBind?.(p, n));
        if (typeof answer === 'number') return this.#after(this.#seconds(answer, { point: 'preBind', pod, node }));
        const status = this.#status(answer, { point: 'preBind', pod, node });
        return status.code === Code.Success ? undefined : this.#after(0, status);
      };
    }
    if (user.bind !== undefined) {
      made.bind = (pod, node, binding) => {
        if (this.#do('bind', pod, node, (p, n) => user.bind?.(p, n)) === false) return false;
        this.#handle.writeBinding(pod, node, binding);
        return true;
      };
    }
    if (user.postBind !== undefined) {
      made.postBind = (pod, node) => this.#do('postBind', pod, node, (p, n) => user.postBind?.(p, n));
    }
    return made;
  }

  #filters(made: Plugin): void {
    const { reasons } = this.#handle;
    made.filter = (pod, nodes, verdicts) => {
      for (let i = nodes.start; i < nodes.end; i += 1) {
        if (verdicts.codes[i] !== Code.Success) continue;
        const status = this.#ask('filter', pod, nodes.rows[i], (p, n) => this.#user.filter?.(p, n));
        if (status.code === Code.Success) continue;
        verdicts.reject(i, status.code, reasons.id(status.reasons));
      }
    };
  }

  #scores(made: Plugin): void {
    const user = this.#user;
    made.score = (pod, nodes, scores) => {
      for (let i = 0; i < nodes.end; i += 1) {
        const node = nodes.rows[i];
        scores[i] = this.#number(
          this.#do('score', pod, node, (p, n) => user.score?.(p, n)),
          { point: 'score', pod, node },
        );
      }
    };
    if (user.normalizeScore === undefined) return;
    made.normalizeScore = (pod, nodes, scores) => {
      const point = 'normalizeScore';
      const list = this.#nodesOf(nodes).map((node, index): NodeScore => ({ node, score: scores[index] }));
      this.#do(point, pod, -1, (p) => user.normalizeScore?.(p, list));
      if (list.length !== nodes.end) {
        throw new PluginFault(`left ${list.length} scores of ${nodes.end}`, { point, pod });
      }
      for (const [i, { score }] of list.entries()) {
        scores[i] = this.#number(score, { point, pod, node: nodes.rows[i] });
      }
    };
  }

  #permit(pod: PodInfo, node: NodeRow): PermitStatus {
    const place = { point: 'permit', pod, node };
    const answer = this.#do('permit', pod, node, (p, n) => this.#user.permit?.(p, n));
    if (typeof answer === 'object' && answer !== null && 'waitSeconds' in answer) {
      return { code: Code.Wait, reasons: [], timeoutUs: this.#seconds(answer.waitSeconds, place) };
    }
    return this.#status(answer, place);
  }

  /** Fires after a while. */
  #after(delayUs: number, status: Status = success): Signal<Status> {
    const { engine } = this.#handle;
    const signal = new Signal<Status>(engine);
    engine.spawn('scheduler.plugin-wait', waitThenFire(signal, delayUs, status));
    return signal;
  }

  #registrations(): EventRegistration[] {
    const user = this.#user;
    const every = Object.keys(Happening).filter((name) => name !== 'Wildcard');
    const names = user.events ?? every;
    let bits = 0;
    for (const name of names) {
      const bit = (Happening as Readonly<Record<string, number>>)[name];
      if (bit === undefined) throw new InputError(unknownName('event', name, every));
      bits |= bit;
    }
    if (user.requeue === undefined) return [{ events: bits }];
    const hint = (pod: PodInfo, event: ClusterEvent): boolean =>
      this.#do('requeue', pod, -1, (p) => user.requeue?.(p, this.#event(event))) !== false;
    return [{ events: bits, hint }];
  }

  #event({ kind, node }: ClusterEvent): SeenEvent {
    const name = Object.entries(Happening).find(([, bit]) => bit === kind)?.[0] ?? happeningNames[kind] ?? '';
    return { name, node: node < 0 ? undefined : this.#cluster.nodeAt(node) };
  }

  #nodesOf({ rows, end }: NodeList): SeenNode[] {
    return Array.from(rows.subarray(0, end), (row) => this.#cluster.nodeAt(row));
  }

  /** Calls a method of the user's; what it throws is reported with the pod and the node. */
  #do<Result>(point: string, pod: PodInfo, node: NodeRow, ask: (pod: SeenPod, node: SeenNode) => Result): Result {
    try {
      return ask(this.#cluster.podOf(pod), this.#cluster.nodeAt(Math.max(0, node) as NodeRow));
    } catch (error) {
      throw new PluginFault(thrown(error), { point, pod, node });
    }
  }

  #ask(point: string, pod: PodInfo, node: NodeRow, ask: (pod: SeenPod, node: SeenNode) => PluginAnswer): Status {
    return this.#status(this.#do(point, pod, node, ask), { point, pod, node });
  }

  #status(answer: unknown, place: FaultPlace): Status {
    if (answer === undefined || answer === null || answer === true) return success;
    if (answer === false) return unschedulable(`node(s) didn't satisfy plugin ${this.#name}`);
    if (typeof answer === 'string') return unschedulable(answer);
    if (typeof answer === 'object' && 'code' in answer && 'reasons' in answer) return answer as Status;
    throw new PluginFault(`returned ${show(answer)}, expected nothing, a reason or a status`, place);
  }

  #number(value: unknown, place: FaultPlace): number {
    if (typeof value === 'number' && !Number.isNaN(value)) return value;
    throw new PluginFault(`returned ${typeof value === 'number' ? 'NaN' : show(value)}, expected a number`, place);
  }

  #seconds(value: unknown, place: FaultPlace): number {
    const seconds = this.#number(value, place);
    if (seconds >= 0 && Number.isFinite(seconds)) return Math.round(seconds * 1e6);
    throw new PluginFault(`asked for ${seconds} seconds`, place);
  }
}

function* waitThenFire(signal: Signal<Status>, delayUs: number, status: Status): Script {
  yield* sleep(delayUs);
  signal.fire(status);
}
