// Evicts the pods of a node that is to go, and waits until they are gone.
import { type Signal, sleep } from '../../engine/script.ts';
import type { Engine } from '../../engine/engine.ts';
import { Signal as Done } from '../../engine/script.ts';
import type { Hands, Steps } from '../cluster/hands.ts';
import type { ListedNode, ListedPod } from '../cluster/listed.ts';
import { isDaemonSetPod, isMirrorPod } from '../cluster/pod-facts.ts';
import type { AutoscalerOptions } from '../options.ts';

const RETRY_US = 10e6;
const POLL_US = 5e6;
/** Longer than the grace period, for pods that do not listen to SIGTERM. */
const HEADROOM_US = 30e6;
const DAEMON_SET_EVICTION = 'cluster-autoscaler.kubernetes.io/enable-ds-eviction';

type Options = Pick<
  AutoscalerOptions,
  | 'maxGracefulTerminationUs'
  | 'maxPodEvictionTimeUs'
  | 'daemonSetEvictionForEmptyNodes'
  | 'daemonSetEvictionForOccupiedNodes'
>;

/** Why the node cannot be deleted; empty when its pods are gone. Pods of DaemonSets are evicted, but nobody waits for them. */
export function* drainNode(
  engine: Engine,
  hands: Hands,
  node: ListedNode,
  pods: readonly ListedPod[],
  options: Options,
): Steps<string> {
  const evictable = pods.filter((pod) => !isMirrorPod(pod));
  const others = evictable.filter((pod) => !isDaemonSetPod(pod));
  const daemonSets = daemonSetPods(evictable, options.daemonSetEvictionForOccupiedNodes);
  const untilUs = engine.now + options.maxPodEvictionTimeUs;
  const attempts = others.map((pod) => attempt(engine, hands, pod, untilUs, options));
  const aside = daemonSets.map((pod) => attempt(engine, hands, pod, untilUs, options));
  let failed = 0;
  for (const done of attempts) if (!(yield* done.wait())) failed += 1;
  for (const done of aside) yield* done.wait();
  if (failed > 0) return `${failed} pods could not be evicted`;
  const deadlineUs = engine.now + options.maxGracefulTerminationUs + HEADROOM_US;
  while (engine.now < deadlineUs) {
    if (yield* areGone(hands, others, node)) return '';
    yield* sleep(POLL_US);
  }
  return 'pods remaining after timeout';
}

/** The pods of DaemonSets of a node without others. */
export function* evictDaemonSetPods(engine: Engine, hands: Hands, pods: readonly ListedPod[], options: Options): Steps {
  const untilUs = engine.now + options.maxPodEvictionTimeUs;
  const chosen = daemonSetPods(pods, options.daemonSetEvictionForEmptyNodes);
  for (const done of chosen.map((pod) => attempt(engine, hands, pod, untilUs, options))) yield* done.wait();
}

/** Those whose annotation says so, or all where nothing is said. */
function daemonSetPods(pods: readonly ListedPod[], byDefault: boolean): readonly ListedPod[] {
  return pods.filter((pod) => {
    if (!isDaemonSetPod(pod)) return false;
    const said = pod.podClass.annotations[DAEMON_SET_EVICTION];
    return said === undefined ? byDefault : said === 'true';
  });
}

/** Tries one pod at the same time as others; fires true when it has been evicted. */
function attempt(
  engine: Engine,
  hands: Hands,
  pod: ListedPod,
  untilUs: number,
  { maxGracefulTerminationUs }: Options,
): Signal<boolean> {
  const done = new Done<boolean>(engine);
  const graceUs = Math.min(pod.podClass.runtime.terminationGraceUs, maxGracefulTerminationUs);
  engine.spawn(
    `evict ${pod.name}`,
    (function* (): Steps {
      hands.podEvent('Normal', 'ScaleDown', 'deleting pod for node scale down', pod);
      do {
        if (yield* hands.evict(pod, graceUs)) {
          done.fire(true);
          return;
        }
        yield* sleep(RETRY_US);
      } while (engine.now < untilUs);
      if (!isDaemonSetPod(pod)) hands.podEvent('Warning', 'ScaleDownFailed', 'failed to delete pod for ScaleDown', pod);
      done.fire(false);
    })(),
  );
  return done;
}

function* areGone(hands: Hands, pods: readonly ListedPod[], node: ListedNode): Steps<boolean> {
  for (const pod of pods) if (yield* hands.isOnNode(pod, node)) return false;
  return true;
}
