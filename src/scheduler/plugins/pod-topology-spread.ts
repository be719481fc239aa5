// Hot dialect: PodTopologySpread keeps matching pods evenly spread over domains, as a filter and as a score.
import { log } from '../../engine/elementary.ts';
import type { TopologySpreadConstraint } from 'kubernetes-types/core/v1.js';
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { LabelSelector } from '../../model/parse/label-selector.ts';
import type { PodClass } from '../../model/pod-class.ts';
import { HOSTNAME_LABEL, ZONE_LABEL } from '../../model/state.ts';
import { type ClusterEvent, Happening } from '../framework/cluster-events.ts';
import type { Handle, Plugin } from '../framework/interface.ts';
import type { NodeList } from '../framework/node-list.ts';
import type { PodInfo } from '../framework/pod-info.ts';
import { Code, skip, success } from '../framework/status.ts';
import { qualifiedName, repeated } from './arguments.ts';
import { DefaultSelectors } from './default-selector.ts';
import { SpreadGroups } from './spread-groups.ts';
import { SpreadMinimums } from './spread-minimums.ts';
import { compileSpread, ownSelector, type SpreadConstraint, type SpreadSource } from './spread-constraints.ts';
import type { NodeRow, ObjectRow, PodRow } from '../../model/rows.ts';

const SYSTEM_DEFAULTS: readonly TopologySpreadConstraint[] = [
  { maxSkew: 3, topologyKey: HOSTNAME_LABEL, whenUnsatisfiable: 'ScheduleAnyway' },
  { maxSkew: 5, topologyKey: ZONE_LABEL, whenUnsatisfiable: 'ScheduleAnyway' },
];

const spreadArgs = z
  .strictObject({
    defaultConstraints: z
      .array(
        z.strictObject({
          maxSkew: z.number().int().min(1),
          topologyKey: qualifiedName,
          whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']),
        }),
      )
      .superRefine((constraints, context) => {
        const again = repeated(constraints, (one) => `${one.topologyKey}, ${one.whenUnsatisfiable}`);
        if (again >= 0) context.addIssue({ code: 'custom', path: [again], message: 'is there twice' });
      })
      .default([])
      .describe('constraints of pods that have none; for the type List'),
    defaultingType: z
      .enum(['System', 'List'])
      .default('System')
      .describe("where they come from: kube-scheduler's own, or the list"),
  })
  .refine((args) => args.defaultingType === 'List' || args.defaultConstraints.length === 0, {
    path: ['defaultingType'],
    message: 'must be List where defaultConstraints are given',
  });

interface Compiled {
  /** The version of the selectors from which it was derived. */
  readonly version: number;
  /** The default selector, where it counts. */
  readonly selected: string | undefined;
  readonly hard: readonly SpreadConstraint[];
  readonly soft: readonly SpreadConstraint[];
  /** Nodes without all of the soft constraints' keys are left out of scoring. */
  readonly requireAll: boolean;
  /** For one or two soft constraints. */
  readonly groups: SpreadGroups | undefined;
}

