// Where a kind keeps the spec of its pods: in itself, in its template, or in its template's template.
import type { DecodedObject } from './decode.ts';
import type { Pod, PodTemplate } from './types.ts';

interface Templated {
  readonly template?: PodTemplate;
  readonly jobTemplate?: { readonly spec?: Templated };
}

/** The pod itself, or the template of a workload; undefined for kinds without pods. */
export function templateOf(object: DecodedObject): PodTemplate | undefined {
  if (object.kind === 'Pod') return object as unknown as Pod;
  if (object.kind === 'PodTemplate') return object.template as PodTemplate | undefined;
  const spec = object.spec as Templated | undefined;
  return spec?.template ?? spec?.jobTemplate?.spec?.template;
}
