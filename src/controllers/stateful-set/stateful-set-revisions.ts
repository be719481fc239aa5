// Which ControllerRevisions are a StatefulSet's current and update revision, and which old ones need not be kept.
import type { OwnerReference } from '../../model/object-store.ts';
import { safeHash } from '../../model/names.ts';
import { canonicalJson } from '../../model/interner.ts';
import {
  type ControllerRevision,
  highestRevision,
  isOfTemplate,
  REVISION_HASH_LABEL,
  templatePatch,
} from '../kit/controller-revisions.ts';
import type { Steps } from '../kit/sync.ts';
import { historyLimit, type StatefulSet } from '../kit/stateful-set-objects.ts';
import type { OrdinalPod, StatefulSetPort } from './stateful-set-port.ts';
import type { Revisions } from './stateful-set-update.ts';

/** Of its label: the hash without the set's name. */
const HASH_LABEL = 'controller.kubernetes.io/hash';
/** A name has room for a hash of ten letters. */
const LONGEST_PREFIX = 223;

export interface ChosenRevisions extends Revisions {
  readonly collisions: number;
}

/** Oldest first; those of one number by age, then by name. */
export function sortedRevisions(revisions: readonly ControllerRevision[]): ControllerRevision[] {
  return [...revisions].sort((a, b) => a.revision - b.revision || compare(ageKey(a), ageKey(b)));
}

/** A template that is new gets a revision; one that the set had before gets its old revision with a new number. */
export function* chooseRevisions(
  port: StatefulSetPort,
  set: StatefulSet,
  sorted: readonly ControllerRevision[],
): Steps<ChosenRevisions> {
  const { template } = set.spec;
  const equal = sorted.findLast((revision) => isOfTemplate(revision, template));
  let collisions = set.status?.collisionCount ?? 0;
  let update: ControllerRevision | undefined;
  if (equal === undefined) {
    while (update === undefined) {
      const made = revisionOf(set, highestRevision(sorted) + 1, collisions);
      update = yield* port.createRevision(made);
      if (update === undefined) collisions += 1;
    }
  } else if (isOfTemplate(sorted[sorted.length - 1], template)) {
    update = sorted[sorted.length - 1];
  } else {
    update = yield* port.updateRevision({ ...equal, revision: highestRevision(sorted) + 1 });
  }
  const current = sorted.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? update;
  return { current, update, collisions };
}

/** The oldest of those that are neither in use nor within the limit of what is kept. */
export function oldRevisions(
  set: StatefulSet,
  sorted: readonly ControllerRevision[],
  pods: readonly OrdinalPod[],
  { current, update }: Revisions,
): readonly ControllerRevision[] {
  const live = new Set([current.metadata.name, update.metadata.name, ...pods.map(({ revision }) => revision)]);
  const history = sorted.filter(({ metadata }) => !live.has(metadata.name));
  return history.slice(0, Math.max(0, history.length - historyLimit(set)));
}

function revisionOf(set: StatefulSet, revision: number, collisions: number): ControllerRevision {
  const { template, selector } = set.spec;
  const { name, namespace = 'default', uid = '' } = set.metadata;
  const data = templatePatch(template);
  const hash = safeHash(canonicalJson(data) + collisions);
  const owner: OwnerReference = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name.slice(0, LONGEST_PREFIX)}-${hash}`,
      namespace,
      labels: { ...template.metadata?.labels, ...selector.matchLabels, [HASH_LABEL]: hash },
      ownerReferences: [owner],
    },
    data,
    revision,
  };
}

/** The revision that made a pod, by the label that its class has. */
export function revisionLabel(labels: Readonly<Record<string, string>>): string {
  return labels[REVISION_HASH_LABEL] ?? '';
}

function ageKey({ metadata }: ControllerRevision): string {
  return `${metadata.creationTimestamp ?? ''} ${metadata.name}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
