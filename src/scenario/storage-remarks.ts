// What is worth noting about claims: pods that name one, and claims that name a class, which nobody makes.
import { didYouMean } from '../lib/suggest.ts';
import { valueAt } from './document.ts';
import { isMapping } from './fill.ts';
import { objectId } from './objects.ts';
import type { Scenario, ScenarioObject } from './scenario.ts';
import { podSpecOf } from './workloads.ts';

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

export function storageRemarks(scenario: Scenario, objects: readonly ScenarioObject[]): string[] {
  const later = scenario.timeline.flatMap(({ action }) => (action.type === 'apply' ? action.objects : []));
  const all = [...objects, ...later];
  const names = (kind: string, namespace?: string): string[] =>
    all
      .filter(({ object }) => object.kind === kind && object.metadata.namespace === namespace)
      .map(({ object }) => object.metadata.name);
  const missing = (ids: string, what: string, name: string, known: readonly string[]): string[] =>
    known.includes(name) ? [] : [`${ids} ${what} ${name}, which is not in the input${didYouMean(name, known)}`];
  return all.flatMap(({ object }) => {
    const { namespace } = object.metadata;
    if (object.kind === 'PersistentVolumeClaim') {
      const name = valueAt(object, ['spec', 'storageClassName']);
      const annotated = valueAt(object, ['metadata', 'annotations', CLASS_ANNOTATION]);
      if (typeof name !== 'string' || name === '' || annotated !== undefined) return [];
      // Volumes of a class that is only a name are bound as well.
      const volumes = all.filter(({ object: one }) => valueAt(one, ['spec', 'storageClassName']) === name);
      const made = volumes.some(({ object: one }) => one.kind === 'PersistentVolume');
      return made ? [] : missing(objectId(object), 'is of the StorageClass', name, names('StorageClass'));
    }
    return claimNames(podSpecOf(object)).flatMap((name) =>
      missing(objectId(object), 'uses the claim', name, names('PersistentVolumeClaim', namespace)),
    );
  });
}

function claimNames(podSpec: unknown): string[] {
  const volumes = valueAt(podSpec, ['volumes']);
  if (!Array.isArray(volumes)) return [];
  return volumes.filter(isMapping).flatMap((volume) => {
    const name = valueAt(volume, ['persistentVolumeClaim', 'claimName']);
    return typeof name === 'string' ? [name] : [];
  });
}
