// Hot dialect: NodeAffinity rejects nodes that miss the node selector or required affinity and adds up preferred terms.
import type { NodeAffinity, PreferredSchedulingTerm } from 'kubernetes-types/core/v1.js';
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { SchedulingShape } from '../../model/pod-class.ts';
import { Happening } from '../framework/cluster-events.ts';
import type { Handle, Plugin } from '../framework/interface.ts';
import { Code, skip, success, unresolvable } from '../framework/status.ts';
import { qualifiedName } from './arguments.ts';
import { ById } from './by-id.ts';
import { NodeMemo } from './node-memo.ts';
import { type NodeMatcher, requiredNodes, termMatches } from '../../model/parse/node-terms.ts';
import { defaultNormalize } from './normalize.ts';
import type { NodeRow } from '../../model/rows.ts';

const expression = z
  .strictObject({
    key: qualifiedName,
    operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt']),
    values: z.array(z.string()).optional(),
  })
  .superRefine(({ operator, values = [] }, context) => {
    const wrong = (message: string): void => context.addIssue({ code: 'custom', path: ['values'], message });
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0) wrong(`must not be empty with the operator ${operator}`);
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0) wrong(`must be empty with the operator ${operator}`);
    } else if (values.length !== 1 || !/^[-+]?\d+$/.test(values[0])) {
      wrong(`must be one whole number with the operator ${operator}`);
    }
  });
const term = z.strictObject({
  matchExpressions: z.array(expression).optional(),
  matchFields: z.array(expression).optional(),
});
const addedAffinity = z.strictObject({
  requiredDuringSchedulingIgnoredDuringExecution: z
    .strictObject({ nodeSelectorTerms: z.array(term).min(1) })
    .optional(),
  preferredDuringSchedulingIgnoredDuringExecution: z
    .array(z.strictObject({ weight: z.number().int(), preference: term }))
    .optional(),
});

const Match = { Fits: 0, Missed: 1, Enforced: 2 } as const;

export const nodeAffinity = member({
  name: 'NodeAffinity',
  summary: 'Rejects nodes outside nodeSelector and required node affinity; prefers those of preferred terms.',
  args: z.strictObject({
    addedAffinity: addedAffinity.optional().describe('node affinity of every pod of the profile, beside its own'),
  }),
  create(args, handle: Handle): Plugin {
    const { cache, labelSets, reasons } = handle;
    const added = args.addedAffinity as NodeAffinity | undefined;
    const enforced = added === undefined ? undefined : requiredNodes({ affinity: { nodeAffinity: added } });
    const missed = reasons.id(["node(s) didn't match Pod's node affinity/selector"]);
    const outside = reasons.id(["node(s) didn't match scheduler-enforced node affinity"]);
    const labelsOf = (node: NodeRow) => labelSets.get(cache.labels[node]);

    const required = new ById((shape: SchedulingShape) => {
      const own = requiredNodes(affine(shape));
      const verdict = (name: string, labels: Parameters<NodeMatcher>[1]): number => {
        if (enforced?.(name, labels) === false) return Match.Enforced;
        return own?.(name, labels) === false ? Match.Missed : Match.Fits;
      };
      return {
        needed: own !== undefined || enforced !== undefined,
        own,
        names: namedNodes(shape),
        memo: new NodeMemo((node) => verdict(handle.nodeName(node), labelsOf(node))),
      };
    });

    const preferred = new ById((shape: SchedulingShape) => {
      const terms = [
        ...(added?.preferredDuringSchedulingIgnoredDuringExecution ?? []),
        ...(shape.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []),
      ].filter(isCounted);
      return {
        any: terms.length > 0,
        memo: new NodeMemo((node) => {
          const name = handle.nodeName(node);
          let sum = 0;
          for (const { weight, preference } of terms) if (termMatches(preference, name, labelsOf(node))) sum += weight;
          return sum;
        }),
      };
    });

    return {
      local: true,
      ignoresPods: true,
      preFilter(pod) {
        if (pod.pinned >= 0) return { ...success, nodes: [pod.pinned] };
        const { needed, names } = required.get(pod.podClass.shape);
        if (!needed) return skip;
        if (names === undefined) return success;
        if (names.length === 0) return unresolvable('pod affinity terms conflict');
        return { ...success, nodes: names.map((name) => cache.nodeNamed(name)) };
      },
      filter(pod, nodes, verdicts) {
        const { needed, memo } = required.get(pod.podClass.shape);
        if (!needed) return;
        const { labels } = cache;
        const { codes } = verdicts;
        for (let i = nodes.start; i < nodes.end; i += 1) {
          if (codes[i] !== Code.Success) continue;
          const node = nodes.rows[i];
          const verdict = memo.get(node, labels[node]);
          if (verdict === Match.Fits) continue;
          verdicts.reject(i, Code.UnschedulableAndUnresolvable, verdict === Match.Missed ? missed : outside);
        }
      },
      preScore: (pod) => (preferred.get(pod.podClass.shape).any ? success : skip),
      sameForAll: (pod) => (preferred.get(pod.podClass.shape).any ? undefined : 0),
      score(pod, nodes, scores) {
        const { memo } = preferred.get(pod.podClass.shape);
        const { labels } = cache;
        for (let i = 0; i < nodes.end; i += 1) scores[i] = memo.get(nodes.rows[i], labels[nodes.rows[i]]);
      },
      normalizeScore: (_pod, nodes, scores) => defaultNormalize(scores, nodes.end, false),
      registrations: [
        {
          events: Happening.NodeAdd | Happening.NodeLabels,
          hint(pod, event) {
            if (pod.pinned >= 0 && pod.pinned !== event.node) return false;
            const { own } = required.get(pod.podClass.shape);
            const name = handle.nodeName(event.node);
            const fits = (set: number): boolean => {
              const labels = labelSets.get(set);
              return enforced?.(name, labels) !== false && own?.(name, labels) !== false;
            };
            return fits(event.labels) && (event.newNode || !fits(event.oldLabels));
          },
        },
      ],
    };
  },
});

/** A preferred term of weight 0 or with an empty preference is ignored. */
function isCounted({ weight, preference }: PreferredSchedulingTerm): boolean {
  return weight !== 0 && (preference.matchExpressions?.length ?? 0) + (preference.matchFields?.length ?? 0) > 0;
}

function affine({ nodeSelector, affinity }: SchedulingShape): Parameters<typeof requiredNodes>[0] {
  return { ...(nodeSelector === undefined ? {} : { nodeSelector }), ...(affinity === undefined ? {} : { affinity }) };
}

/** The only nodes worth filtering when every term names some by metadata.name; undefined when not. */
function namedNodes(shape: SchedulingShape): string[] | undefined {
  const terms = shape.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (terms === undefined || terms.length === 0) return undefined;
  const all = new Set<string>();
  for (const { matchFields = [] } of terms) {
    const lists = matchFields
      .filter((field) => field.key === 'metadata.name' && field.operator === 'In')
      .map((field) => field.values ?? []);
    if (lists.length === 0) return undefined;
    for (const name of lists[0]) if (lists.every((list) => list.includes(name))) all.add(name);
  }
  return [...all].sort();
}
