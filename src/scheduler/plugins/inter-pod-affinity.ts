// Hot dialect: InterPodAffinity keeps pods near to or away from other pods, as a filter and as a score.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { type ClusterEvent, Happening } from '../framework/cluster-events.ts';
import type { Handle, Plugin } from '../framework/interface.ts';
import { Code, skip, success } from '../framework/status.ts';
import { AffinityCounts, type AffinityOf } from './affinity-counts.ts';
import { type AffinityTerm, matchesAll } from './affinity-terms.ts';

const affinityArgs = z.strictObject({
  hardPodAffinityWeight: z
    .number()
    .int()
    .min(0)
    .max(100)
    .default(1)
    .describe("weight of other pods' required affinity in the score"),
  ignorePreferredTermsOfExistingPods: z.boolean().default(false).describe('leave out what other pods prefer'),
});

export const interPodAffinity = member({
  name: 'InterPodAffinity',
  summary: 'Places pods by the labels of the pods that already run in a domain.',
  args: affinityArgs,
  create(args, handle: Handle): Plugin {
    const { reasons, labelSets } = handle;
    const { classes } = handle.cache.state;
    const counts = new AffinityCounts(handle, args.hardPodAffinityWeight, args.ignorePreferredTermsOfExistingPods);
    const lonely = reasons.id(["node(s) didn't match pod affinity rules"]);
    const crowded = reasons.id(["node(s) didn't match pod anti-affinity rules"]);
    const unwelcome = reasons.id(["node(s) didn't satisfy existing pods anti-affinity rules"]);

    return {
      preFilter(pod) {
        const { attracted, repelled, unwanted } = counts.of(pod.podClass);
        if (attracted.length > 0 || repelled.length > 0) return success;
        for (let i = 0; i < unwanted.length; i += 1) if (unwanted[i].total > 0) return success;
        return skip;
      },
      filter(pod, nodes, verdicts) {
        const { attracted, selfAttracted, repelled, unwanted } = counts.of(pod.podClass);
        // The first pod of a group that attracts itself may go anywhere.
        let first = selfAttracted;
        for (let t = 0; t < attracted.length; t += 1) if (attracted[t].counts.total > 0) first = false;
        const { codes } = verdicts;
        for (let i = nodes.start; i < nodes.end; i += 1) {
          if (codes[i] !== Code.Success) continue;
          const node = nodes.rows[i];
          let alone = false;
          let outside = false;
          for (let t = 0; t < attracted.length; t += 1) {
            if (attracted[t].topology.domain[node] < 0) outside = true;
            else if (attracted[t].counts.at(node) <= 0) alone = true;
          }
          if (outside || (alone && !first)) {
            verdicts.reject(i, Code.UnschedulableAndUnresolvable, lonely);
            continue;
          }
          let reason = -1;
          for (let t = 0; t < unwanted.length; t += 1) if (unwanted[t].at(node) > 0) reason = unwelcome;
          for (let t = 0; t < repelled.length; t += 1) if (repelled[t].at(node) > 0) reason = crowded;
          if (reason >= 0) verdicts.reject(i, Code.Unschedulable, reason);
        }
      },
      preScore: (pod) => (weighs(counts.of(pod.podClass)) ? success : skip),
      sameForAll: (pod) => (weighs(counts.of(pod.podClass)) ? undefined : 0),
      score(pod, nodes, scores) {
        const { weighed } = counts.of(pod.podClass);
        scores.fill(0, 0, nodes.end);
        for (let t = 0; t < weighed.length; t += 1) {
          const { counts: domain, weight } = weighed[t];
          if (domain.total === 0) continue;
          for (let i = 0; i < nodes.end; i += 1) scores[i] += weight * domain.at(nodes.rows[i]);
        }
      },
      normalizeScore(_pod, nodes, scores) {
        let least = Number.POSITIVE_INFINITY;
        let most = Number.NEGATIVE_INFINITY;
        for (let i = 0; i < nodes.end; i += 1) {
          if (scores[i] < least) least = scores[i];
          if (scores[i] > most) most = scores[i];
        }
        const range = most - least;
        for (let i = 0; i < nodes.end; i += 1) {
          scores[i] = range > 0 ? Math.trunc(100 * ((scores[i] - least) / range)) : 0;
        }
      },
      registrations: [
        {
          events: Happening.AssignedPodAdd | Happening.AssignedPodDelete | Happening.AssignedPodLabels,
          hint(pod, event) {
            const { required, requiredAnti } = counts.terms(pod.podClass);
            const now = event.podClass < 0 ? undefined : classes.get(event.podClass);
            const before = event.oldPodClass < 0 ? undefined : classes.get(event.oldPodClass);
            if (now !== undefined) {
              if (matchesAll(required, now) && (before === undefined || !matchesAll(required, before))) return true;
              return before !== undefined && requiredAnti.some((term) => term.matches(before) && !term.matches(now));
            }
            if (before === undefined) return false;
            return (
              requiredAnti.some((term) => term.matches(before)) ||
              counts.terms(before).requiredAnti.some((term) => term.matches(pod.podClass))
            );
          },
        },
        {
          events: Happening.NodeAdd | Happening.NodeLabels,
          hint(pod, event) {
            const { required, requiredAnti } = counts.terms(pod.podClass);
            const value = (set: number, term: AffinityTerm): string | undefined =>
              set < 0 ? undefined : labelSets.get(set)[term.topologyKey];
            return nodeHint(event, required, requiredAnti, value);
          },
        },
      ],
    };
  },
});

/** Whether some pod attracts or repels. */
function weighs({ weighed }: AffinityOf): boolean {
  for (let t = 0; t < weighed.length; t += 1) if (weighed[t].counts.total > 0) return true;
  return false;
}

/** A node got another place in a domain that the pod's terms speak of. */
function nodeHint(
  event: ClusterEvent,
  required: readonly AffinityTerm[],
  requiredAnti: readonly AffinityTerm[],
  value: (set: number, term: AffinityTerm) => string | undefined,
): boolean {
  const joined = (term: AffinityTerm): boolean => {
    const now = value(event.labels, term);
    return now !== undefined && now !== value(event.oldLabels, term);
  };
  const left = (term: AffinityTerm): boolean => {
    const before = value(event.oldLabels, term);
    return before !== undefined && before !== value(event.labels, term);
  };
  return required.some(joined) || requiredAnti.some((term) => (event.newNode ? joined(term) : left(term)));
}
