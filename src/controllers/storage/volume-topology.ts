// Where a provisioner makes a volume, as csi-provisioner chooses it (sigs.k8s.io external-provisioner, topology.go).
import type { TopologySelectorTerm } from 'kubernetes-types/core/v1.js';
import type { Labels } from '../../model/interner.ts';
import { fnv1 } from '../../model/names.ts';
import type { CsiNode } from '../../model/storage/objects.ts';

/** Values of a few node labels: the volume can be used on nodes that have them. */
export type Segment = Labels;

/** The label keys of the driver's topology on a node; undefined when it does not run there. */
export function topologyKeys(node: CsiNode | undefined, driver: string): readonly string[] | undefined {
  const found = node?.spec?.drivers?.find(({ name }) => name === driver);
  return found === undefined ? undefined : (found.topologyKeys ?? []);
}

/** The node's place by those keys; undefined when a label is missing. */
export function segmentOf(keys: readonly string[], labels: Labels): Segment | undefined {
  if (!keys.every((key) => Object.hasOwn(labels, key))) return undefined;
  return Object.fromEntries(keys.map((key) => [key, labels[key]]));
}

/** The places that allowedTopologies name: every combination of values within a term. */
export function allowedSegments(terms: readonly TopologySelectorTerm[]): Segment[] {
  return terms.flatMap(({ matchLabelExpressions = [] }) => {
    let segments: Segment[] = [{}];
    for (const { key, values } of matchLabelExpressions) {
      segments = segments.flatMap((segment) => values.map((value) => ({ ...segment, [key]: value })));
    }
    return segments;
  });
}

/**
 * The place for a claim that no node was chosen for: places in order, turned by a hash of the claim's name, so that claims
 * spread; those of a StatefulSet go round by their ordinal. Undefined when there is no place to choose from.
 */
export function preferredSegment(segments: readonly Segment[], claim: string): Segment | undefined {
  const byText = new Map(segments.map((segment) => [textOf(segment), segment]));
  const texts = [...byText.keys()].sort();
  const [, base = claim, ordinal = '0'] = /^(.*)-(\d+)$/s.exec(claim) ?? [];
  const shift = (fnv1(base) + Number(ordinal)) % 2 ** 32;
  return byText.get(texts[shift % texts.length]);
}

function textOf(segment: Segment): string {
  return Object.entries(segment)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}:${value}`)
    .join(',');
}
