// Validation of what an autoscaler refers to by version, kind and name (pkg/apis/autoscaling/validation).
import type { Errors } from './errors.ts';
import { pathSegmentProblems } from './names.ts';

export interface ObjectReference {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name: string;
}

/** `anyGroup`: it may be of the core group. A version that the stored object, `old`, has already may stay. */
export function validateReference(
  reference: ObjectReference,
  old: ObjectReference | undefined,
  anyGroup: boolean,
  path: string,
  errors: Errors,
): void {
  for (const field of ['kind', 'name'] as const) {
    const value = reference[field];
    if (value === '') errors.required(`${path}.${field}`);
    else errors.invalidEach(`${path}.${field}`, value, pathSegmentProblems(value));
  }
  const { apiVersion = '', kind } = reference;
  // The one kind of the core group that can be scaled.
  const mayBeCore = anyGroup || kind === 'ReplicationController';
  const problem = versionProblem(apiVersion, mayBeCore);
  if (problem === undefined || (old !== undefined && versionProblem(old.apiVersion ?? '', mayBeCore) !== undefined)) {
    return;
  }
  errors.invalid(`${path}.apiVersion`, apiVersion, problem);
}

function versionProblem(apiVersion: string, mayBeCore: boolean): string | undefined {
  const parts = apiVersion === '/' ? [''] : apiVersion.split('/');
  if (parts.length > 2) return `unexpected GroupVersion string: ${apiVersion}`;
  const group = parts.length === 2 ? parts[0] : '';
  return group === '' && !mayBeCore ? 'apiVersion must specify API group' : undefined;
}
