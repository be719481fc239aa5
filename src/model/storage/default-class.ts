// The StorageClass of claims that name none.
import { StorageAnnotation, type StorageClass } from './objects.ts';

/** Its name: of several defaults the newest, then the first by name; undefined when there is none. */
export function defaultStorageClass(classes: Iterable<StorageClass>): string | undefined {
  let best: StorageClass | undefined;
  for (const one of classes) {
    if (!isDefault(one)) continue;
    if (best === undefined || isNewer(one, best)) best = one;
  }
  return best?.metadata.name;
}

function isDefault({ metadata: { annotations = {} } }: StorageClass): boolean {
  const { DefaultClass, BetaDefaultClass } = StorageAnnotation;
  return annotations[DefaultClass] === 'true' || annotations[BetaDefaultClass] === 'true';
}

function isNewer({ metadata: a }: StorageClass, { metadata: b }: StorageClass): boolean {
  const [first = '', second = ''] = [a.creationTimestamp, b.creationTimestamp];
  return first === second ? a.name < b.name : first > second;
}