export const podTopologySpread = member({
  name: 'PodTopologySpread',
  summary: 'Spreads matching pods over zones, hosts or other domains.',
  args: spreadArgs,
  create(args, handle: Handle): Plugin {
    const { cache, reasons } = handle;
    const system = args.defaultingType === 'System';
    const defaults = system ? SYSTEM_DEFAULTS : args.defaultConstraints;
    const selectors = new DefaultSelectors(handle);
    const known = new Map<number, Compiled>();
    const missing = reasons.id(["node(s) didn't match pod topology spread constraints (missing required label)"]);
    const skewed = reasons.id(["node(s) didn't match pod topology spread constraints"]);

    const compile = (podClass: PodClass, owner: ObjectRow, before: Compiled | undefined): Compiled => {
      const own = podClass.shape.spread;
      let sources: readonly SpreadSource[] = own.map((constraint) => ({
        constraint,
        selector: ownSelector(constraint, podClass),
      }));
      let selected: string | undefined;
      if (own.length === 0 && defaults.length > 0) {
        const selector: LabelSelector = selectors.of(podClass, owner);
        selected = selector.canonical();
        // Other Services came or went.
        if (before?.selected === selected) return { ...before, version: selectors.version };
        sources = selector.isEmpty() ? [] : defaults.map((constraint) => ({ constraint, selector }));
      }
      const isHard = ({ constraint }: SpreadSource): boolean => constraint.whenUnsatisfiable === 'DoNotSchedule';
      const requireAll = own.length > 0 || !system;
      const soft = compileSpread(
        handle,
        podClass,
        sources.filter((one) => !isHard(one)),
        requireAll,
      );
      return {
        version: selectors.version,
        selected,
        hard: compileSpread(handle, podClass, sources.filter(isHard), true),
        soft,
        requireAll,
        groups: soft.length === 1 || soft.length === 2 ? groupsOf(soft, requireAll, before?.groups) : undefined,
      };
    };
    /** Of the last pod: most questions are about the same one. */
    let last: Compiled | undefined;
    let lastKey = -1;
    const compiled = (pod: PodInfo): Compiled => {
      const own = pod.podClass.shape.spread.length > 0;
      const key = pod.podClass.id * 0x1_0000_0000 + (own ? 0 : pod.owner + 1);
      const found = key === lastKey ? last : known.get(key);
      const made =
        found !== undefined && (own || found.version === selectors.version)
          ? found
          : compile(pod.podClass, pod.owner, found);
      if (made !== found) known.set(key, made);
      last = made;
      lastKey = key;
      return made;
    };

    const minimums = new SpreadMinimums();
    /**
     * In a dry run kube-scheduler looks at the selector alone: terminating pods, and with an empty selector any pods, were
     * never counted and are yet counted out and in again.
     */
    const recount = (pod: PodInfo, other: PodRow, node: NodeRow, change: number): void => {
      const { hard } = compiled(pod);
      if (hard.length === 0) return;
      const { namespace, labels } = cache.state.classes.get(cache.podClass[other]);
      const terminating = cache.isTerminating(other);
      for (let c = 0; c < hard.length; c += 1) {
        const { selector, counts } = hard[c];
        if (!terminating && !selector.isEmpty()) continue;
        if (namespace === pod.podClass.namespace && selector.matches(labels)) counts.shift(node, change);
      }
      minimums.changed(hard, node);
    };
    let weights = new Float64Array(4);
    let ignored = new Uint8Array(0);
    let seen = new Int32Array(0);
    let stamp = 0;

    return {
      preFilter(pod) {
        const { hard } = compiled(pod);
        if (hard.length === 0) return skip;
        minimums.begin(hard);
        return success;
      },
      addPod: (pod, other, node) => recount(pod, other, node, 1),
      removePod: (pod, other, node) => recount(pod, other, node, -1),
      filter(pod, nodes, verdicts) {
        const { hard } = compiled(pod);
        const { codes } = verdicts;
        for (let i = nodes.start; i < nodes.end; i += 1) {
          if (codes[i] !== Code.Success) continue;
          const node = nodes.rows[i];
          for (let c = 0; c < hard.length; c += 1) {
            const { topology, counts, self, maxSkew } = hard[c];
            if (topology.domain[node] < 0) {
              verdicts.reject(i, Code.UnschedulableAndUnresolvable, missing);
              break;
            }
            if (counts.at(node) + self - minimums.values[c] > maxSkew) {
              verdicts.reject(i, Code.Unschedulable, skewed);
              break;
            }
          }
        }
      },
      preScore(pod, nodes) {
        const { soft, requireAll } = compiled(pod);
        if (soft.length === 0) return skip;
        const count = nodes.end;
        if (ignored.length < count) ignored = new Uint8Array(count * 2);
        if (weights.length < soft.length) weights = new Float64Array(soft.length);
        let scored = count;
        if (requireAll) {
          for (let i = 0; i < count; i += 1) {
            ignored[i] = 0;
            for (let c = 0; c < soft.length; c += 1) if (soft[c].topology.domain[nodes.rows[i]] < 0) ignored[i] = 1;
            scored -= ignored[i];
          }
        } else {
          ignored.fill(0, 0, count);
        }
        for (let c = 0; c < soft.length; c += 1) {
          const { topology, isHostname } = soft[c];
          let size = scored;
          if (!isHostname) {
            size = 0;
            stamp += 1;
            if (seen.length <= topology.domains) seen = new Int32Array(topology.domains * 2 + 2);
            const { domain } = topology;
            const { rows } = nodes;
            const most = topology.domains + (topology.lacking > 0 ? 1 : 0);
            for (let i = 0; i < count && size < most; i += 1) {
              if (ignored[i] === 1) continue;
              // Nodes without the label are one more domain (slot 0).
              const slot = domain[rows[i]] + 1;
              if (seen[slot] === stamp) continue;
              seen[slot] = stamp;
              size += 1;
            }
          }
          weights[c] = log(size + 2);
        }
        return success;
      },
      score(pod, nodes, scores) {
        const { soft } = compiled(pod);
        scores.fill(0, 0, nodes.end);
        for (let c = 0; c < soft.length; c += 1) {
          const { topology, isHostname, counter, counts, maxSkew } = soft[c];
          // A host is counted by the node itself, any other domain over all of its nodes.
          const matching = isHostname ? counter.perNode : counts.pods;
          addMatching(nodes, ignored, topology.domain, matching, isHostname, weights[c], maxSkew - 1, scores);
        }
        for (let i = 0; i < nodes.end; i += 1) scores[i] = Math.round(scores[i]);
      },
      normalizeScore: (_pod, nodes, scores) => normalizeSpread(scores, nodes.end, ignored),
      sameForAll: (pod) => (compiled(pod).soft.length === 0 ? 0 : undefined),
      groups(pod) {
        const { groups } = compiled(pod);
        return groups?.apply === true ? groups : undefined;
      },
      registrations: [
        {
          events: Happening.AssignedPodAdd | Happening.AssignedPodDelete | Happening.AssignedPodLabels,
          hint(pod, event) {
            const { hard } = compiled(pod);
            const now = event.podClass < 0 ? undefined : cache.state.classes.get(event.podClass);
            const before = event.oldPodClass < 0 ? undefined : cache.state.classes.get(event.oldPodClass);
            const { namespace } = pod.podClass;
            if ((now ?? before)?.namespace !== namespace) return false;
            return hard.some(({ selector }) => {
              const matches = now !== undefined && selector.matches(now.labels);
              const matched = before !== undefined && selector.matches(before.labels);
              return matches !== matched;
            });
          },
        },
        {
          events: Happening.NodeAdd | Happening.NodeDelete | Happening.NodeLabels | Happening.NodeTaints,
          hint: (pod, event) => nodeHint(handle, compiled(pod).hard, event),
        },
        { events: Happening.PodTolerations },
        // One that no longer counts itself may pass.
        { events: Happening.PodLabels, hint: (pod) => compiled(pod).hard.some(({ self }) => self === 0) },
      ],
    };
  },
});

