// What is worth noting about a scenario without being an error, and which images fall back on the default behaviour.
import { targetsOf } from '../model/settings/traffic.ts';
import { nearestName } from '../lib/suggest.ts';
import { splitPodName } from '../model/settings/pod-name.ts';
import { imageName } from '../model/settings/behavior.ts';
import { valueAt } from './document.ts';
import { behaviorOf } from './behaviors.ts';
import { withoutRole } from './databases.ts';
import { ignoredGpuRequests } from './gpu-annotations.ts';
import type { Assumption, Scenario, ScenarioObject } from './scenario.ts';
import { portRemarks } from './port-remarks.ts';
import { readinessGateRemarks } from './readiness-gate-remarks.ts';
import { storageRemarks } from './storage-remarks.ts';
import { updateModeRemarks } from './update-mode-remarks.ts';
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
  for (const { pods } of scenario.podArrivals ?? []) addAll(pods);
  return [...images];
}

/** With an assumption for each image that the scenario says nothing about; without the default behaviour where nothing has it. */
export function withUndescribedImages(
  assumptions: readonly Assumption[],
  scenario: Scenario,
  images: readonly string[],
): Assumption[] {
  if (scenario.behaviors.some((one) => one.image === '*')) return [...assumptions];
  const undescribed = images
    .filter((image) => behaviorOf(scenario, image) === scenario.defaultBehavior)
    .map((image): Assumption => ({ field: `spec.behaviors[image=${image}]`, value: 'same as [image=*]', mark: 'A' }));
  if (undescribed.length > 0) return [...assumptions, ...undescribed];
  return assumptions.filter(({ field }) => !field.startsWith('spec.behaviors[image=*]'));
}

export function remarks(scenario: Scenario, objects: readonly ScenarioObject[], images: readonly string[]): string[] {
  return [
    ...unusedBehaviors(scenario, images),
    ...forgottenTags(scenario, images),
    ...servicesWithoutPods(scenario, objects),
    ...portRemarks(scenario, objects),
    ...storageRemarks(scenario, objects),
    ...updateModeRemarks(scenario, objects),
    ...readinessGateRemarks(scenario, objects),
    ...ignoredGpuRequests(scenario, [...objects, ...(scenario.podArrivals ?? []).flatMap(({ pods }) => pods)]),
  ];
}

/** A new tag of an image falls back on the default behaviour where only the old tag has one: seldom intended. */
function forgottenTags(scenario: Scenario, images: readonly string[]): string[] {
  const described = scenario.behaviors.map(({ image }) => image);
  return images.flatMap((image) => {
    if (behaviorOf(scenario, image) !== scenario.defaultBehavior) return [];
    const other = described.find((one) => one !== '*' && imageName(one) === imageName(image));
    const name = imageName(image);
    return other === undefined
      ? []
      : [`${image} has the default behaviour; spec.behaviors has ${other} (write "${name}" for every tag)`];
  });
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
    ...scenario.traffic.flatMap(targetsOf).map(({ name }) => splitPodName(name).service),
    ...scenario.behaviors.flatMap(({ calls }) => calls.map(({ service }) => splitPodName(service.name).service)),
  ]);
  return objects
    .filter(({ object }) => object.kind === 'Service' && called.has(object.metadata.name))
    .filter(({ object }) => valueAt(object, ['spec', 'type']) !== 'ExternalName')
    .filter(
      ({ object: service }) => !objects.some(({ object }) => selects(withoutRole(service, object, scenario), object)),
    )
    .map(({ object }) => `Service ${object.metadata.namespace}/${object.metadata.name} selects no pods of the input`);
}
