// How often a DaemonSet's template has changed: a field of the past, which the API server keeps in an annotation (pkg/apis/apps/v1/conversion.go).
import type { DecodedObject, PlainObject } from '../decode.ts';
import { equalValues } from '../equal.ts';

const ANNOTATION = 'deprecated.daemonset.template.generation';
const TEMPLATE = { is: 'object', name: 'core.v1.PodTemplateSpec' } as const;

/** In place. `old` is the stored DaemonSet that an update replaces. */
export function countTemplates(object: DecodedObject, old: DecodedObject | undefined): void {
  const before = old === undefined ? 0 : Number(annotations(old)[ANNOTATION] ?? 0);
  const isSame = old !== undefined && equalValues(TEMPLATE, template(object), template(old));
  object.metadata.annotations = { ...annotations(object), [ANNOTATION]: String(isSame ? before : before + 1) };
}

function annotations({ metadata }: DecodedObject): Readonly<Record<string, string>> {
  return (metadata.annotations ?? {}) as Readonly<Record<string, string>>;
}

function template(object: DecodedObject): unknown {
  return (object.spec as PlainObject).template;
}
