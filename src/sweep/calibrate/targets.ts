// Whose service times are looked for: the image behind each Service that was measured.
import { InputError } from '../../lib/errors.ts';
import { didYouMean } from '../../lib/suggest.ts';
import { behaviorOf } from '../../scenario/behaviors.ts';
import { valueAt } from '../../scenario/document.ts';
import { isMapping } from '../../scenario/fill.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import { type Durations, LEAST_POINTS } from './durations.ts';

export interface Target {
  /** `namespace/name`. */
  readonly service: string;
  readonly image: string;
  /** As the scenario has it. */
  readonly concurrency: number;
  readonly measured: Durations;
}

/** Throws an InputError for a Service that there is not, that selects no workload or several images, or of which too little was measured. */
export function targetsOf(loaded: LoadedScenario, durations: ReadonlyMap<string, Durations>): Target[] {
  const services = loaded.objects.filter(({ object }) => object.kind === 'Service');
  const names = services.map(({ object: { metadata } }) => `${metadata.namespace}/${metadata.name}`);
  const targets = [...durations].map(([service, measured]): Target => {
    const index = names.indexOf(service);
    if (index === -1) {
      const near = didYouMean(service, names);
      throw new InputError(`the scenario has no Service ${service}, expected one of ${names.join(', ')}${near}`);
    }
    if (measured.points.length < LEAST_POINTS) {
      const many = measured.count === undefined ? '' : ` of ${measured.count} requests`;
      throw new InputError(
        `${service}: what was measured${many} has ${measured.points.length} quantiles to fit, expected ${LEAST_POINTS} or more`,
      );
    }
    const selector = valueAt(services[index].object, ['spec', 'selector']);
    const images = imagesBehind(loaded, services[index].object.metadata.namespace, isMapping(selector) ? selector : {});
    if (images.length !== 1) {
      const found = images.length === 0 ? 'no image' : `several images (${images.join(', ')})`;
      throw new InputError(`${service}: ${found} behind it, expected one whose service time can be found`);
    }
    const { requests } = behaviorOf(loaded.scenario, images[0]);
    return { service, image: images[0], concurrency: requests.concurrency, measured };
  });
  const twice = targets.find(({ image }, at) => targets.findIndex((one) => one.image === image) !== at);
  if (twice !== undefined)
    throw new InputError(`${twice.service}: its image ${twice.image} is behind another measured Service too`);
  return targets;
}

/** Of first containers: sidecars follow. */
function imagesBehind(
  loaded: LoadedScenario,
  namespace: string | undefined,
  selector: Record<string, unknown>,
): string[] {
  const wanted = Object.entries(selector);
  if (wanted.length === 0) return [];
  const images = loaded.objects.flatMap(({ object }) => {
    if (object.metadata.namespace !== namespace) return [];
    const template = object.kind === 'Pod' ? object : valueAt(object, ['spec', 'template']);
    const labels = valueAt(template, ['metadata', 'labels']);
    const image = valueAt(template, ['spec', 'containers', 0, 'image']);
    if (!isMapping(labels) || typeof image !== 'string') return [];
    return wanted.every(([key, value]) => labels[key] === value) ? [image] : [];
  });
  return [...new Set(images)];
}

/** Images of the first containers of all pods that the scenario begins with. */
export function imagesOf(loaded: LoadedScenario): string[] {
  const images = loaded.objects.flatMap(({ object }) => {
    const template = object.kind === 'Pod' ? object : valueAt(object, ['spec', 'template']);
    const containers = valueAt(template, ['spec', 'containers']);
    if (!Array.isArray(containers)) return [];
    return containers.flatMap((one: unknown) =>
      isMapping(one) && typeof one['image'] === 'string' ? [one['image']] : [],
    );
  });
  return [...new Set(images)];
}
