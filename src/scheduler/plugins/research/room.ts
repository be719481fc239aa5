// Hot dialect: the room on a node and what a pod takes of it, as shares of what the node has: what the packing scores look at.
import { z } from 'zod';
import { type Member, member } from '../../../lib/family.ts';
import type { PodClass } from '../../../model/pod-class.ts';
import type { Handle, Plugin } from '../../framework/interface.ts';
import { ById } from '../by-id.ts';
import { capacityColumn, resourcesOf, scoredResources, usedColumn } from '../resource-columns.ts';

/** The resources that count, one after the other; the shares are 0 to 1. A resource that the node lacks is left out. */
export class Room {
  count = 0;
  /** Free before the pod comes, and requested by the pod. */
  free = new Float64Array(0);
  demand = new Float64Array(0);
  /** Importance of each resource; they add up to `weights`. */
  weight = new Float64Array(0);
  weights = 0;

  ensure(resources: number): void {
    if (this.free.length >= resources) return;
    this.free = new Float64Array(resources);
    this.demand = new Float64Array(resources);
    this.weight = new Float64Array(resources);
  }
}

interface Packing {
  readonly name: string;
  readonly summary: string;
  /** 0 to 100, fractional: nodes that differ a little are distinguished. */
  readonly score: (room: Room) => number;
}

/**
 * A score that looks at the room on a node and nothing else. Its argument says which resources count, with weights; extended resources
 * count for pods that request them. Requests are as the filter counts them: a container that requests nothing takes nothing.
 */
export function packing({ name, summary, score }: Packing): Member<Handle, Plugin> {
  return member({
    name,
    summary,
    args: z.strictObject({ resources: scoredResources }),
    create({ resources }, { cache }: Handle): Plugin {
      const room = new Room();
      room.ensure(resources.length);
      const wanted = new ById((podClass: PodClass) => resourcesOf(resources, podClass, false));
      return {
        local: true,
        score(pod, nodes, scores) {
          const asked = wanted.get(pod.podClass);
          for (let i = 0; i < nodes.end; i += 1) {
            const node = nodes.rows[i];
            let count = 0;
            room.weights = 0;
            for (let k = 0; k < asked.length; k += 1) {
              const { name: resource, request, weight } = asked[k];
              const capacity = capacityColumn(cache, resource)[node];
              if (capacity === 0) continue;
              room.free[count] = Math.max(0, 1 - usedColumn(cache, resource, false)[node] / capacity);
              room.demand[count] = Math.min(1, request / capacity);
              room.weight[count] = weight;
              room.weights += weight;
              count += 1;
            }
            room.count = count;
            scores[i] = count === 0 ? 0 : Math.min(100, Math.max(0, score(room)));
          }
        },
      };
    },
  });
}

/** Length of the vector of what is left once the pod is there, 0 to 1: the weighted quadratic mean of the shares (L2). */
export function lengthOfRest({ count, free, demand, weight, weights }: Room): number {
  let squares = 0;
  for (let k = 0; k < count; k += 1) {
    const rest = free[k] - demand[k];
    squares += weight[k] * rest * rest;
  }
  return Math.sqrt(squares / weights);
}
