// How many containers the pods of the input have, sidecars too, so that nobody counts on one that no pod has.
import type { Container } from 'kubernetes-types/core/v1.js';
import { isSidecar } from '../model/objects/pod-ports.ts';
import { valueAt } from './document.ts';
import type { KubernetesObject } from './scenario.ts';
import type { ParsedSpec } from './schema/schema.ts';

/** Where the spec of a pod is, by kind; elsewhere it is in the template. */
const POD_SPECS: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};
const OF_TEMPLATES = ['spec', 'template', 'spec'];

export class ContainerCounts {
  readonly #most = new Map<string, number>();

  /** Every version of an object counts, and what the timeline patches may have any number. */
  constructor(objects: readonly KubernetesObject[], timeline: ParsedSpec['timeline']) {
    for (const { kind, metadata, ...object } of objects) {
      const spec = POD_SPECS[kind] ?? OF_TEMPLATES;
      const containers = valueAt(object, [...spec, 'containers']);
      if (!Array.isArray(containers)) continue;
      const inits = valueAt(object, [...spec, 'initContainers']);
      const sidecars = Array.isArray(inits) ? (inits as Container[]).filter(isSidecar) : [];
      this.#count(metadata.namespace ?? 'default', `${kind}/${metadata.name}`, containers.length + sidecars.length);
    }
    for (const { patch } of timeline) {
      const patched = patch !== undefined && valueAt(patch.patch, [...OF_TEMPLATES, 'containers']) !== undefined;
      const workload =
        patch?.deployment === undefined ? `${patch?.kind}/${patch?.name}` : `Deployment/${patch.deployment}`;
      if (patched) this.#count(patch.namespace, workload, Number.POSITIVE_INFINITY);
    }
  }

  /** Of the pods of a workload (`Deployment/web`), or of all pods of the namespace; undefined when there are none. */
  most(namespace: string, workload: string | undefined): number | undefined {
    return this.#most.get(keyOf(namespace, workload));
  }

  #count(namespace: string, workload: string, containers: number): void {
    for (const key of [keyOf(namespace, undefined), keyOf(namespace, workload)]) {
      this.#most.set(key, Math.max(this.#most.get(key) ?? 0, containers));
    }
  }
}

function keyOf(namespace: string, workload: string | undefined): string {
  return workload === undefined ? namespace : `${namespace}/${workload}`;
}
