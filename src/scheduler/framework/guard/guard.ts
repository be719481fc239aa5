// Between the framework and a user's plugin: whatever it does wrong stops the run as an error of the input, with its name and the place.
import { InputError } from '../../../lib/errors.ts';
import { show } from '../../../lib/show.ts';
import { Happening } from '../cluster-events.ts';
import { type Handle, MAX_NODE_SCORE, type Plugin } from '../interface.ts';
import type { NodeList } from '../node-list.ts';
import { describePlace, type FaultPlace, PluginFault, thrown } from './plugin-fault.ts';
import type { PodInfo } from '../pod-info.ts';
import { Code, type Status } from '../status.ts';

/** All events: what a plugin without registrations waits for, as in kube-scheduler. */
const ALL = Object.values(Happening).reduce((bits, one) => bits | one, 0) & ~Happening.Wildcard;

/** The codes that an extension point may answer. */
const MAY: Readonly<Record<string, readonly number[]>> = {
  preFilter: [Code.Skip],
  preScore: [Code.Skip],
  permit: [Code.Wait],
};
const ANYWHERE: readonly number[] = [Code.Success, Code.Error, Code.Unschedulable, Code.UnschedulableAndUnresolvable];

/** The plugin behind a guard. `file` is where it comes from. Its methods throw InputErrors only. */
export function guarded(plugin: Plugin, name: string, file: string, handle: Handle): Plugin {
  return new Guard(plugin, name, file, handle).guarded();
}

class Guard {
  readonly #plugin: Plugin;
  readonly #name: string;
  readonly #file: string;
  readonly #handle: Handle;
  #scores = new Float64Array(0);

  constructor(plugin: Plugin, name: string, file: string, handle: Handle) {
    this.#plugin = plugin;
    this.#name = name;
    this.#file = file;
    this.#handle = handle;
  }

