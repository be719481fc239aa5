// What admission makes of the pods of a template, plugin after plugin in the API server's order, and which it refuses.
import type { PodSpec, PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { withDefaultTolerations } from '../../model/objects/admission/default-tolerations.ts';
import { confinedSelector, type NodeSelectorConfig } from '../../model/objects/admission/node-selector.ts';
import { type SidecarInjection, withSidecar } from '../../model/objects/admission/sidecar-injection.ts';
import type { ObjectStore } from '../../model/object-store.ts';
import { admitPriority, Forbidden } from '../admission.ts';
import { PRIORITY_CLASS, PriorityClasses } from '../priority-classes.ts';
import { LIMIT_RANGE, LimitRanger } from './limit-ranger.ts';
import { VERTICAL_POD_AUTOSCALER } from '../../model/vertical-pod-autoscaler.ts';
import { VerticalScaler } from './vertical-scaler.ts';

export class PodAdmission {
  /** Rises when something changes that it looks at: templates have to be admitted again. */
  version = 0;
  readonly limitRanger: LimitRanger;
  readonly #verticalScaler: VerticalScaler;
  readonly #priorityClasses: PriorityClasses;
  readonly #objects: ObjectStore;
  /** Undefined where the plugin PodNodeSelector is off, as it is by default. */
  readonly #nodeSelectors: NodeSelectorConfig | undefined;

  /** Of meshes whose webhooks put proxies into pods; they are told of all pods, as the API server asks webhooks last. */
  readonly #injections: readonly SidecarInjection[];

  constructor(
    objects: ObjectStore,
    nodeSelectors: NodeSelectorConfig | undefined,
    injections: readonly SidecarInjection[] = [],
  ) {
    this.#injections = injections;
    this.#objects = objects;
    this.#priorityClasses = new PriorityClasses(objects);
    this.limitRanger = new LimitRanger(objects);
    this.#verticalScaler = new VerticalScaler(objects, this.limitRanger);
    this.#nodeSelectors = nodeSelectors;
  }

  /** An object of some kind changed. */
  objectChanged(kind: string): void {
    if (kind === PRIORITY_CLASS || kind === LIMIT_RANGE || kind === VERTICAL_POD_AUTOSCALER) this.version += 1;
    else if (kind === 'Namespace' && (this.#nodeSelectors !== undefined || this.#injections.length > 0))
      this.version += 1;
  }

  /**
   * The template as the API server stores its pods (behaviour B.9, B.12). `name` is the pod's name, or what it begins with.
   * Throws Forbidden for what it does not let pass.
   */
  admit(namespace: string, template: PodTemplateSpec, name: string): PodTemplateSpec {
    const admitted = this.#admit(namespace, template, name);
    return this.#injections.length === 0 ? admitted : this.#inject(namespace, admitted);
  }

  #inject(namespace: string, template: PodTemplateSpec): PodTemplateSpec {
    const { metadata = {} } = this.#objects.get(this.#objects.find('Namespace', undefined, namespace)) ?? {};
    return this.#injections.reduce((before, one) => withSidecar(before, metadata, one) ?? before, template);
  }

  #admit(namespace: string, template: PodTemplateSpec, name: string): PodTemplateSpec {
    if (template.spec === undefined) return template;
    const filled = this.limitRanger.fill(namespace, template.spec);
    const limited = filled?.spec ?? template.spec;
    const labels = template.metadata?.labels ?? {};
    const spec: PodSpec = { ...(this.#verticalScaler.fill(namespace, labels, limited) ?? limited) };
    Object.assign(spec, admitPriority(spec, name, this.#priorityClasses));
    spec.tolerations = withDefaultTolerations(spec.tolerations ?? []);
    this.#confine(namespace, spec, name);
    const problem = filled === undefined ? undefined : this.limitRanger.podProblem(namespace, spec);
    if (problem !== undefined) throw forbidden(name, problem);
    if (filled === undefined || Object.keys(filled.annotations).length === 0) return { ...template, spec };
    const annotations = { ...template.metadata?.annotations, ...filled.annotations };
    return { metadata: { ...template.metadata, annotations }, spec };
  }

  #confine(namespace: string, spec: PodSpec, name: string): void {
    if (this.#nodeSelectors === undefined) return;
    const object = this.#objects.get(this.#objects.find('Namespace', undefined, namespace));
    const { annotations = {} } = object?.metadata ?? {};
    const answer = confinedSelector(spec.nodeSelector ?? {}, namespace, annotations, this.#nodeSelectors);
    if ('error' in answer) throw new Forbidden(answer.error);
    if ('forbidden' in answer) throw forbidden(name, answer.forbidden);
    if (Object.keys(answer.selector).length > 0) spec.nodeSelector = answer.selector;
  }
}

function forbidden(name: string, why: string): Forbidden {
  return new Forbidden(`pods "${name}" is forbidden: ${why}`);
}
