// Hot dialect: TaintToleration rejects nodes with untolerated taints and prefers those with fewer PreferNoSchedule taints.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { SchedulingShape } from '../../model/pod-class.ts';
import { Happening } from '../cluster-events.ts';
import type { Handle, Plugin } from '../framework.ts';
import { Code, success } from '../status.ts';
import { ById } from './by-id.ts';
import { defaultNormalize } from './normalize.ts';
import { hasUntolerated, intolerablePreferences } from './tolerations.ts';

/** What one shape says of each interned taint set: -1 is not known yet. */
class TaintTable {
  readonly #compute: (set: number) => number;
  #values = new Int8Array(0);

  constructor(compute: (set: number) => number) {
    this.#compute = compute;
  }

  get(set: number): number {
    if (set < this.#values.length && this.#values[set] >= 0) return this.#values[set];
    if (set >= this.#values.length) {
      const wider = new Int8Array(Math.max(16, set + 1, this.#values.length * 2)).fill(-1);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[set] = Math.min(127, this.#compute(set));
    return this.#values[set];
  }
}

export const taintToleration = member({
  name: 'TaintToleration',
  summary:
    'Rejects nodes with taints that the pod does not tolerate; prefers nodes with fewer PreferNoSchedule taints.',
  args: z.strictObject({}),
  create(_args, { cache, taintSets, reasons }: Handle): Plugin {
    const reason = reasons.id(['node(s) had untolerated taint(s)']);
    const forbidden = new ById(
      (shape: SchedulingShape) =>
        new TaintTable((set) => (hasUntolerated(taintSets.get(set), shape.tolerations) ? 1 : 0)),
    );
    const disliked = new ById(
      (shape: SchedulingShape) =>
        new TaintTable((set) => intolerablePreferences(taintSets.get(set), shape.tolerations)),
    );
    return {
      filter(pod, nodes, verdicts) {
        const table = forbidden.get(pod.podClass.shape);
        const { taints } = cache;
        const { codes } = verdicts;
        for (let i = nodes.start; i < nodes.end; i += 1) {
          if (codes[i] !== Code.Success || table.get(taints[nodes.rows[i]]) === 0) continue;
          verdicts.reject(i, Code.UnschedulableAndUnresolvable, reason);
        }
      },
      preScore: () => success,
      score(pod, nodes, scores) {
        const table = disliked.get(pod.podClass.shape);
        const { taints } = cache;
        for (let i = 0; i < nodes.end; i += 1) scores[i] = table.get(taints[nodes.rows[i]]);
      },
      normalizeScore: (_pod, nodes, scores) => defaultNormalize(scores, nodes.end, true),
      registrations: [
        {
          events: Happening.NodeAdd | Happening.NodeTaints,
          hint(pod, event) {
            const { tolerations } = pod.podClass.shape;
            const before = event.newNode || hasUntolerated(taintSets.get(event.oldTaints), tolerations);
            return before && !hasUntolerated(taintSets.get(event.taints), tolerations);
          },
        },
        { events: Happening.PodTolerations },
      ],
    };
  },
});
