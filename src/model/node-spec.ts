// What a Node object says of its machine, as the columns of a node.
import type { Node } from 'kubernetes-types/core/v1.js';
import type { NodeSpec } from './nodes.ts';
import { cpuMilli, wholeUnits } from './parse/quantity.ts';
import { HOSTNAME_LABEL } from './state.ts';

/** The annotation of a Node object with the price of its machine per hour. */
export const HOURLY_COST = 'wavetank/hourly-cost';

export function nodeSpec({ metadata, spec, status }: Node): NodeSpec {
  const name = metadata?.name ?? '';
  const capacity = quantities(status?.capacity ?? status?.allocatable ?? {});
  return {
    name,
    labels: { [HOSTNAME_LABEL]: name, ...metadata?.labels },
    ...(metadata?.annotations === undefined ? {} : { annotations: metadata.annotations }),
    taints: spec?.taints ?? [],
    unschedulable: spec?.unschedulable ?? false,
    capacity,
    // The API server has set it to the capacity unless it was given, if only as empty.
    allocatable: quantities(status?.allocatable ?? {}),
    hourlyCost: price(metadata?.annotations?.[HOURLY_COST]),
  };
}

function quantities(resources: Readonly<Record<string, string>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(resources).map(([name, text]) => [name, name === 'cpu' ? cpuMilli(text) : wholeUnits(text)]),
  );
}

function price(text: string | undefined): number {
  const price = Number(text ?? 0);
  return Number.isFinite(price) && price > 0 ? price : 0;
}
