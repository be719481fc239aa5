// What is worth telling about a scenario that is no error, and which images fall back on the default behaviour.
import { nearestName } from '../lib/suggest.ts';
import { behaviorOf, imageName } from './behaviors.ts';
import type { Assumption, Scenario, ScenarioObject } from './scenario.ts';
import { podTemplate, selects } from './workloads.ts';

/** Images that containers run at some time, init containers left out. */
export function imagesOf(scenario: Scenario, objects: readonly ScenarioObject[]): string[] {
  const images = new Set<string>();
  const addAll = (from: readonly ScenarioObject[]) => {
    for (const { object } of from) {
      for (const { image, init } of podTemplate(object)?.containers ?? []) if (!init && image !== '') images.add(image);
    }
  };
  addAll(objects);
  for (const { action } of scenario.timeline) {
    if (action.type === 'setImage') images.add(action.image);
    if (action.type === 'apply') addAll(action.objects);
  }
  return [...images];
}

/** An assumption for each image that the scenario says nothing about. */
export function undescribedImages(scenario: Scenario, images: readonly string[]): Assumption[] {
  if (scenario.behaviors.some((one) => one.image === '*')) return [];
  return images
    .filter((image) => behaviorOf(scenario, image) === scenario.defaultBehavior)
    .map((image) => ({ field: `spec.behaviors[image=${image}]`, value: 'as of [image=*]', mark: 'A' }));
}

export function remarks(scenario: Scenario, objects: readonly ScenarioObject[], images: readonly string[]): string[] {
  return [...unusedBehaviors(scenario, images), ...servicesWithoutPods(scenario, objects)];
}

function unusedBehaviors(scenario: Scenario, images: readonly string[]): string[] {
  const names = new Set(images.flatMap((image) => [image, imageName(image), '*']));
  return scenario.behaviors
    .filter((one) => !names.has(one.image))
    .map(({ image }) => {
      const near = nearestName(image, images);
      return `no container runs the image ${image} of spec.behaviors${near === undefined ? '' : ` (did you mean "${near}"?)`}`;
    });
}

/** Services that something sends requests to and whose selector takes no pod of the input. */
function servicesWithoutPods(scenario: Scenario, objects: readonly ScenarioObject[]): string[] {
  const called = new Set([
    ...scenario.traffic.map(({ to }) => to.name),
    ...scenario.behaviors.flatMap(({ calls }) => calls.map(({ service }) => service.name)),
  ]);
  const templates = objects.flatMap(({ object }) => {
    const template = podTemplate(object);
    return template === undefined ? [] : [{ namespace: object.metadata.namespace, labels: template.labels }];
  });
  return objects
    .filter(({ object }) => object.kind === 'Service' && called.has(object.metadata.name))
    .filter(
      ({ object }) =>
        !templates.some(({ namespace, labels }) => namespace === object.metadata.namespace && selects(object, labels)),
    )
    .map(({ object }) => `Service ${object.metadata.namespace}/${object.metadata.name} selects no pods of the input`);
}
