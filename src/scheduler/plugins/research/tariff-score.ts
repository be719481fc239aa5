// Hot dialect: scores by what a pod would cost or emit per hour on each node: the least gets 100, the most 0.
import { z } from 'zod';
import { type Member, member } from '../../../lib/family.ts';
import type { PodClass } from '../../../model/pod-class.ts';
import type { NodeTariffs } from '../../../model/ports/node-tariffs.ts';
import type { NodeRow } from '../../../model/rows.ts';
import { type Handle, MAX_NODE_SCORE, type Plugin } from '../../framework/interface.ts';

export interface TariffScore {
  readonly name: string;
  readonly summary: string;
  /** What the pod would add per hour on the node, in any unit; Infinity for a node of which nothing is known. */
  readonly perHour: (tariffs: NodeTariffs, podClass: PodClass, node: NodeRow, handle: Handle) => number;
}

/** Between the least and the most of the nodes in question it is linear; where all are the same, or no tariff is known at all, nodes score alike. */
export function tariffScore({ name, summary, perHour }: TariffScore): Member<Handle, Plugin> {
  return member({
    name,
    summary,
    args: z.strictObject({}),
    create(_args, handle: Handle): Plugin {
      const tariffs = handle.tariffs?.();
      return {
        score(pod, nodes, scores) {
          for (let i = 0; i < nodes.end; i += 1)
            scores[i] = tariffs === undefined ? 0 : perHour(tariffs, pod.podClass, nodes.rows[i], handle);
        },
        normalizeScore(_pod, nodes, scores) {
          let least = Infinity;
          let most = -Infinity;
          for (let i = 0; i < nodes.end; i += 1) {
            if (scores[i] < least) least = scores[i];
            if (scores[i] < Infinity && scores[i] > most) most = scores[i];
          }
          for (let i = 0; i < nodes.end; i += 1) {
            if (scores[i] === Infinity) scores[i] = 0;
            else scores[i] = most > least ? (MAX_NODE_SCORE * (most - scores[i])) / (most - least) : MAX_NODE_SCORE;
          }
        },
      };
    },
  });
}
