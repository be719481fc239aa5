// Who may be evicted, and how many (pkg/framework/plugins/defaultevictor, pkg/descheduler/evictions).
import { isCritical, isMirror } from '../model/mirror-pod.ts';
import { CONFIG_SOURCE } from '../model/objects/static-pod.ts';
import { compileLabelSelector, type LabelSelector } from '../model/parse/label-selector.ts';
import type { DeschedulerSettings, EvictorArgs, Namespaces } from '../model/settings/descheduler.ts';
import { fitsElsewhere } from './node-fit.ts';
import type { Look, SeenNode, SeenPod, Steps } from './seen.ts';

const EVICT = 'descheduler.alpha.kubernetes.io/evict';

/** What became of an eviction. With `node` and `total` there is no more of them to be had: on the node, or in this look. */
export type Evicted = 'evicted' | 'refused' | 'node' | 'total';

/** Evicts a pod by the API; false where a budget forbids it. */
export type Evict = (pod: SeenPod, strategy: string) => Steps<boolean>;

/** Evictions of one look, of all profiles together. */
export class EvictionCounts {
  readonly byNode = new Map<string, number>();
  readonly byNamespace = new Map<string, number>();
  total = 0;

  count({ node, podClass: { namespace } }: SeenPod): void {
    this.byNode.set(node, (this.byNode.get(node) ?? 0) + 1);
    this.byNamespace.set(namespace, (this.byNamespace.get(namespace) ?? 0) + 1);
    this.total += 1;
  }
}

/** Of one profile, in one look. */
export class Evictor {
  readonly #look: Look;
  readonly #args: EvictorArgs;
  readonly #limits: DeschedulerSettings;
  readonly #counts: EvictionCounts;
  readonly #evict: Evict;
  readonly #selector: LabelSelector | undefined;
  /** Where its pods may go. */
  readonly #targets: readonly SeenNode[];
  /** Pods that are on their way. */
  readonly #gone = new Set<SeenPod>();

  constructor(
    look: Look,
    args: EvictorArgs,
    limits: DeschedulerSettings,
    counts: EvictionCounts,
    evict: Evict,
    targets: readonly SeenNode[],
  ) {
    this.#look = look;
    this.#args = args;
    this.#limits = limits;
    this.#counts = counts;
    this.#evict = evict;
    this.#selector = args.labelSelector === undefined ? undefined : compileLabelSelector(args.labelSelector);
    this.#targets = targets;
  }

  /** Whether the pod is one that may be evicted at all. */
  mayGo(pod: SeenPod): boolean {
    const { podClass, owner, phase, terminating } = pod;
    const { annotations, spec, priority, labels } = podClass;
    const args = this.#args;
    if (this.#gone.has(pod)) return false;
    if (annotations[EVICT] !== undefined) return true;
    const source = annotations[CONFIG_SOURCE];
    if (isMirror(podClass) || (source !== undefined && source !== 'api') || terminating) return false;
    if (owner === undefined && !(args.evictFailedBarePods && phase === 'Failed')) return false;
    if (!args.evictSystemCriticalPods) {
      if (isCritical(podClass)) return false;
      const { value } = args.priorityThreshold ?? {};
      if (value !== undefined && priority >= value) return false;
    }
    const volumes = spec.volumes ?? [];
    if (!args.evictLocalStoragePods && volumes.some(isLocal)) return false;
    if (!args.evictDaemonSetPods && owner?.kind === 'DaemonSet') return false;
    if (args.ignorePvcPods && volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined))
      return false;
    if (this.#selector?.matches(labels) === false) return false;
    return this.#hasReplicas(pod) && this.#isOldEnough(pod);
  }

  /** Asked right before an eviction: with nodeFit, whether there is another node for it. */
  fits(pod: SeenPod): boolean {
    return !this.#args.nodeFit || fitsElsewhere(this.#look, pod, this.#targets);
  }

  *evict(pod: SeenPod, strategy: string): Steps<Evicted> {
    const { mostInTotal, mostPerNode, mostPerNamespace } = this.#limits;
    const counts = this.#counts;
    if (counts.total >= mostInTotal) return 'total';
    if ((counts.byNode.get(pod.node) ?? 0) >= mostPerNode) return 'node';
    if ((counts.byNamespace.get(pod.podClass.namespace) ?? 0) >= mostPerNamespace) return 'refused';
    const evicted = yield* this.#evict(pod, strategy);
    if (!evicted) return 'refused';
    this.#gone.add(pod);
    counts.count(pod);
    return 'evicted';
  }

  #hasReplicas({ owner, podClass }: SeenPod): boolean {
    const { minReplicas } = this.#args;
    if (minReplicas <= 1 || owner === undefined) return true;
    const of = this.#look.pods.filter(
      (other) =>
        other.owner?.kind === owner.kind &&
        other.owner.name === owner.name &&
        other.podClass.namespace === podClass.namespace,
    );
    return of.length >= minReplicas;
  }

  #isOldEnough({ startedUs }: SeenPod): boolean {
    const { minPodAgeUs } = this.#args;
    return minPodAgeUs === 0 || (startedUs !== undefined && this.#look.nowUs - startedUs >= minPodAgeUs);
  }
}

function isLocal({ hostPath, emptyDir }: { readonly hostPath?: unknown; readonly emptyDir?: unknown }): boolean {
  return hostPath !== undefined || emptyDir !== undefined;
}

/** Whether a strategy looks after a namespace. */
export function covers(namespaces: Namespaces | undefined, namespace: string): boolean {
  const { include = [], exclude = [] } = namespaces ?? {};
  return include.length > 0 ? include.includes(namespace) : !exclude.includes(namespace);
}
