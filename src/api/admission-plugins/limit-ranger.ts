// LimitRanger: the LimitRanges of each namespace, and what they make of pods and claims.
import type { PodSpec } from 'kubernetes-types/core/v1.js';
import { aggregate } from '../../model/parse/label-requirement.ts';
import type { KubeObject, ObjectStore } from '../../model/object-store.ts';
import {
  claimLimitProblems,
  type LimitRange,
  podLimitProblems,
  withLimitDefaults,
} from '../../model/objects/admission/limit-range.ts';
import type { Claim } from '../../model/storage/objects.ts';

export const LIMIT_RANGE = 'LimitRange';
const ANNOTATION = 'kubernetes.io/limit-ranger';

export class LimitRanger {
  readonly #objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  /** The spec of a pod with the defaults, and the annotation that says which; undefined where nothing limits the namespace. */
  fill(
    namespace: string,
    spec: PodSpec,
  ): { readonly spec: PodSpec; readonly annotations: Readonly<Record<string, string>> } | undefined {
    const ranges = this.rangesIn(namespace);
    if (ranges.length === 0) return undefined;
    let filled = spec;
    let annotations = {};
    for (const range of ranges) {
      const { spec: next, set } = withLimitDefaults(filled, range);
      filled = next;
      if (set.length > 0) annotations = { [ANNOTATION]: `LimitRanger plugin set: ${set.join('; ')}` };
    }
    return { spec: filled, annotations };
  }

  /** Why a pod is refused; undefined when it is not. */
  podProblem(namespace: string, spec: PodSpec): string | undefined {
    return this.#firstProblem(namespace, (range) => podLimitProblems(spec, range));
  }

  claimProblem({ metadata, spec }: Claim): string | undefined {
    const requests = spec?.resources?.requests ?? {};
    return this.#firstProblem(metadata.namespace ?? 'default', (range) => claimLimitProblems(requests, range));
  }

  #firstProblem(namespace: string, problemsWith: (range: LimitRange) => readonly string[]): string | undefined {
    for (const range of this.rangesIn(namespace)) {
      const problems = problemsWith(range);
      if (problems.length > 0) return aggregate(problems);
    }
    return undefined;
  }

  rangesIn(namespace: string): LimitRange[] {
    const ranges: LimitRange[] = [];
    for (const row of this.#objects.ofKind(LIMIT_RANGE)) {
      const object: KubeObject | undefined = this.#objects.get(row);
      if (object?.metadata.namespace === namespace) ranges.push(object);
    }
    return ranges;
  }
}