/** The groups of the constraints; those from before when they still say the same. */
function groupsOf(
  soft: readonly SpreadConstraint[],
  requireAll: boolean,
  before: SpreadGroups | undefined,
): SpreadGroups {
  const same =
    before?.constraints.length === soft.length &&
    before.constraints.every((one, c) => one.counts === soft[c].counts && one.maxSkew === soft[c].maxSkew);
  return same ? before : new SpreadGroups(soft, requireAll);
}

/** Adds a constraint's part of the score: the matching pods of the node's domain, weighed, and what skew is allowed. */
function addMatching(
  { rows, end }: NodeList,
  ignored: Uint8Array,
  domain: Int32Array,
  matching: Int32Array,
  byNode: boolean,
  weight: number,
  skew: number,
  scores: Float64Array,
): void {
  const known = matching.length;
  for (let i = 0; i < end; i += 1) {
    const node = rows[i];
    const of = domain[node];
    if (of < 0 || ignored[i] === 1) continue;
    const at = byNode ? node : of;
    scores[i] += (at < known ? matching[at] : 0) * weight + skew;
  }
}

function normalizeSpread(scores: Float64Array, count: number, ignored: Uint8Array): void {
  let least = Number.MAX_SAFE_INTEGER;
  let most = 0;
  for (let i = 0; i < count; i += 1) {
    if (ignored[i] === 1) continue;
    const score = scores[i];
    if (score < least) least = score;
    if (score > most) most = score;
  }
  const sum = most + least;
  for (let i = 0; i < count; i += 1) {
    if (ignored[i] === 1) scores[i] = 0;
    else scores[i] = most === 0 ? 100 : Math.floor((100 * (sum - scores[i])) / most);
  }
}

/** A node with all topology keys came or went, or one changed a key's value or its taints. */
function nodeHint(handle: Handle, constraints: readonly SpreadConstraint[], event: ClusterEvent): boolean {
  const labelsNow = event.labels < 0 ? undefined : handle.labelSets.get(event.labels);
  const labelsBefore = event.oldLabels < 0 ? undefined : handle.labelSets.get(event.oldLabels);
  const hasAll = (labels: typeof labelsNow): boolean =>
    labels !== undefined && constraints.every(({ topology }) => Object.hasOwn(labels, topology.name));
  if (labelsNow === undefined || labelsBefore === undefined) return hasAll(labelsNow ?? labelsBefore);
  if (hasAll(labelsNow) !== hasAll(labelsBefore)) return true;
  if (!hasAll(labelsNow)) return false;
  return (
    event.taints !== event.oldTaints ||
    constraints.some(({ topology }) => labelsNow[topology.name] !== labelsBefore[topology.name])
  );
}
