// Which objects a scenario has, at the start or later: what faults may name.
import { ZONE_LABEL } from '../model/state.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';

/** Whether the input has an object (or a zone): at the start, or applied by the timeline. */
export function knownObjects({
  objects,
  scenario,
}: LoadedScenario): (kind: string, namespace: string, name: string) => boolean {
  const later = scenario.timeline.flatMap(({ action }) => (action.type === 'apply' ? action.objects : []));
  const keys = new Set(
    [...objects, ...later].map(
      ({ object: { kind, metadata } }) => `${kind}/${metadata.namespace ?? ''}/${metadata.name}`,
    ),
  );
  // Zones may come with nodes.
  for (const { object } of later) {
    const zone = object.kind === 'Node' ? object.metadata.labels?.[ZONE_LABEL] : undefined;
    if (zone !== undefined) keys.add(`Zone//${zone}`);
  }
  return (kind, namespace, name) => keys.has(`${kind}/${namespace}/${name}`);
}
