// An object that was found in a cluster, as etcd is to hold it: with its status, and with the UIDs of this run.
import { Annotation } from '../controllers/kit/deployment-objects.ts';
import { timestamp } from '../lib/timestamp.ts';
import type { KubeObject, ObjectMeta } from '../model/object-store.ts';
import { type SelectingJob, withSelector } from '../model/objects/job-selector.ts';
import type { ScenarioObject } from '../scenario/scenario.ts';

/** Kinds whose status says how far their controllers are. */
const WITH_STATUS: ReadonlySet<string> = new Set([
  'CronJob',
  'DaemonSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'Job',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'PodDisruptionBudget',
  'ReplicaSet',
  'ReplicationController',
  'ResourceQuota',
  'Rollout',
  'StatefulSet',
  'VerticalPodAutoscaler',
  'VolumeAttachment',
]);

/** Annotations of controllers and of kubectl that the loader takes away from what is to be created. */
const KEPT_ANNOTATIONS = [Annotation.Revision, Annotation.LastApplied];

/** The object with what a server has filled in. */
export function asWritten({ object, manifest }: ScenarioObject): KubeObject {
  return manifest ?? object;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** `uids`: those that the objects had, and have now; `uid` is its own. Owners that are not there are forgotten: it would be collected as garbage. */
export function storedForm(one: ScenarioObject, uids: ReadonlyMap<string, string>, uid: string): KubeObject {
  const object = one.object as KubeObject;
  const written = asWritten(one);
  const status = WITH_STATUS.has(object.kind) ? written.status : object.status;
  const stored: KubeObject = {
    ...object,
    metadata: metadataOf(object.metadata, written.metadata, uids),
    ...(status === undefined ? {} : { status: now(status) as object }),
  };
  if (object.kind === 'PersistentVolume') return { ...stored, spec: boundSpec(object.spec, written, uids) };
  return object.kind === 'Job' ? selecting(stored, uid) : stored;
}

function metadataOf(made: ObjectMeta, written: ObjectMeta, uids: ReadonlyMap<string, string>): ObjectMeta {
  const annotations: Record<string, string> = { ...made.annotations };
  for (const key of KEPT_ANNOTATIONS) {
    const value = written.annotations?.[key];
    if (value !== undefined) annotations[key] = value;
  }
  const owners = (written.ownerReferences ?? []).flatMap((one) => {
    const uid = uids.get(one.uid);
    return uid === undefined ? [] : [{ ...one, uid }];
  });
  const { ownerReferences: _, ...metadata } = made;
  return {
    ...metadata,
    ...(written.generation === undefined ? {} : { generation: written.generation }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    ...(owners.length === 0 ? {} : { ownerReferences: owners }),
  };
}

/** A Job selects its pods by its UID. */
function selecting(object: KubeObject, uid: string): KubeObject {
  const { metadata, spec } = object as KubeObject & Pick<SelectingJob, 'spec'>;
  return { ...object, spec: withSelector({ metadata: { name: metadata.name, uid }, spec }) };
}

/** A volume says by UID whose it is. */
function boundSpec(spec: object | undefined, written: KubeObject, uids: ReadonlyMap<string, string>): object {
  const { claimRef } = (written.spec ?? {}) as { readonly claimRef?: { readonly uid?: string } };
  const uid = uids.get(claimRef?.uid ?? '');
  return { ...spec, ...(claimRef === undefined || uid === undefined ? {} : { claimRef: { ...claimRef, uid } }) };
}

/** Times in statuses count from the run's first instant: how long ago something was is not known here. */
function now(value: unknown): unknown {
  if (typeof value === 'string') return TIME.test(value) ? timestamp(0) : value;
  if (Array.isArray(value)) return value.map(now);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, now(one)]));
}
