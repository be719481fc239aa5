// The name of a workload as people write it: `deployment/shop/web`, `sts/db`.
import { InputError } from '../../lib/errors.ts';
import { didYouMean, nearestName } from '../../lib/suggest.ts';
import { builtInKinds } from '../../model/objects/tables.ts';
import type { NoSuchWorkload, WorkloadName } from '../../world/explain/workload.ts';

/** kubectl's short names of what one may ask about. */
const SHORT: Readonly<Record<string, string>> = {
  deploy: 'Deployment',
  rs: 'ReplicaSet',
  rc: 'ReplicationController',
  sts: 'StatefulSet',
  ds: 'DaemonSet',
  cj: 'CronJob',
  hpa: 'HorizontalPodAutoscaler',
  vpa: 'VerticalPodAutoscaler',
  pdb: 'PodDisruptionBudget',
  pvc: 'PersistentVolumeClaim',
  quota: 'ResourceQuota',
  svc: 'Service',
  no: 'Node',
};

/** Throws an InputError for what is no name, and for a kind that Kubernetes does not have. */
export function workloadName(text: string, option = '--workload'): WorkloadName {
  const [word = '', ...rest] = text.split('/');
  if (word === '' || rest.length < 1 || rest.length > 2 || rest.includes('')) {
    throw new InputError(`${option}: expected kind/namespace/name or kind/name, got "${text}"`);
  }
  const [namespace, name] = rest.length === 2 ? (rest as [string, string]) : ['default', rest[0] ?? ''];
  return { kind: kindOf(word, option), namespace, name };
}

function kindOf(word: string, option: string): string {
  const kinds = [...new Set(builtInKinds().map(({ kind }) => kind)), 'VerticalPodAutoscaler'];
  const lower = word.toLowerCase();
  const found = SHORT[lower] ?? kinds.find((kind) => [kind.toLowerCase(), `${kind.toLowerCase()}s`].includes(lower));
  if (found !== undefined) return found;
  const names = [...kinds, ...Object.keys(SHORT)];
  throw new InputError(`${option}: there is no kind "${word}"${didYouMean(word, names)}`);
}

/** Of the same kind first; else whatever is named so. */
export function notThere(
  text: string,
  { kind, namespace, name }: WorkloadName,
  { existing }: NoSuchWorkload,
  at: string | undefined,
): InputError {
  const sameKind = existing.filter((one) => one.startsWith(`${kind}/`));
  const wanted = kind === 'Node' ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
  const nearest =
    nearestName(wanted, sameKind) ??
    sameKind.find((one) => one.endsWith(`/${name}`)) ??
    existing.find((one) => one.endsWith(`/${name}`));
  const when = at === undefined ? 'at the end' : `at ${at}`;
  const hint =
    nearest !== undefined
      ? ` (did you mean "${nearest}"?)`
      : sameKind.length === 0
        ? `; there is no ${kind} then`
        : `; there are ${sameKind.slice(0, 3).join(', ')}${sameKind.length > 3 ? ' …' : ''}`;
  return new InputError(`--workload: ${text} does not exist ${when}${hint}`);
}
