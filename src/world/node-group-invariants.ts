// A group of machines stays within its limits, and has no more machines than were asked for.
import { InvariantError } from '../lib/assert.ts';
import type { NodeGroup } from '../model/ports/cloud.ts';

/** Throws an InvariantError. */
export function checkNodeGroups(engine: { readonly now: number }, groups: readonly NodeGroup[]): void {
  for (const { id, min, max, target, instances } of groups) {
    const broken =
      target < min || target > max
        ? `is asked to have ${target} machines, its limits are ${min} and ${max}`
        : instances.length > target
          ? `has ${instances.length} machines, ${target} were asked for`
          : '';
    if (broken !== '') throw new InvariantError(`at ${engine.now / 1e6} s: the node pool ${id} ${broken}`);
  }
}
