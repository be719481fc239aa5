// /version, /healthz, /livez, /readyz and the paths that there are.
import { KUBERNETES_VERSION } from '../shown-objects.ts';
import type { ServedResource } from './served-resources.ts';

const [MAJOR, MINOR] = KUBERNETES_VERSION.slice(1).split('.');

/** As kube-apiserver of this release answers; what is simulated is no build of its own. */
export const VERSION = {
  major: MAJOR,
  minor: MINOR,
  emulationMajor: MAJOR,
  emulationMinor: MINOR,
  minCompatibilityMajor: MAJOR,
  minCompatibilityMinor: String(Number(MINOR) - 1),
  gitVersion: KUBERNETES_VERSION,
  gitCommit: '7b29fb077260554429dcef8234272e9fd25fcfbd',
  gitTreeState: 'clean',
  buildDate: '2026-08-01T00:00:00Z',
  goVersion: 'go1.26.8',
  compiler: 'gc',
  platform: 'linux/amd64',
};

/** Checks of kube-apiserver, in its order; those of etcd's readiness and of informers are for /readyz only. */
const CHECKS = [
  'ping',
  'log',
  'etcd',
  'etcd-readiness',
  'informer-sync',
  'poststarthook/start-apiserver-admission-initializer',
  'poststarthook/generic-apiserver-start-informers',
  'poststarthook/priority-and-fairness-config-consumer',
  'poststarthook/priority-and-fairness-filter',
  'poststarthook/storage-object-count-tracker-hook',
  'poststarthook/start-apiextensions-informers',
  'poststarthook/start-apiextensions-controllers',
  'poststarthook/crd-informer-synced',
  'poststarthook/start-system-namespaces-controller',
  'poststarthook/peer-endpoint-reconciler-controller',
  'poststarthook/start-cluster-authentication-info-controller',
  'poststarthook/start-kube-apiserver-identity-lease-controller',
  'poststarthook/start-kube-apiserver-identity-lease-garbage-collector',
  'poststarthook/storage-readiness',
  'poststarthook/start-legacy-token-tracking-controller',
  'poststarthook/start-service-ip-repair-controllers',
  'poststarthook/rbac/bootstrap-roles',
  'poststarthook/scheduling/bootstrap-system-priority-classes',
  'poststarthook/priority-and-fairness-config-producer',
  'poststarthook/bootstrap-controller',
  'poststarthook/start-kubernetes-service-cidr-controller',
  'poststarthook/aggregator-reload-proxy-client-cert',
  'poststarthook/start-kube-aggregator-informers',
  'poststarthook/apiservice-status-local-available-controller',
  'poststarthook/apiservice-status-remote-available-controller',
  'poststarthook/apiservice-registration-controller',
  'poststarthook/apiservice-discovery-controller',
  'poststarthook/kube-apiserver-autoregistration',
  'autoregister-completion',
  'poststarthook/apiservice-openapi-controller',
  'poststarthook/apiservice-openapiv3-controller',
];
const HEALTH = ['healthz', 'livez', 'readyz'] as const;
const READY_ONLY: ReadonlySet<string> = new Set(['etcd-readiness', 'informer-sync']);

/** The answer to /healthz and its kin, undefined for another path. */
export function health(path: string, verbose: boolean): string | undefined {
  const [, name, ...check] = path.split('/');
  if (!HEALTH.some((one) => one === name)) return undefined;
  const checks = CHECKS.filter((one) => name === 'readyz' || !READY_ONLY.has(one));
  if (check.length > 0) return checks.includes(check.join('/')) ? 'ok' : undefined;
  if (!verbose) return 'ok';
  const lines = checks.map((one) => `[+]${one} ok\n`);
  if (name === 'readyz') lines.push('[+]shutdown ok\n');
  return `${lines.join('')}${name} check passed\n`;
}

/** GET / */
export function paths(resources: readonly ServedResource[]): object {
  const groups = new Set(
    resources.flatMap(({ group, version }) => (group === '' ? [] : [`/apis/${group}`, `/apis/${group}/${version}`])),
  );
  const checks = HEALTH.flatMap((name) =>
    CHECKS.filter((one) => name === 'readyz' || !READY_ONLY.has(one)).map((one) => `/${name}/${one}`),
  );
  const all = [
    '/api',
    '/api/v1',
    '/apis',
    '/apis/',
    ...groups,
    ...HEALTH.map((name) => `/${name}`),
    ...checks,
    '/openapi/v2',
    '/openapi/v3',
    '/openapi/v3/',
    '/version',
  ];
  return { paths: all.sort() };
}
