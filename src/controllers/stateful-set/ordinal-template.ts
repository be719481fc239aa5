// The pod template of a revision of a StatefulSet: with the revision's label, and a volume for each claim template.
import type { PodTemplateSpec, Volume } from 'kubernetes-types/core/v1.js';
import { INDEX_LABEL, POD_NAME_LABEL } from '../../model/ordinal-pod.ts';
import { type ControllerRevision, REVISION_HASH_LABEL } from '../kit/controller-revisions.ts';
import type { StatefulSet } from '../kit/stateful-set-objects.ts';

/** Made once for each revision; where labels of single pods count, once for each pod. */
export class OrdinalTemplates {
  readonly #labelsCount: boolean;
  /** By the data of the revision, then by ordinal (-1 for all). */
  readonly #made = new WeakMap<object, Map<number, PodTemplateSpec>>();

  constructor(labelsCount: boolean) {
    this.#labelsCount = labelsCount;
  }

  of(set: StatefulSet, revision: ControllerRevision, ordinal: number): PodTemplateSpec {
    const data = revision.data as object;
    let made = this.#made.get(data);
    if (made === undefined) {
      made = new Map();
      this.#made.set(data, made);
    }
    const key = this.#labelsCount ? ordinal : -1;
    let template = made.get(key);
    if (template === undefined) {
      template = templateOf(set, revision, key);
      made.set(key, template);
    }
    return template;
  }
}

/** Names of the claim templates, which are names of volumes too. */
export function claimTemplates({ spec }: StatefulSet): readonly string[] {
  return (spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name ?? '');
}

function templateOf(set: StatefulSet, { metadata, data }: ControllerRevision, ordinal: number): PodTemplateSpec {
  const { template } = (data as { readonly spec: { readonly template: PodTemplateSpec & { $patch?: string } } }).spec;
  const { $patch: _, ...kept } = template;
  const names = claimTemplates(set);
  const claims = names.map((name): Volume => ({ name, persistentVolumeClaim: { claimName: name } }));
  const others = (template.spec?.volumes ?? []).filter(({ name }) => !names.includes(name));
  const name = `${set.metadata.name}-${ordinal}`;
  return {
    ...kept,
    metadata: {
      ...kept.metadata,
      labels: {
        ...kept.metadata?.labels,
        [REVISION_HASH_LABEL]: metadata.name,
        ...(ordinal < 0 ? {} : { [POD_NAME_LABEL]: name, [INDEX_LABEL]: String(ordinal) }),
      },
    },
    ...(template.spec === undefined
      ? {}
      : {
          spec: {
            ...template.spec,
            ...(set.spec.serviceName === undefined || set.spec.serviceName === ''
              ? {}
              : { subdomain: set.spec.serviceName }),
            ...(claims.length + others.length === 0 ? {} : { volumes: [...claims, ...others] }),
          },
        }),
  };
}
