// What a scheduler plugin from outside is held to, extension point by extension point; what it does wrong is reported with the pod and the node.
import { type Contract, type Fail, held, isBoolean, type MethodRule, showNumber } from '../../../lib/contract.ts';
import type { FamilyContract } from '../../../lib/family.ts';
import { type Author, PluginError } from '../../../lib/plugin-error.ts';
import { show } from '../../../lib/show.ts';
import { Happening } from '../cluster-events.ts';
import { type EventRegistration, type Handle, MAX_NODE_SCORE, type NodeGroups, type Plugin } from '../interface.ts';
import type { NodeList } from '../node-list.ts';
import type { PodInfo } from '../pod-info.ts';
import { Code, type Status } from '../status.ts';
import { aboutPlace, type FaultPlace, PluginFault } from './plugin-fault.ts';
import type { NodeRow } from '../../../model/rows.ts';

/** All events: what a plugin without registrations waits for, as in kube-scheduler. */
const ALL = Object.values(Happening).reduce((bits, one) => bits | one, 0) & ~Happening.Wildcard;

/** The codes that every extension point may answer. */
const ANYWHERE: readonly number[] = [Code.Success, Code.Error, Code.Unschedulable, Code.UnschedulableAndUnresolvable];

export const pluginContract: FamilyContract<Handle, Plugin> = {
  nowUs: (handle) => handle.nowUs(),
  built: (handle, author, made) => new PluginRules(handle, author, made).contract(),
  complete(plugin) {
    const { reserve, unreserve } = plugin;
    return {
      ...plugin,
      registrations: plugin.registrations ?? [{ events: ALL }],
      ...(unreserve === undefined ? {} : { reserve: reserve ?? (() => ({ code: Code.Success, reasons: [] })) }),
      ...(reserve === undefined ? {} : { unreserve: unreserve ?? (() => undefined) }),
    };
  },
};

/** A rule of a method that is asked about a pod, and perhaps about a node. */
type Asked<Args extends readonly unknown[], Answer> = MethodRule<Args, Answer>;

class PluginRules {
  readonly #handle: Handle;
  readonly #author: Author;
  readonly #groups = new WeakMap<object, NodeGroups>();
  readonly #normalizes: boolean;
  #scores = new Float64Array(0);

  constructor(handle: Handle, author: Author, made: unknown) {
    const { normalizeScore } = (made ?? {}) as Plugin;
    this.#normalizes = normalizeScore !== undefined;
    this.#handle = handle;
    this.#author = author;
  }

