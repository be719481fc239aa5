// Which subresources of a kind are served, of which kind they are, and what may be done with them.
import type { Resource } from '../../api/kinds.ts';

export interface Subresource {
  readonly name: string;
  /** Group and version of the kind, where they are not the parent's. */
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

const READ_AND_WRITE = ['get', 'patch', 'update'];

/** Of pods, beside those that other kinds have. */
const OF_PODS: readonly Subresource[] = [
  { name: 'attach', kind: 'PodAttachOptions', verbs: ['create', 'get'] },
  { name: 'binding', kind: 'Binding', verbs: ['create'] },
  { name: 'ephemeralcontainers', kind: 'Pod', verbs: READ_AND_WRITE },
  { name: 'eviction', group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
  { name: 'exec', kind: 'PodExecOptions', verbs: ['create', 'get'] },
  { name: 'log', kind: 'Pod', verbs: ['get'] },
  { name: 'portforward', kind: 'PodPortForwardOptions', verbs: ['create', 'get'] },
  { name: 'resize', kind: 'Pod', verbs: READ_AND_WRITE },
];

/** By name. */
export function servedSubresources({ apiVersion, kind, subresources }: Resource): readonly Subresource[] {
  const found: Subresource[] = [];
  if (subresources.includes('scale'))
    found.push({ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: READ_AND_WRITE });
  if (subresources.includes('status') && !HAS_NO_STATUS.has(kind))
    found.push({ name: 'status', kind, verbs: READ_AND_WRITE });
  if (apiVersion === 'v1' && kind === 'Pod') found.push(...OF_PODS);
  if (apiVersion === 'v1' && kind === 'Namespace') found.push({ name: 'finalize', kind, verbs: ['update'] });
  if (kind === 'CertificateSigningRequest') found.push({ name: 'approval', kind, verbs: READ_AND_WRITE });
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Kinds with a field of that name which is written with the object. */
const HAS_NO_STATUS: ReadonlySet<string> = new Set([
  'SelfSubjectAccessReview',
  'SelfSubjectReview',
  'SelfSubjectRulesReview',
  'SubjectAccessReview',
  'LocalSubjectAccessReview',
]);
