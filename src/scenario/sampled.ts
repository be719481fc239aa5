// Whether requests may be sampled: what of the input they would have to be simulated for, every one of them.
import { valueAt } from './document.ts';
import { hasVerticalAutoscalers } from './autoscaling.ts';
import { splitPodName } from '../model/settings/pod-name.ts';
import { targetsOf } from '../model/settings/traffic.ts';
import { tracingOf } from './tracing.ts';
import { countsByRevision } from './revision-counts.ts';
import { hasMirrors, hasRoutes } from './routes.ts';
import type { KubernetesObject, LoadedScenario } from './scenario.ts';

/** The relative error; undefined where every request is simulated. */
export function sampledError(loaded: LoadedScenario): number | undefined {
  const { trafficError } = loaded.scenario;
  return trafficError === undefined || whyInFull(loaded).length > 0 ? undefined : trafficError;
}

/** What keeps requests from being sampled, in the words of the input; nothing where nothing does. */
export function whyInFull(loaded: LoadedScenario): string[] {
  const { scenario } = loaded;
  const behaviors = [...scenario.behaviors, scenario.defaultBehavior];
  const applied = scenario.timeline.flatMap(({ action }) => (action.type === 'apply' ? action.objects : []));
  const objects = [...loaded.objects, ...applied].map(({ object }) => object);
  const reasons: [boolean, string][] = [
    [scenario.dns !== undefined, 'names are looked up (spec.dns)'],
    [
      [
        ...scenario.traffic.flatMap(targetsOf),
        ...behaviors.flatMap(({ calls }) => calls.map(({ service }) => service)),
      ].some(({ name }) => splitPodName(name).pod !== ''),
      'requests go to single pods by name',
    ],
    [scenario.connections !== undefined, 'connections are kept (spec.connections)'],
    [scenario.traffic.some(({ bytesPerSecond }) => bytesPerSecond !== undefined), 'clients are slow (bandwidth)'],
    [scenario.traffic.some(({ users }) => users !== undefined), 'users wait for answers (users)'],
    [scenario.traffic.some(({ classes }) => classes !== undefined), 'requests have classes (classes)'],
    [
      scenario.traffic.some(({ keys }) => keys !== undefined) ||
        behaviors.some(({ calls }) => calls.some(({ keys, cache }) => keys !== undefined || cache !== undefined)),
      'requests have keys, or caches stand before calls',
    ],
    [tracingOf(loaded) !== undefined, 'requests are traced (spec.tracing)'],
    [behaviors.some(({ gateway }) => gateway !== undefined), 'proxies route requests (gateway)'],
    [behaviors.some(({ mesh }) => mesh !== undefined), 'proxies of a mesh pass requests (mesh)'],
    [behaviors.some(({ database }) => database !== undefined), 'pods keep data (database)'],
    [scenario.messageQueues !== undefined, 'pods consume messages (messageQueues)'],
    [hasMirrors(loaded), 'requests are mirrored'],
    [objects.some(({ kind }) => kind === 'NetworkPolicy'), 'NetworkPolicies forbid connections'],
    [hasRoutes(loaded), 'objects lead requests by what they are'],
    [countsByRevision(loaded), 'requests are counted by revision'],
    [(scenario.external ?? []).length > 0, 'pods call external systems (spec.external)'],
    [
      [...behaviors, ...scenario.traffic, ...scenario.network.policies].some(({ policies }) => policies.length > 0) ||
        behaviors.some(({ calls }) => calls.some(({ policies }) => policies.length > 0)),
      'callers or servers have policies',
    ],
    [behaviors.some(({ requests }) => requests.compute === 'nodeShared'), 'pods share the processors of their node'],
    [behaviors.some(({ usage }) => usage.memoryPerRequestBytes > 0), 'requests hold memory (memoryPerRequest)'],
    [scenario.traffic.some(({ portForward }) => portForward), 'requests go by port-forward'],
    [objects.some(readsRequests), 'an autoscaler reads more than resource metrics'],
    [hasVerticalAutoscalers(loaded), 'a vertical autoscaler reads how CPU use varies'],
  ];
  return reasons.flatMap(([is, reason]) => (is ? [reason] : []));
}

function readsRequests(object: KubernetesObject): boolean {
  if (object.kind !== 'HorizontalPodAutoscaler') return false;
  const metrics = valueAt(object, ['spec', 'metrics']);
  return Array.isArray(metrics) && metrics.some((metric) => valueAt(metric, ['type']) !== 'Resource');
}
