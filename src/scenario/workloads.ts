// What the loader must know of workload objects: their pod template, its labels, containers and images.
import { isMapping } from './fill.ts';
import { mayBeGiven } from './given-labels.ts';
import type { KubernetesObject } from './scenario.ts';
import { valueAt } from './document.ts';

const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  Deployment: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

export interface TemplateSummary {
  readonly labels: Readonly<Record<string, unknown>>;
  /** Names and images of its containers, init containers last. */
  readonly containers: readonly { readonly name: string; readonly image: string; readonly init: boolean }[];
}

/** Where an object of the kind has its pod template; undefined for a kind without one. */
export function templatePath(kind: string): readonly string[] | undefined {
  return TEMPLATES[kind];
}

/** The pods that an object makes, or is; undefined for everything else. */
export function podTemplate(object: KubernetesObject): TemplateSummary | undefined {
  const template = templateOf(object);
  if (!isMapping(template)) return undefined;
  const labels = valueAt(template, ['metadata', 'labels']);
  return {
    labels: isMapping(labels) ? labels : {},
    containers: [...containersAt(template, 'containers', false), ...containersAt(template, 'initContainers', true)],
  };
}

/** `spec` of the pods that an object makes, or is; undefined for everything else. */
export function podSpecOf(object: Readonly<Record<string, unknown>>): unknown {
  return valueAt(templateOf(object), ['spec']);
}

function templateOf(object: { readonly kind?: unknown }): unknown {
  const path = typeof object.kind === 'string' ? templatePath(object.kind) : undefined;
  return path === undefined ? undefined : valueAt(object, path);
}

function containersAt(
  template: unknown,
  field: string,
  init: boolean,
): { name: string; image: string; init: boolean }[] {
  const list = valueAt(template, ['spec', field]);
  if (!Array.isArray(list)) return [];
  const word = (value: unknown) => (typeof value === 'string' ? value : '');
  return list.filter(isMapping).map(({ name, image }) => ({ name: word(name), image: word(image), init }));
}

/** Whether a Service's selector takes pods that the object makes or is. A Service without a selector takes none. */
export function selects(service: KubernetesObject, object: KubernetesObject): boolean {
  const labels = podTemplate(object)?.labels;
  if (labels === undefined || object.metadata.namespace !== service.metadata.namespace) return false;
  const selector = valueAt(service, ['spec', 'selector']);
  if (!isMapping(selector) || Object.keys(selector).length === 0) return false;
  return Object.entries(selector).every(([key, value]) => labels[key] === value || mayBeGiven(object, key, value));
}
