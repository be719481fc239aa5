// The annotations by which a Deployment numbers its revisions and remembers how far its ReplicaSets were scaled.
import {
  Annotation,
  annotation,
  type Deployment,
  type ReplicaSet,
  revision,
  wholeNumber,
  withAnnotations,
} from '../kit/deployment-objects.ts';

type Annotations = Readonly<Record<string, string>>;

/** Longest text of the revision-history annotation. */
const LONGEST_HISTORY = 2000;

/** Annotations that belong to one object and are not copied between a Deployment and its ReplicaSets. */
const OWN: ReadonlySet<string> = new Set(Object.values(Annotation));

/** The ReplicaSet with the Deployment's annotations and the revision, if that is higher. The same object if nothing changes. */
export function withNewSetAnnotations(deployment: Deployment, set: ReplicaSet, newRevision: number): ReplicaSet {
  const copied = copiedAnnotations(deployment, set);
  const old = annotation(set, Annotation.Revision);
  const oldNumber = old === undefined || old === '' ? 0 : wholeNumber(old);
  if (oldNumber === undefined || oldNumber >= newRevision)
    return copied === undefined ? set : withAnnotations(set, copied);
  const next: Record<string, string> = { ...(copied ?? set.metadata.annotations) };
  next[Annotation.Revision] = String(newRevision);
  if (old !== undefined) {
    const history = longerHistory(next[Annotation.RevisionHistory] ?? '', old);
    if (history !== undefined) next[Annotation.RevisionHistory] = history;
  }
  return withAnnotations(set, next);
}

/** Undefined when the ReplicaSet has all of the Deployment's annotations. */
function copiedAnnotations(deployment: Deployment, set: ReplicaSet): Annotations | undefined {
  const { annotations = {} } = deployment.metadata;
  let copied: Record<string, string> | undefined;
  for (const key in annotations) {
    if (OWN.has(key) || annotation(set, key) === annotations[key]) continue;
    copied ??= { ...set.metadata.annotations };
    copied[key] = annotations[key];
  }
  return copied;
}

/** The history with one more revision, cut from its oldest end; undefined when even that is too long. */
function longerHistory(history: string, old: string): string | undefined {
  if (history === '') return old;
  const revisions = history.split(',');
  let length = history.length + old.length + 1;
  let start = 0;
  while (length > LONGEST_HISTORY && start < revisions.length) {
    length -= revisions[start].length + 1;
    start += 1;
  }
  return length > LONGEST_HISTORY ? undefined : [...revisions.slice(start), old].join(',');
}

/** The annotations that a proportional scaling reads later; the same object if they are right already. */
export function withReplicasAnnotations(set: ReplicaSet, desired: number, max: number): ReplicaSet {
  if (annotation(set, Annotation.Desired) === String(desired) && annotation(set, Annotation.Max) === String(max)) {
    return set;
  }
  return withAnnotations(set, {
    ...set.metadata.annotations,
    [Annotation.Desired]: String(desired),
    [Annotation.Max]: String(max),
  });
}

/** The Deployment with the annotations that the ReplicaSet got when it was current. */
export function withAnnotationsOf(deployment: Deployment, set: ReplicaSet): Deployment {
  const own = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => OWN.has(key));
  const copied = Object.entries(set.metadata.annotations ?? {}).filter(([key]) => !OWN.has(key));
  return withAnnotations(deployment, Object.fromEntries([...own, ...copied]));
}

/** The highest revision; those that are no numbers do not count. */
export function highestRevision(sets: readonly ReplicaSet[]): number {
  return sets.reduce((highest, set) => Math.max(highest, revision(set) ?? 0), 0);
}

/** The second highest revision: what `rollback to 0` means. 0 when there is none. */
export function lastRevision(sets: readonly ReplicaSet[]): number {
  let highest = 0;
  let second = 0;
  for (const set of sets) {
    const one = revision(set) ?? 0;
    if (one >= highest) {
      second = highest;
      highest = one;
    } else if (one > second) {
      second = one;
    }
  }
  return second;
}

/** The revision that a rollback is asked for, undefined for none. */
export function rollbackTarget(deployment: Deployment): number | undefined {
  return wholeNumber(annotation(deployment, Annotation.RollbackTo));
}
