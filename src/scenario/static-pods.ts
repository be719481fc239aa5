// Static pods of a scenario: of manifests that it gives to kubelets, of a kubeadm control plane, and of the mirror pods in a dump.
import type { Pod } from 'kubernetes-types/core/v1.js';
import { didYouMean } from '../lib/suggest.ts';
import type { Path } from '../lib/path.ts';
import { MIRROR, referenceInStaticPod } from '../model/objects/static-pod.ts';
import { controlPlanePods } from './control-plane-pods.ts';
import { InputDocument, valueAt } from './document.ts';
import type { Known } from './known.ts';
import { objectId, type ObjectReader } from './objects.ts';
import type { Problems } from './problems.ts';
import type { ScenarioObject, StaticPod } from './scenario.ts';
import type { ParsedSpec } from './schema/schema.ts';

/** `readManifest` gets a path and the place in the document that names it. */
export function staticPods(
  document: InputDocument,
  spec: ParsedSpec,
  reader: ObjectReader,
  readManifest: (path: string, at: (string | number)[]) => InputDocument[],
  problems: Problems,
): StaticPod[] {
  const given = spec.staticPods.flatMap(({ nodes, nodePools, manifests }, index) =>
    manifests.flatMap((path, number): StaticPod[] => {
      const written = readManifest(path, ['spec', 'staticPods', index, 'manifests', number]);
      for (const one of written) refuse(one, problems);
      return reader.readAll(written).map((pod) => ({ pod, nodes, nodePools, named: false }));
    }),
  );
  const { pods } = spec.controlPlane;
  if (pods === undefined) return given;
  const at = ['spec', 'controlPlane', 'pods'];
  const made = controlPlanePods(pods).map((value) => new InputDocument({ place: () => document.place(at) }, value));
  const { nodes } = pods;
  return [...given, ...reader.readAll(made).map((pod) => ({ pod, nodes, nodePools: undefined, named: false }))];
}

/** What the timeline does to files of static pods, by its entry. */
export function staticPodChanges(
  spec: ParsedSpec,
  document: InputDocument,
  reader: ObjectReader,
  readManifest: (path: string, at: (string | number)[]) => InputDocument[],
  problems: Problems,
): Map<number, StaticPod[]> {
  const found = new Map<number, StaticPod[]>();
  for (const [index, { staticPods: change }] of spec.timeline.entries()) {
    if (change === undefined) continue;
    const { nodes, nodePools, write = [], remove = [] } = change;
    const at = ['spec', 'timeline', index, 'staticPods'];
    const written = write.flatMap((path, number) => {
      const documents = readManifest(path, [...at, 'write', number]);
      for (const one of documents) refuse(one, problems);
      return reader.readAll(documents).map((pod): StaticPod => ({ pod, nodes, nodePools, named: false }));
    });
    const removed = remove.map(
      (metadata, number): StaticPod => ({
        pod: { object: { apiVersion: 'v1', kind: 'Pod', metadata }, place: document.place([...at, 'remove', number]) },
        nodes,
        nodePools,
        named: false,
        removed: true,
      }),
    );
    found.set(index, [...written, ...removed]);
  }
  return found;
}

/** The mirror pods of a dump, each as the static pod of its node, and all other objects. */
export function apartFromMirrors(objects: readonly ScenarioObject[]): {
  readonly mirrored: StaticPod[];
  readonly others: ScenarioObject[];
} {
  const mirrored: StaticPod[] = [];
  const others: ScenarioObject[] = [];
  for (const one of objects) {
    const { kind, metadata, spec } = one.object as Pod & ScenarioObject['object'];
    if (kind === 'Pod' && metadata.annotations?.[MIRROR] !== undefined && spec?.nodeName !== undefined)
      mirrored.push({ pod: one, nodes: [spec.nodeName], nodePools: undefined, named: true });
    else others.push(one);
  }
  return { mirrored, others };
}

/** What a kubelet does not take. */
function refuse(document: InputDocument, problems: Problems): void {
  const kind = valueAt(document.value, ['kind']);
  if (kind !== 'Pod') {
    const text = `a kubelet reads Pods only, got ${typeof kind === 'string' ? kind : 'no kind'}`;
    problems.add(document.place(['kind']), text, document.pathText(['kind']));
    return;
  }
  const { spec } = document.value as Pod;
  const reference = Array.isArray(spec?.containers) ? referenceInStaticPod(spec) : undefined;
  if (reference === undefined) return;
  problems.add(document.place(['spec']), `static pods may not reference ${reference}`, document.pathText(['spec']));
}

/** Their nodes and pools must exist, and no node may have two of a name. */
export function checkStaticPods(
  document: InputDocument,
  spec: ParsedSpec,
  statics: readonly StaticPod[],
  changed: readonly StaticPod[],
  known: Known,
  problems: Problems,
): void {
  const pools = spec.cluster.nodePools.map(({ name }) => name);
  const check = (path: Path, what: string, names: readonly string[] | undefined, valid: readonly string[]): void => {
    for (const [index, name] of (names ?? []).entries()) {
      if (valid.includes(name)) continue;
      const message = `there is no ${what} ${JSON.stringify(name)}${didYouMean(name, valid)}`;
      problems.add(document.place([...path, index]), message, document.pathText([...path, index]));
    }
  };
  const nodes = [...known.nodes];
  for (const [index, one] of spec.staticPods.entries()) {
    check(['spec', 'staticPods', index, 'nodes'], 'node', one.nodes, nodes);
    check(['spec', 'staticPods', index, 'nodePools'], 'node pool', one.nodePools, pools);
  }
  for (const [index, { staticPods: change }] of spec.timeline.entries()) {
    const at = ['spec', 'timeline', index, 'staticPods'];
    check([...at, 'nodes'], 'node', change?.nodes, nodes);
    check([...at, 'nodePools'], 'node pool', change?.nodePools, pools);
    const names = [...statics, ...changed].map(({ pod }) => fullName(pod.object.metadata));
    check([...at, 'remove'], 'static pod', change?.remove?.map(fullName), names);
  }
  check(['spec', 'controlPlane', 'pods', 'nodes'], 'node', spec.controlPlane.pods?.nodes, nodes);
  for (const [index, one] of statics.entries()) {
    const twin = statics
      .slice(0, index)
      .find((other) => nameOf(other) === nameOf(one) && nodes.some((node) => isOn(one, node) && isOn(other, node)));
    if (twin === undefined) continue;
    const where = `${twin.pod.place.file ?? ''}:${twin.pod.place.line ?? ''}`;
    problems.add(one.pod.place, `a node has another static pod of this name, of ${where}`, 'metadata.name');
  }
}

const fullName = ({ namespace = 'default', name }: { readonly namespace?: string; readonly name: string }): string =>
  `${namespace}/${name}`;

function nameOf({ pod, named }: StaticPod): string {
  return `${objectId(pod.object)} ${String(named)}`;
}

/** Whether a node, of those there are or of those that come later, has the manifest. */
export function isOn({ nodes, nodePools }: Pick<StaticPod, 'nodes' | 'nodePools'>, nodeName: string): boolean {
  if (nodes === undefined && nodePools === undefined) return true;
  if (nodes?.includes(nodeName) === true) return true;
  const pool = /^(.*)-\d+$/.exec(nodeName)?.[1];
  return pool !== undefined && nodePools?.includes(pool) === true;
}