  contract(): Contract<Plugin> {
    return {
      local: isBoolean,
      ignoresPods: isBoolean,
      registrations: {
        check: (value) => (Array.isArray(value) ? undefined : 'a list'),
        take: (value) => this.#hints(value),
      },
      preEnqueue: this.#status('preEnqueue'),
      preFilter: this.#status('preFilter', Code.Skip),
      postFilter: this.#status('postFilter'),
      preScore: this.#status('preScore', Code.Skip),
      reserve: this.#status('reserve'),
      permit: this.#status('permit', Code.Wait),
      less: this.#boolean('less'),
      reordered: this.#boolean('reordered'),
      bind: this.#boolean('bind'),
      unreserve: this.#asked('unreserve'),
      preBind: this.#asked('preBind'),
      postBind: this.#asked('postBind'),
      addPod: this.#asked('addPod'),
      removePod: this.#asked('removePod'),
      filter: this.#asked('filter', (method, args, fail) => {
        method(...args);
        this.#checkVerdicts(...args, fail);
      }),
      score: this.#asked('score', (method, [pod, nodes, scores], fail) => {
        const own = this.#blank(nodes.end);
        method(pod, nodes, own);
        this.#take(own, pod, nodes, scores, fail, !this.#normalizes);
      }),
      normalizeScore: this.#asked('normalizeScore', (method, [pod, nodes, scores], fail) => {
        const own = this.#blank(nodes.end);
        own.set(scores.subarray(0, nodes.end));
        method(pod, nodes, own);
        this.#take(own, pod, nodes, scores, fail, true);
      }),
      sameForAll: this.#asked('sameForAll', (method, args, fail) => {
        const score = method(...args);
        if (score === undefined || isScore(score)) return score as number | undefined;
        return fail(`returned ${showNumber(score)}, expected a score from 0 to ${MAX_NODE_SCORE}, or nothing`);
      }),
      explain: this.#asked('explain'),
      groups: this.#asked('groups', (method, args, fail) => {
        const groups = method(...args);
        if (groups === undefined) return undefined;
        if (typeof groups !== 'object' || groups === null)
          return fail(`returned ${show(groups)}, expected groups of nodes`);
        return this.#heldGroups(groups);
      }),
    };
  }

  /** A rule that tells about which pod and node the method was asked, also where the fault came from within. */
  #asked<Args extends readonly unknown[], Answer>(
    point: string,
    call?: NonNullable<Asked<Args, Answer>['call']>,
  ): Asked<Args, Answer> {
    // (pod), (pod, node), (pod, other pod, node), (pod, node, binding): rows of nodes are numbers.
    const placeOf = ([pod, ...more]: readonly unknown[]): Omit<FaultPlace, 'point'> => {
      if (typeof pod !== 'object' || pod === null) return {};
      const rows = more.filter((one) => typeof one === 'number') as NodeRow[];
      return { pod: pod as PodInfo, node: (point === 'bind' ? rows[0] : rows.at(-1)) ?? -1 };
    };
    return {
      about: (...args) => aboutPlace(placeOf(args), this.#handle.cache.state),
      call: (method, args, fail) => {
        try {
          return call === undefined ? (method(...args) as Answer) : call(method, args, fail);
        } catch (error) {
          if (!(error instanceof PluginFault)) throw error;
          throw new PluginError(
            this.#author,
            error.place.point,
            error.what,
            aboutPlace({ ...placeOf(args), ...error.place }, this.#handle.cache.state),
          );
        }
      },
    };
  }

  #status<Args extends readonly unknown[], Answer extends Status>(
    point: string,
    ...more: number[]
  ): Asked<Args, Answer> {
    return this.#asked<Args, Answer>(point, (method, args, fail) => {
      const status = method(...args) as Partial<Status> | undefined;
      const codes = [...ANYWHERE, ...more];
      const fine = typeof status === 'object' && status !== null && codes.includes(status.code ?? Number.NaN);
      if (fine && Array.isArray(status.reasons)) return status as Answer;
      return fail(`returned ${show(status)}, expected a status such as \`success\` or \`unschedulable('…')\``);
    });
  }

  #boolean<Args extends readonly unknown[]>(point: string): Asked<Args, boolean> {
    return this.#asked<Args, boolean>(point, (method, args, fail) => {
      const answer = method(...args);
      return typeof answer === 'boolean' ? answer : fail(`returned ${show(answer)}, expected true or false`);
    });
  }

  #hints(value: unknown): EventRegistration[] {
    return (value as readonly unknown[]).map((one) =>
      held<EventRegistration>(
        one,
        {
          events: { required: true, check: (events) => (Number.isInteger(events) ? undefined : 'bits of `Happening`') },
          hint: this.#boolean('hint'),
        },
        this.#author,
      ),
    );
  }

  /** The same groups give the same guard: whoever keeps them compares. */
  #heldGroups(groups: object): NodeGroups {
    const known = this.#groups.get(groups);
    if (known !== undefined) return known;
    const made = held<NodeGroups>(
      groups,
      {
        of: {
          required: true,
          call(method, args, fail) {
            const group = method(...args);
            if (Number.isInteger(group) && (group as number) >= -1 && (group as number) < 4096) return group as number;
            return fail(`returned ${showNumber(group)}, expected the number of a group, -1 to 4095`);
          },
        },
        score: {
          required: true,
          call(method, args, fail) {
            method(...args);
            const [present, count, , scores] = args;
            for (const group of present.subarray(0, count)) {
              if (!isScore(scores[group]))
                fail(`gave group ${group} ${scores[group]}, expected 0 to ${MAX_NODE_SCORE}`);
            }
          },
        },
      },
      this.#author,
    );
    this.#groups.set(groups, made);
    return made;
  }

  #checkVerdicts(...[pod, nodes, verdicts, fail]: [...Parameters<NonNullable<Plugin['filter']>>, Fail]): void {
    for (let i = nodes.start; i < nodes.end; i += 1) {
      const code = verdicts.codes[i];
      if (code === Code.Success || code === Code.Unschedulable || code === Code.UnschedulableAndUnresolvable) continue;
      const about = aboutPlace({ pod, node: nodes.rows[i] }, this.#handle.cache.state);
      fail(`rejected with the code ${code}, expected Unschedulable or UnschedulableAndUnresolvable`, about);
    }
  }

  /** Room for the scores and for one more, which must stay empty. */
  #blank(count: number): Float64Array {
    if (this.#scores.length <= count) this.#scores = new Float64Array(count * 2 + 1);
    return this.#scores.subarray(0, count + 1).fill(Number.NaN);
  }

  #take(own: Float64Array, pod: PodInfo, nodes: NodeList, scores: Float64Array, fail: Fail, final: boolean): void {
    const { rows, end } = nodes;
    if (!Number.isNaN(own[end])) fail(`wrote more scores than there are nodes (${end})`);
    for (let i = 0; i < end; i += 1) {
      const score = own[i];
      const about = (): string => aboutPlace({ pod, node: rows[i] }, this.#handle.cache.state);
      if (Number.isNaN(score)) fail('left no score, or NaN', about());
      if (final && !isScore(score)) fail(`gave ${score}, expected 0 to ${MAX_NODE_SCORE}`, about());
      if (!Number.isFinite(score)) fail(`gave ${score}, expected a number`, about());
      scores[i] = score;
    }
  }
}

function isScore(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= MAX_NODE_SCORE;
}
