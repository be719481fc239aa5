// Which kinds a plugin over objects may watch: those whose objects are stored as they are.
import { distance } from 'fastest-levenshtein';
import { show } from '../../lib/show.ts';
import { nearestName } from '../../lib/suggest.ts';
import { builtInKinds } from '../../model/objects/tables.ts';

/** Letters that are wrong in a name that somebody meant to write; one that is further off is a kind of the scenario's own. */
const TYPO = 2;

const ELSEWHERE: Readonly<Record<string, string>> = {
  Node: 'nodes are in `cluster.nodes`',
  Pod: 'pods are in `pods` of a node: the scheduler knows those that are on one',
  EndpointSlice: 'a scheduler watches no EndpointSlices',
  Event: 'a scheduler watches no Events',
};

/** Why a kind cannot be watched; undefined when it can. A kind that is not built in may be declared by the scenario. */
export function kindProblem(kind: unknown): string | undefined {
  if (typeof kind !== 'string') return `expected the name of a kind, got ${show(kind)}`;
  if (Object.hasOwn(ELSEWHERE, kind)) return ELSEWHERE[kind];
  const names = builtInKinds().map((one) => one.kind);
  const near = names.includes(kind) ? undefined : nearestName(kind, names);
  return near === undefined || distance(near, kind) > TYPO
    ? undefined
    : `there is no such kind (did you mean "${near}"?)`;
}
