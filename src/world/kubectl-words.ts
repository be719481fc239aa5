// What kubectl prints when a request was refused, and what its commands are called in events and charts.
import type { Target } from '../api/resources/resources.ts';
import type { Failure } from '../api/resources/status.ts';
import type { TimelineAction } from '../scenario/scenario.ts';

/** As kubectl prints what the API server answers. */
export function inKubectlsWords({ kind, metadata: { name } }: Target, { reason, message, causes }: Failure): string {
  if (causes[0]?.reason === 'FieldManagerConflict') return `error: ${message}`;
  if (reason !== 'Invalid') return `Error from server (${reason}): ${message}`;
  const each = causes.map((cause) => `${cause.field}: ${cause.message}`).join(', ');
  return `The ${kind} "${name}" is invalid: ${each}`;
}

/** A command as events.csv and charts name it. */
export function sentence(action: Exclude<TimelineAction, { readonly type: 'apply' | 'fault' | 'recover' }>): string {
  switch (action.type) {
    case 'setImage':
      return `set image of ${action.object.name}/${action.container} to ${action.image}`;
    case 'scale':
      return `scale ${action.object.name} to ${action.replicas}`;
    case 'patch':
      return `patch ${action.object.name}`;
    case 'label':
    case 'annotate':
      return `${action.type} ${'name' in action.objects ? action.objects.name : `${action.objects.kind} -l ${action.objects.selector}`}`;
    case 'rolloutRestart':
      return `rollout restart of ${action.object.name}`;
    case 'rolloutPause':
      return `rollout pause of ${action.deployment}`;
    case 'rolloutResume':
      return `rollout resume of ${action.deployment}`;
    case 'rolloutUndo':
      return `rollout undo of ${action.object.name}`;
    case 'argoRollouts':
      return `argo rollouts ${action.command} ${action.object.name}${action.full ? ' --full' : ''}`;
    case 'drain':
      return `drain ${action.nodes.join(', ')}`;
    case 'cordon':
    case 'uncordon':
    case 'taint':
      return `${action.type} ${action.node}`;
    case 'staticPods':
      return `static pods: ${action.pods.map(({ pod, removed }) => `${removed === true ? 'remove' : 'write'} ${pod.object.metadata.name}`).join(', ')}`;
    case 'snapshotSave':
      return `etcdctl snapshot save ${action.name}`;
    case 'snapshotRestore':
      return `etcdutl snapshot restore ${action.name}${action.bumpRevision === 0 ? '' : ` --bump-revision ${action.bumpRevision} --mark-compacted`}`;
    case 'defragment':
      return 'etcdctl defrag --cluster';
    case 'alarmDisarm':
      return 'etcdctl alarm disarm';
    case 'delete':
      return `delete ${action.kind} ${action.name}`;
  }
}