  guarded(): Plugin {
    const plugin = this.#plugin;
    const { preBind, bind, postBind, unreserve, less, filter, score, normalizeScore } = plugin;
    const made: Partial<Record<keyof Plugin, unknown>> = {
      registrations: (plugin.registrations ?? [{ events: ALL }]).map((one) => ({
        events: one.events,
        ...(one.hint === undefined
          ? {}
          : { hint: (pod: PodInfo, event: never) => this.#try({ point: 'hint', pod }, () => one.hint?.(pod, event)) }),
      })),
    };
    if (plugin.local === true) made.local = true;
    if (plugin.ignoresPods === true) made.ignoresPods = true;
    for (const point of ['addPod', 'removePod'] as const) {
      const method = plugin[point];
      if (method === undefined) continue;
      made[point] = (pod: PodInfo, other: number, node: number) =>
        this.#try({ point, pod, node }, () => method.call(plugin, pod, other, node));
    }
    for (const point of ['preEnqueue', 'preFilter', 'postFilter', 'preScore', 'reserve', 'permit'] as const) {
      const method = plugin[point];
      if (method === undefined) continue;
      made[point] = (pod: PodInfo, more: never) => {
        const place = { point, pod, node: typeof more === 'number' ? more : -1 };
        return this.#status(
          this.#try(place, () => method.call(plugin, pod, more)),
          place,
        );
      };
    }
    if (plugin.reserve !== undefined || unreserve !== undefined) {
      made.reserve ??= () => ({ code: Code.Success, reasons: [] });
      made.unreserve = (pod: PodInfo, node: number) =>
        this.#try({ point: 'unreserve', pod, node }, () => unreserve?.call(plugin, pod, node));
    }
    if (less !== undefined) {
      made.less = (...args: Parameters<typeof less>) =>
        this.#true(
          { point: 'less' },
          this.#try({ point: 'less' }, () => less.apply(plugin, args)),
        );
    }
    if (filter !== undefined) {
      made.filter = (...args: Parameters<typeof filter>) => {
        this.#try({ point: 'filter', pod: args[0] }, () => filter.apply(plugin, args));
        this.#checkVerdicts(...args);
      };
    }
    if (score !== undefined) {
      made.score = (pod: PodInfo, nodes: NodeList, scores: Float64Array) => {
        const own = this.#blank(nodes.end);
        this.#try({ point: 'score', pod }, () => score.call(plugin, pod, nodes, own));
        this.#take('score', own, pod, nodes, scores, normalizeScore === undefined);
      };
    }
    if (normalizeScore !== undefined) {
      made.normalizeScore = (pod: PodInfo, nodes: NodeList, scores: Float64Array) => {
        const own = this.#blank(nodes.end);
        own.set(scores.subarray(0, nodes.end));
        this.#try({ point: 'normalizeScore', pod }, () => normalizeScore.call(plugin, pod, nodes, own));
        this.#take('normalizeScore', own, pod, nodes, scores, true);
      };
    }
    if (preBind !== undefined) {
      made.preBind = (pod: PodInfo, node: number) =>
        this.#try({ point: 'preBind', pod, node }, () => preBind.call(plugin, pod, node));
    }
    if (bind !== undefined) {
      made.bind = (pod: PodInfo, node: number, binding: number) => {
        const place = { point: 'bind', pod, node };
        return this.#true(
          place,
          this.#try(place, () => bind.call(plugin, pod, node, binding)),
        );
      };
    }
    if (postBind !== undefined) {
      made.postBind = (pod: PodInfo, node: number) =>
        this.#try({ point: 'postBind', pod, node }, () => postBind.call(plugin, pod, node));
    }
    return made as Plugin;
  }

  #try<Answer>(place: FaultPlace, ask: () => Answer): Answer {
    try {
      return ask();
    } catch (error) {
      if (error instanceof PluginFault) this.#stop(error.what, { ...place, ...error.place });
      this.#stop(thrown(error), place);
    }
  }

  #stop(what: string, place: FaultPlace): never {
    const { cache } = this.#handle;
    const where = `${describePlace(place, cache.state)} at ${this.#handle.nowUs() / 1e6} s`;
    const message = `plugin ${this.#name}: ${where}: ${what}`;
    throw new InputError({ file: this.#file, message });
  }

  #status(status: Status | undefined, place: FaultPlace): Status {
    const codes = [...ANYWHERE, ...(MAY[place.point] ?? [])];
    if (typeof status === 'object' && codes.includes(status.code) && Array.isArray(status.reasons)) return status;
    this.#stop(`returned ${show(status)}, expected a status such as \`success\` or \`unschedulable('…')\``, place);
  }

  #true(place: FaultPlace, answer: unknown): boolean {
    if (typeof answer !== 'boolean') this.#stop(`returned ${show(answer)}, expected true or false`, place);
    return answer;
  }

  #checkVerdicts(...[pod, nodes, verdicts]: Parameters<NonNullable<Plugin['filter']>>): void {
    for (let i = nodes.start; i < nodes.end; i += 1) {
      const code = verdicts.codes[i];
      if (code === Code.Success || code === Code.Unschedulable || code === Code.UnschedulableAndUnresolvable) continue;
      const place = { point: 'filter', pod, node: nodes.rows[i] };
      this.#stop(`rejected with the code ${code}, expected Unschedulable or UnschedulableAndUnresolvable`, place);
    }
  }

  /** Room for the scores and for one more, which must stay empty. */
  #blank(count: number): Float64Array {
    if (this.#scores.length <= count) this.#scores = new Float64Array(count * 2 + 1);
    return this.#scores.subarray(0, count + 1).fill(Number.NaN);
  }

  #take(
    point: string,
    own: Float64Array,
    pod: PodInfo,
    { rows, end }: NodeList,
    scores: Float64Array,
    final: boolean,
  ): void {
    if (!Number.isNaN(own[end])) this.#stop(`wrote more scores than there are nodes (${end})`, { point, pod });
    for (let i = 0; i < end; i += 1) {
      const score = own[i];
      const place = { point, pod, node: rows[i] };
      if (Number.isNaN(score)) this.#stop('left no score, or NaN', place);
      if (final && !(score >= 0 && score <= MAX_NODE_SCORE)) this.#stop(`gave ${score}, expected 0 to 100`, place);
      if (!Number.isFinite(score)) this.#stop(`gave ${score}, expected a number`, place);
      scores[i] = score;
    }
  }
}
