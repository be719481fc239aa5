// Hot dialect: a request at its commit: what its verb does to the committed state, and which of two conflicting writes wins.
import { InvariantError } from '../../lib/assert.ts';
import { Verb } from './arena.ts';
import { commitBindPod } from './bind-pod.ts';
import type { Commit } from './commit-context.ts';
import { commitCreateMirrorPod } from './create-mirror-pod.ts';
import { commitCreateObject } from './create-object.ts';
import { commitCreatePod } from './create-pod.ts';
import { commitDeleteObject } from './delete-object.ts';
import { commitDeletePod, commitRemovePod } from './delete-pod.ts';
import { commitWriteEndpointSlice } from './endpoint-slices.ts';
import { commitRecordEvent } from './events.ts';
import { commitUpdateNodeSpec } from './node-spec.ts';
import { commitUpdateNodeStatus } from './node-status.ts';
import { commitPatchObjectOwner, commitPatchPodOwner } from './patch-owner.ts';
import { commitPatchPodStatus } from './pod-status.ts';
import { commitResourceCall } from './resource-call.ts';
import { commitUntrackPod } from './untrack-pod.ts';
import { commitUpdateObject, commitUpdateObjectStatus } from './update-object.ts';

/** Applies a request. Returns the row of its target, or a code of `Refused`, which leaves everything as it was. */
export function commitRequest(at: Commit, request: number): number {
  const verb = at.requests.verb[request];
  switch (verb) {
    case Verb.CreatePod:
      return commitCreatePod(at, request);
    case Verb.BindPod:
      return commitBindPod(at, request);
    case Verb.PatchPodStatus:
      return commitPatchPodStatus(at, request);
    case Verb.DeletePod:
      return commitDeletePod(at, request);
    case Verb.RemovePod:
      return commitRemovePod(at, request);
    case Verb.UpdateNodeStatus:
      return commitUpdateNodeStatus(at, request);
    case Verb.UpdateNodeSpec:
      return commitUpdateNodeSpec(at, request);
    case Verb.CreateObject:
      return commitCreateObject(at, request);
    case Verb.UpdateObject:
      return commitUpdateObject(at, request);
    case Verb.UpdateObjectStatus:
      return commitUpdateObjectStatus(at, request);
    case Verb.DeleteObject:
      return commitDeleteObject(at, request);
    case Verb.WriteEndpointSlice:
      return commitWriteEndpointSlice(at, request);
    case Verb.PatchPodOwner:
      return commitPatchPodOwner(at, request);
    case Verb.PatchObjectOwner:
      return commitPatchObjectOwner(at, request);
    case Verb.RecordEvent:
      return commitRecordEvent(at, request);
    case Verb.UntrackPod:
      return commitUntrackPod(at, request);
    case Verb.CreateMirrorPod:
      return commitCreateMirrorPod(at, request);
    case Verb.CallResource:
      return commitResourceCall(at, request);
    default:
      throw new InvariantError(`no verb ${verb}`);
  }
}
