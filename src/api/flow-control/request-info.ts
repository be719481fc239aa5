// What a request is, as flow control and webhooks see it: its verb, resource, namespace and name.
import { apiVersionOfKind } from '../kinds.ts';
import { EventSubject } from '../../model/event-log.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { pluralOf } from '../../model/objects/resource-names.ts';
import type { ClassRow, IdentityRow, ObjectRow, PodRow } from '../../model/rows.ts';
import { Verb } from '../requests/arena.ts';
import type { Asks } from '../requests/resource-call.ts';
import type { SliceBody } from '../requests/endpoint-slices.ts';
import type { ApiServer } from '../server.ts';

export interface RequestInfo {
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`. */
  readonly verb: string;
  readonly apiGroup: string;
  readonly resource: string;
  readonly subresource: string;
  /** Empty for what is in no namespace. */
  readonly namespace: string;
  readonly name: string;
}

export function requestInfo({ requests, state }: ApiServer, request: number): RequestInfo {
  const target = requests.target[request];
  const { identities, objects } = state;
  const pod = (verb: string, subresource = ''): RequestInfo => {
    const identity = state.pods.identity[target as PodRow];
    return info(verb, '', 'pods', subresource, identities.namespace(identity), identities.name(identity));
  };
  const node = (subresource: string): RequestInfo =>
    info('patch', '', 'nodes', subresource, '', state.nodes.spec[target].name);
  const object = (verb: string, subresource = ''): RequestInfo => {
    // A client asks for what has been removed meanwhile: there is no row that could say more.
    if (target < 0) return info(verb, '', '', subresource, '', '');
    const kind = objects.kind[target as ObjectRow];
    const { apiVersion } = objects.get(target as ObjectRow) ?? { apiVersion: apiVersionOfKind(kind) ?? '' };
    return info(
      verb,
      groupOf(apiVersion),
      pluralOf(kind),
      subresource,
      objects.namespace[target],
      objects.name[target],
    );
  };
  switch (requests.verb[request]) {
    case Verb.CreatePod:
    case Verb.CreateMirrorPod: {
      const namespace = state.classes.get(requests.a[request] as ClassRow).namespace;
      return info('create', '', 'pods', '', namespace, '');
    }
    case Verb.BindPod:
      return pod('create', 'binding');
    case Verb.PatchPodStatus:
      return pod('patch', 'status');
    case Verb.DeletePod:
    case Verb.RemovePod:
      return pod('delete');
    case Verb.PatchPodOwner:
    case Verb.UntrackPod:
      return pod('patch');
    case Verb.UpdateNodeStatus:
      return node('status');
    case Verb.UpdateNodeSpec:
      return node('');
    case Verb.CreateObject: {
      const { apiVersion, kind, metadata } = requests.body[request] as KubeObject;
      return info('create', groupOf(apiVersion), pluralOf(kind), '', metadata.namespace ?? '', metadata.name);
    }
    case Verb.UpdateObject:
      return object('update');
    case Verb.UpdateObjectStatus:
      return object('update', 'status');
    case Verb.DeleteObject:
      return object('delete');
    case Verb.PatchObjectOwner:
      return object('patch');
    case Verb.WriteEndpointSlice: {
      const body = requests.body[request] as SliceBody;
      const verb = 'removed' in body ? 'delete' : body.slice.id < 0 ? 'create' : 'update';
      return info(verb, 'discovery.k8s.io', 'endpointslices', '', objects.namespace[target], objects.name[target]);
    }
    case Verb.RecordEvent:
      return info('create', 'events.k8s.io', 'events', '', subjectNamespace(), '');
    default: {
      // The resource surface says what it asks for; of other reads only the row is known.
      const asks = requests.body[request] as Asks | undefined;
      return asks === undefined ? info('get', '', '', '', '', '') : infoOf(asks);
    }
  }

  function subjectNamespace(): string {
    const subject = requests.epoch[request];
    if (subject === EventSubject.Pod) return identities.namespace(target as IdentityRow);
    const namespace = subject === EventSubject.Object ? objects.namespace[target] : '';
    return namespace === '' ? 'default' : namespace;
  }
}

function infoOf({ verb, about: { apiVersion, kind, metadata }, subresource }: Asks): RequestInfo {
  const { name, namespace = '' } = metadata;
  return info(verb, groupOf(apiVersion), pluralOf(kind), subresource, namespace, name);
}

/** `apps` of `apps/v1`; empty for the core group. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

function info(
  verb: string,
  apiGroup: string,
  resource: string,
  subresource: string,
  namespace: string,
  name: string,
): RequestInfo {
  return { verb, apiGroup, resource, subresource, namespace, name };
}
