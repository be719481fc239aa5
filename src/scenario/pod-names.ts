// Under which names cluster DNS has the pods of an object, one by one.
import { splitPodName } from '../model/settings/pod-name.ts';
import { targetsOf } from '../model/settings/traffic.ts';
import { valueAt } from './document.ts';
import type { ParsedSpec } from './schema/schema.ts';
import type { KubernetesObject } from './scenario.ts';
import { podSpecOf } from './workloads.ts';

/** Host names of pods: the first of them, and whether a name is one. */
interface PodNames {
  readonly first: string;
  readonly isOne: (name: string) => boolean;
}

/** Of the pods that an object is or makes, those behind a Service by `subdomain`; a StatefulSet's are so by its `serviceName`. */
export function podNames(object: KubernetesObject, namespace: string, service: string): PodNames[] {
  const { kind, metadata } = object;
  if (metadata.namespace !== namespace) return [];
  if (kind === 'StatefulSet') {
    if (valueAt(object, ['spec', 'serviceName']) !== service) return [];
    const start = valueAt(object, ['spec', 'ordinals', 'start']);
    return [numbered(metadata.name, typeof start === 'number' ? start : 0)];
  }
  const spec = podSpecOf(object);
  if (valueAt(spec, ['subdomain']) !== service) return [];
  if (kind === 'Job' && valueAt(object, ['spec', 'completionMode']) === 'Indexed') return [numbered(metadata.name, 0)];
  const hostname = valueAt(spec, ['hostname']);
  return typeof hostname === 'string' ? [{ first: hostname, isOne: (name) => name === hostname }] : [];
}

/** `namespace/name` of single pods that something sends requests to; a reference without a namespace may mean any Service of that name. */
export function calledPods(
  { traffic, behaviors }: Pick<ParsedSpec, 'traffic' | 'behaviors'>,
  services: readonly string[],
): string[] {
  const called = [
    ...traffic.flatMap(targetsOf),
    ...behaviors.flatMap(({ calls }) => calls.map(({ service }) => service)),
  ];
  return called.flatMap(({ namespace, name }) => {
    const { service, pod } = splitPodName(name);
    if (pod === '') return [];
    const homes = services.filter((one) => one.endsWith(`/${service}`)).map((one) => one.slice(0, one.indexOf('/')));
    return homes.filter((one) => namespace === undefined || namespace === one).map((one) => `${one}/${name}`);
  });
}

/** `web-0`, `web-1` and so on, as many as there may ever be. */
function numbered(name: string, start: number): PodNames {
  return {
    first: `${name}-${start}`,
    isOne: (pod) => {
      const number = pod.slice(name.length + 1);
      return pod.startsWith(`${name}-`) && /^(0|[1-9]\d*)$/.test(number) && Number(number) >= start;
    },
  };
}
