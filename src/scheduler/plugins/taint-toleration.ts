// Hot dialect: TaintToleration rejects nodes with untolerated taints and prefers those with fewer PreferNoSchedule taints.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { grown } from '../../model/columns.ts';
import type { SchedulingShape } from '../../model/pod-class.ts';
import { Happening } from '../framework/cluster-events.ts';
import type { Handle, Plugin } from '../framework/interface.ts';
import { Code, success } from '../framework/status.ts';
import { ById } from './by-id.ts';
import { defaultNormalize } from './normalize.ts';
import { hasUntolerated, intolerablePreferences } from '../../model/parse/tolerations.ts';

/** What one shape says of each interned taint set. */
class TaintTable {
  /** Whether it has anything but 0 to say. */
  any = false;
  readonly #compute: (set: number) => number;
  #values = new Int32Array(0);

  constructor(compute: (set: number) => number) {
    this.#compute = compute;
  }

  /** By taint set, for `sets` sets: all that there are. */
  upTo(sets: number): Int32Array {
    const known = this.#values.length;
    if (known < sets) {
      this.#values = grown(this.#values, sets);
      for (let set = known; set < sets; set += 1) {
        this.#values[set] = this.#compute(set);
        if (this.#values[set] !== 0) this.any = true;
      }
    }
    return this.#values;
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
      local: true,
      ignoresPods: true,
      filter(pod, nodes, verdicts) {
        const table = forbidden.get(pod.podClass.shape).upTo(taintSets.size);
        const { taints } = cache;
        const { codes } = verdicts;
        const { rows } = nodes;
        for (let i = nodes.start; i < nodes.end; i += 1) {
          if (table[taints[rows[i]]] === 0 || codes[i] !== Code.Success) continue;
          verdicts.reject(i, Code.UnschedulableAndUnresolvable, reason);
        }
      },
      preScore: () => success,
      score(pod, nodes, scores) {
        const table = disliked.get(pod.podClass.shape).upTo(taintSets.size);
        const { taints } = cache;
        const { rows } = nodes;
        for (let i = 0; i < nodes.end; i += 1) scores[i] = table[taints[rows[i]]];
      },
      normalizeScore: (_pod, nodes, scores) => defaultNormalize(scores, nodes.end, true),
      sameForAll(pod) {
        const table = disliked.get(pod.podClass.shape);
        table.upTo(taintSets.size);
        return table.any ? undefined : 100;
      },
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
