// What a random scenario must have so that its faults find what they name: added where one of them names it.
import type { Fuzzed } from './scenarios.ts';

interface Surrounding {
  /** A part of what is written when somebody needs it. */
  readonly mentioned: string;
  readonly manifests?: readonly object[];
  readonly spec?: object;
  /** Of the nodes. */
  readonly labels?: object;
}

/** Read by scenarios from the root of the repository, where what is found is written too. */
export const FILES = { staticPod: 'test/fuzz/files/agent.yaml', outages: 'test/fuzz/files/outages.csv' };

const SURROUNDINGS: readonly Surrounding[] = [
  { mentioned: 'db.example', spec: { external: [{ host: 'db.example' }] } },
  { mentioned: 'RackOutage', labels: { 'topology.kubernetes.io/rack': 'rack-0' } },
  { mentioned: 'RegionOutage', labels: { 'topology.kubernetes.io/region': 'region-0' } },
  {
    mentioned: 'config-0',
    manifests: [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config-0' }, data: { key: 'value', other: 'value' } },
    ],
  },
  {
    mentioned: 'WebhookDown',
    manifests: ['Fail', 'Ignore'].map((failurePolicy) => ({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: failurePolicy.toLowerCase() },
      webhooks: [
        {
          name: `${failurePolicy.toLowerCase()}.example.com`,
          clientConfig: { url: 'https://policy.example.com/check' },
          rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
          failurePolicy,
          timeoutSeconds: 3,
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    })),
  },
  {
    mentioned: 'NamespaceDeleted',
    manifests: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'side' } },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'aside', namespace: 'side' },
        spec: {
          replicas: 2,
          selector: { matchLabels: { app: 'aside' } },
          template: {
            metadata: { labels: { app: 'aside' } },
            spec: { containers: [{ name: 'main', image: 'img/b:1' }] },
          },
        },
      },
    ],
  },
];

/** The scenario with everything that its text mentions. */
export function surrounded({ spec, manifests }: Fuzzed): Fuzzed {
  const text = JSON.stringify([spec, manifests]);
  const needed = SURROUNDINGS.filter(({ mentioned }) => text.includes(mentioned));
  const labels = Object.assign({}, ...needed.map((one) => one.labels ?? {}));
  const { cluster } = spec as { readonly cluster: { readonly nodePools: readonly object[] } };
  const pools = cluster.nodePools.map((pool) => (Object.keys(labels).length === 0 ? pool : { ...pool, labels }));
  return {
    spec: Object.assign({ ...spec, cluster: { ...cluster, nodePools: pools } }, ...needed.map((one) => one.spec ?? {})),
    manifests: [...manifests, ...needed.flatMap((one) => one.manifests ?? [])],
  };
}
