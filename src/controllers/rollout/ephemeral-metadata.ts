// Labels and annotations that pods have while their ReplicaSet is the new one, or the stable one: `canaryMetadata` and its like.
import { canonicalJson } from '../../model/interner.ts';
import { annotation, type ReplicaSet, withAnnotations } from '../kit/deployment-objects.ts';
import type { Steps } from '../kit/sync.ts';
import { isFullyPromoted, type PodMetadata, type Rollout } from './rollout-objects.ts';
import type { RolloutSync } from './rollout-sync.ts';

/** On a ReplicaSet: what its pods have beside what their template says, as JSON. */
const INJECTED = 'rollout.argoproj.io/ephemeral-metadata';

type Texts = Readonly<Record<string, string>>;

/** What is to be changed in the metadata of pods: null takes away. */
export interface MetadataPatch {
  readonly labels: Readonly<Record<string, string | null>>;
  readonly annotations: Readonly<Record<string, string | null>>;
}

/** Of the ReplicaSet that is created: the first one is the stable one from the beginning. */
export function metadataOfNewSet(rollout: Rollout): PodMetadata | undefined {
  const { whileNew, whileStable } = asked(rollout);
  return (rollout.status?.stableRS ?? '') === '' ? whileStable : whileNew;
}

/** Brings ReplicaSets up to date, then their pods. */
export function* reconcileEphemeralMetadata(work: RolloutSync): Steps {
  const { rollout, newest, stable, others } = work;
  const { whileNew, whileStable } = asked(rollout);
  const promoted = (rollout.status?.stableRS ?? '') === '' || isFullyPromoted(rollout);
  if (newest !== undefined) work.newest = yield* inject(work, newest, promoted ? whileStable : whileNew);
  if (!promoted && stable !== undefined) yield* inject(work, stable, whileStable);
  for (const set of others) yield* inject(work, set, undefined);
}

function asked({ spec: { strategy } }: Rollout): {
  readonly whileNew: PodMetadata | undefined;
  readonly whileStable: PodMetadata | undefined;
} {
  const { canary, blueGreen } = strategy;
  if (canary !== undefined) return { whileNew: canary.canaryMetadata, whileStable: canary.stableMetadata };
  return { whileNew: blueGreen?.previewMetadata, whileStable: blueGreen?.activeMetadata };
}

function* inject(work: RolloutSync, set: ReplicaSet, wanted: PodMetadata | undefined): Steps<ReplicaSet> {
  const next = withInjected(set, wanted);
  if (next === set) return set;
  const updated = yield* work.port.updateReplicaSet(next);
  const before = injected(set);
  yield* work.port.patchPods(set, {
    labels: difference(before?.labels, wanted?.labels),
    annotations: difference(before?.annotations, wanted?.annotations),
  });
  return updated;
}

function difference(before: Texts = {}, after: Texts = {}): Record<string, string | null> {
  const gone = Object.keys(before).filter((key) => after[key] === undefined);
  return { ...after, ...Object.fromEntries(gone.map((key) => [key, null])) };
}

/** The same object if nothing changes. */
export function withInjected(set: ReplicaSet, wanted: PodMetadata | undefined): ReplicaSet {
  const before = injected(set);
  if (canonicalJson(before ?? {}) === canonicalJson(wanted ?? {})) return set;
  const { [INJECTED]: _old, ...rest } = set.metadata.annotations ?? {};
  const noted = wanted === undefined ? rest : { ...rest, [INJECTED]: JSON.stringify(wanted) };
  const { metadata = {} } = set.spec.template ?? {};
  const labels = replaced(metadata.labels, before?.labels, wanted?.labels);
  const annotations = replaced(metadata.annotations, before?.annotations, wanted?.annotations);
  const template = { ...set.spec.template, metadata: { ...metadata, labels, annotations } };
  return withAnnotations({ ...set, spec: { ...set.spec, template } }, noted);
}

/** The template as the Rollout has it. */
export function withoutInjected(set: ReplicaSet): ReplicaSet {
  return injected(set) === undefined ? set : withInjected(set, undefined);
}

function injected(set: ReplicaSet): PodMetadata | undefined {
  const text = annotation(set, INJECTED);
  return text === undefined || text === '' ? undefined : (JSON.parse(text) as PodMetadata);
}

function replaced(all: Texts = {}, before: Texts = {}, after: Texts = {}): Record<string, string> {
  const kept = Object.entries(all).filter(([key]) => before[key] === undefined);
  return { ...Object.fromEntries(kept), ...after };
}
