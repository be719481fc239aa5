// POST of a stored object.
import { timestamp } from '../../lib/timestamp.ts';
import { Change } from '../../model/change-log.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { type SelectingJob, withSelector } from '../../model/objects/job-selector.ts';
import { suspendedInQueue } from '../../model/queued-job.ts';
import type { ClusterState } from '../../model/state.ts';
import type { StorageClass } from '../../model/storage/objects.ts';
import { admitClaim, admitVolume } from '../admission.ts';
import { Refused } from '../refused.ts';
import { qualified, resourceOf } from '../kinds.ts';
import { type RequestArena, Verb } from './arena.ts';
import { type Commit, namespaceProblem } from './commit-context.ts';
import type { ObjectRow } from '../../model/rows.ts';

/** `owner` is the row of its controller, -1 for none. */
export function createObject(requests: RequestArena, object: KubeObject, owner: ObjectRow): number {
  const request = requests.allocate(Verb.CreateObject, owner);
  requests.body[request] = object;
  return request;
}

export function commitCreateObject(at: Commit, request: number): number {
  const { requests } = at;
  return addObject(at, requests.body[request] as KubeObject, requests.target[request] as ObjectRow);
}

/** The row of the new object, or `Refused.AlreadyExists`, `Terminating`, `NotFound` (its namespace is gone) or `Forbidden`. */
export function addObject(at: Commit, object: KubeObject, owner: ObjectRow): number {
  const { state, changes, clock } = at;
  const { objects } = state;
  const closed = namespaceProblem(state, object.metadata.namespace);
  if (closed < 0) return closed;
  if (objects.find(object.kind, object.metadata.namespace, object.metadata.name) >= 0) return Refused.AlreadyExists;
  const row = objects.length as ObjectRow;
  const uid = state.objectUid(row);
  const admitted = admit(at, object, uid);
  const problem = problemOf(at, admitted);
  if (problem !== undefined) return forbidden(at, admitted, problem);
  state.resourceVersion += 1;
  objects.add(
    {
      ...admitted,
      metadata: {
        ...admitted.metadata,
        uid,
        resourceVersion: String(state.resourceVersion),
        creationTimestamp: timestamp(clock.now),
        generation: 1,
      },
    },
    owner,
    clock.now,
  );
  const stored = at.managers.tracks ? objects.get(row) : undefined;
  if (stored !== undefined) at.managers.wrote(undefined, stored);
  state.closedNamespaces.follow(admitted);
  changes.objectChanged(row, Change.Created);
  return row;
}

/** Why the plugins that only look refuse it: LimitRanger, and ResourceQuota as the last of all. */
function problemOf(at: Commit, object: KubeObject): string | undefined {
  const problem = object.kind === 'PersistentVolumeClaim' ? at.limitRanger.claimProblem(object) : undefined;
  return problem ?? (at.quotas.any ? at.quotas.chargeObject(object) : undefined);
}

function forbidden({ state, refusals }: Commit, object: KubeObject, problem: string): number {
  const resource = resourceOf(state.objects, object.apiVersion, object.kind);
  const name = resource === undefined ? object.kind : qualified(resource);
  return refusals.code(`${name} "${object.metadata.name}" is forbidden: ${problem}`);
}

/** What becomes of it in admission, and of a Job now that its uid is known. */
function admit({ state, queuesJobs }: Commit, object: KubeObject, uid: string): KubeObject {
  if (object.kind === 'Job') return selectingJob(queuesJobs === true ? suspendedInQueue(object) : object, uid);
  if (object.kind === 'PersistentVolumeClaim') return admitClaim(object, storageClasses(state));
  return object.kind === 'PersistentVolume' ? admitVolume(object) : object;
}

function selectingJob(object: KubeObject, uid: string): KubeObject {
  const { metadata, spec } = object as KubeObject & Pick<SelectingJob, 'spec'>;
  return { ...object, spec: withSelector({ metadata: { name: metadata.name, uid }, spec }) };
}

function* storageClasses({ objects }: ClusterState): Generator<StorageClass, void, undefined> {
  for (const row of objects.ofKind('StorageClass')) yield objects.get(row) as StorageClass;
}
