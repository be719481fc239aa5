// Who reports the spans of a trace: a source, a pod, or a system outside, by the names that OpenTelemetry has for them.
import type { ClusterState } from '../../../model/state.ts';
import type { ServedSpan } from '../../../traffic/traces/spans.ts';
import type { Traffic } from '../../../traffic/traffic.ts';
import { hostOfMachine } from '../../external-systems.ts';
import { topOwner } from '../../workload-of-pod.ts';

/** A resource of OpenTelemetry. */
export interface Place {
  readonly service: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What a call goes to. */
interface Target {
  readonly name: string;
  readonly host: string;
}

/** Of kinds for which the conventions have an attribute. */
const WORKLOADS = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'CronJob',
]);

export class Places {
  readonly #state: ClusterState;
  readonly #traffic: Traffic;
  readonly #pods = new Map<string, Place>();

  constructor(state: ClusterState, traffic: Traffic) {
    this.#state = state;
    this.#traffic = traffic;
  }

  ofSource(source: number): Place {
    const { name } = this.#traffic.sources[source];
    return { service: name, attributes: { 'service.name': name } };
  }

  ofPod({ identity, node }: ServedSpan): Place {
    const key = `${identity} ${node}`;
    let place = this.#pods.get(key);
    if (place === undefined) {
      place = this.#describe(identity, this.#state.nodeName(node));
      this.#pods.set(key, place);
    }
    return place;
  }

  target(site: number): Target {
    const { namespace, name } = this.#traffic.sites.target[site];
    return { name, host: `${name}.${namespace}.svc.cluster.local` };
  }

  #describe(identity: ServedSpan['identity'], node: string): Place {
    const host = hostOfMachine(node);
    if (host !== undefined) return { service: host, attributes: { 'service.name': host } };
    const { identities } = this.#state;
    const pod = identities.name(identity);
    const maker = identities.maker[identity];
    const { kind, workload } = maker < 0 ? { kind: 'Pod', workload: pod } : topOwner(this.#state, maker);
    return {
      service: workload,
      attributes: {
        'service.name': workload,
        'service.namespace': identities.namespace(identity),
        'service.instance.id': pod,
        'k8s.namespace.name': identities.namespace(identity),
        'k8s.pod.name': pod,
        'k8s.node.name': node,
        ...(WORKLOADS.has(kind) ? { [`k8s.${kind.toLowerCase()}.name`]: workload } : {}),
      },
    };
  }
}
