// The ControllerRevisions of what was found: the one that a set's pods have is the set's template as it is, whatever server wrote it down, so that no update begins.
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import {
  type ControllerRevision,
  REVISION_HASH_LABEL,
  templatePatch,
} from '../controllers/kit/controller-revisions.ts';
import type { ScenarioObject } from '../scenario/scenario.ts';

interface RevisedSet {
  readonly spec: { readonly template: PodTemplateSpec };
  readonly status?: { readonly updateRevision?: string };
}

const REVISED: ReadonlySet<string> = new Set(['DaemonSet', 'StatefulSet']);

/** `objects` with the newest revision of each StatefulSet and DaemonSet as this run writes it, made where there is none and pods name one. */
export function withCurrentRevisions(
  objects: readonly ScenarioObject[],
  pods: readonly ScenarioObject[],
): ScenarioObject[] {
  const revisions = objects.filter(({ object }) => object.kind === 'ControllerRevision');
  const current = new Map<ScenarioObject, ScenarioObject>();
  const made: ScenarioObject[] = [];
  for (const set of objects.filter(({ object }) => REVISED.has(object.kind))) {
    const { template } = (set.object as unknown as RevisedSet).spec;
    const data = templatePatch(template);
    const found = newest(
      revisions.filter((one) => isOwned(one, set)),
      set,
    );
    if (found !== undefined) current.set(found, { ...found, object: { ...found.object, data } });
    else {
      const hash = hashOfPods(pods.filter((one) => isOwned(one, set)));
      if (hash !== undefined) made.push(revisionOf(set, hash, template));
    }
  }
  return [...objects.map((one) => current.get(one) ?? one), ...made];
}

function isOwned({ manifest }: ScenarioObject, owner: ScenarioObject): boolean {
  const uid = owner.manifest?.metadata['uid'];
  const references = manifest?.metadata['ownerReferences'];
  return uid !== undefined && Array.isArray(references) && references.some((one: { uid?: string }) => one.uid === uid);
}

function newest(revisions: readonly ScenarioObject[], { manifest }: ScenarioObject): ScenarioObject | undefined {
  const { status } = (manifest ?? {}) as Partial<RevisedSet>;
  const named = revisions.find(({ object }) => object.metadata.name === status?.updateRevision);
  const numberOf = ({ object }: ScenarioObject): number => (object as unknown as ControllerRevision).revision;
  return (
    named ??
    revisions.reduce<ScenarioObject | undefined>(
      (best, one) => (best === undefined || numberOf(one) > numberOf(best) ? one : best),
      undefined,
    )
  );
}

/** What most pods have. */
function hashOfPods(pods: readonly ScenarioObject[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { object } of pods) {
    const hash = object.metadata.labels?.[REVISION_HASH_LABEL];
    if (hash !== undefined) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

function revisionOf(
  { object, manifest, place }: ScenarioObject,
  hash: string,
  template: PodTemplateSpec,
): ScenarioObject {
  const { apiVersion, kind } = object;
  const { name, namespace = 'default' } = object.metadata;
  // The label of a StatefulSet's pods is the revision's name, that of a DaemonSet's only its hash.
  const own = kind === 'StatefulSet' ? hash : `${name}-${hash}`;
  const uid = manifest?.metadata['uid'] as string;
  const labels = { ...template.metadata?.labels, [REVISION_HASH_LABEL]: hash };
  const data = templatePatch(template);
  const metadata = {
    name: own,
    namespace,
    labels,
    ownerReferences: [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }],
  };
  const revision = { apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata, data, revision: 1 };
  return { object: revision, manifest: revision, place, found: true };
}
