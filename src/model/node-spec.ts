// What a Node object says of its machine, as the columns of a node.
import type { Node } from 'kubernetes-types/core/v1.js';
import type { NodeSpec } from './nodes.ts';
import { cpuMilli, wholeUnits } from './parse/quantity.ts';
import { HOSTNAME_LABEL } from './state.ts';

export function nodeSpec({ metadata, spec, status }: Node): NodeSpec {
  const name = metadata?.name ?? '';
  const capacity = quantities(status?.capacity ?? status?.allocatable ?? {});
  return {
    name,
    labels: { [HOSTNAME_LABEL]: name, ...metadata?.labels },
    taints: spec?.taints ?? [],
    unschedulable: spec?.unschedulable ?? false,
    capacity,
    // The API server has set it to the capacity unless it was given, if only as empty.
    allocatable: quantities(status?.allocatable ?? {}),
    hourlyCost: 0,
  };
}

function quantities(resources: Readonly<Record<string, string>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(resources).map(([name, text]) => [name, name === 'cpu' ? cpuMilli(text) : wholeUnits(text)]),
  );
}
