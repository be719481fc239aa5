// Node objects that are alike, as a pool that can be sized: copies of them come, and the last of them go with the pods that ran there.
import type { Node, Pod } from 'kubernetes-types/core/v1.js';
import { canonicalJson } from '../../model/interner.ts';
import { nodeSpec } from '../../model/node-spec.ts';
import { MIRROR } from '../../model/objects/static-pod.ts';
import { HOSTNAME_LABEL, REGION_LABEL, ZONE_LABEL } from '../../model/state.ts';
import type { LoadedScenario, ScenarioObject } from '../../scenario/scenario.ts';
import { poolLabelOf } from './pool-of-node.ts';

/** Of one node alone, or of its zone. */
const OWN_LABELS: ReadonlySet<string> = new Set([HOSTNAME_LABEL, ZONE_LABEL, REGION_LABEL]);
/** The node lifecycle controller's and kubectl's: a node that comes has none of them. */
const TROUBLE = /^node\.kubernetes\.io\//;

/** Node objects of one pool of their provider or, without its label, of the same size, labels and taints. */
export interface NodeSort {
  /** The pool's, or that of the first node. */
  readonly name: string;
  readonly nodes: readonly ScenarioObject[];
}

export function nodeSorts(nodes: readonly ScenarioObject[]): NodeSort[] {
  const sorts = new Map<string, { name: string; nodes: ScenarioObject[] }>();
  for (const one of nodes) {
    const { name, labels, taints, allocatable } = specOf(one);
    const pool = poolLabelOf(labels);
    const shared = Object.entries(labels).filter(([key]) => !OWN_LABELS.has(key));
    const lasting = taints.filter(({ key }) => !TROUBLE.test(key));
    const key = pool ?? canonicalJson([allocatable, Object.fromEntries(shared), lasting]);
    const known = sorts.get(key);
    if (known === undefined) sorts.set(key, { name: pool ?? name, nodes: [one] });
    else known.nodes.push(one);
  }
  return [...sorts.values()];
}

export function zoneOf(node: ScenarioObject): string | undefined {
  return specOf(node).labels[ZONE_LABEL];
}

/** So many nodes of the sort, none of them in `lost`. Pods that were found on those that are left out wait for another node. */
export function withNodes(
  loaded: LoadedScenario,
  { nodes }: NodeSort,
  count: number,
  lost: string | undefined,
): LoadedScenario {
  const kept = nodes.slice(0, count);
  const copies = Array.from({ length: Math.max(0, count - nodes.length) }, (_, index) =>
    copyOf(nodes[index % nodes.length], index),
  );
  const there = [...kept, ...copies].filter((node) => lost === undefined || zoneOf(node) !== lost);
  const others = loaded.nodes.filter((node) => !nodes.includes(node));
  const gone = new Set(nodes.filter((node) => !there.includes(node)).map(({ object }) => object.metadata.name));
  return { ...loaded, nodes: [...others, ...there], objects: loaded.objects.flatMap((one) => moved(one, gone)) };
}

function specOf({ object }: ScenarioObject) {
  return nodeSpec(object as unknown as Node);
}

/** As it joins: ready, open, without images. */
function copyOf({ object, place }: ScenarioObject, index: number): ScenarioObject {
  const { metadata = {}, spec = {}, status = {} } = object as unknown as Node;
  const name = `${metadata.name ?? 'node'}-copy-${index + 1}`;
  const { uid: _uid, ...others } = metadata;
  const { conditions: _conditions, images: _images, ...size } = status;
  const { unschedulable: _closed, ...rest } = spec;
  const taints = (spec.taints ?? []).filter(({ key }) => !TROUBLE.test(key));
  const copy = {
    ...object,
    metadata: { ...others, name, labels: { ...metadata.labels, [HOSTNAME_LABEL]: name } },
    spec: { ...rest, taints },
    status: { ...size, conditions: [{ type: 'Ready', status: 'True' }] },
  };
  return { object: copy, place };
}

/** A pod that was found on a node that is gone is pending; what belongs to the node goes with it. */
function moved(one: ScenarioObject, gone: ReadonlySet<string>): readonly ScenarioObject[] {
  if (one.found !== true || one.object.kind !== 'Pod') return [one];
  const { spec, metadata } = one.object as Pod;
  if (spec?.nodeName === undefined || !gone.has(spec.nodeName)) return [one];
  const owner = (one.manifest as Pod | undefined)?.metadata?.ownerReferences?.find(({ controller }) => controller);
  const stays = owner?.kind === 'DaemonSet' || metadata?.annotations?.[MIRROR] !== undefined;
  if (stays) return [];
  const { manifest } = one;
  return [{ ...one, object: pending(one.object), ...(manifest === undefined ? {} : { manifest: pending(manifest) }) }];
}

function pending(object: ScenarioObject['object']): ScenarioObject['object'] {
  const { nodeName: _node, ...spec } = (object as Pod).spec ?? { containers: [] };
  return { ...object, spec, status: { phase: 'Pending' } };
}
