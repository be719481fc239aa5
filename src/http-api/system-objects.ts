// What every cluster has from its first moment and no simulation needs: namespaces of the system, and the managers of fields.
import { findObject } from '../api/requests/found-state.ts';
import type { ApiServer } from '../api/server.ts';
import type { KubeObject } from '../model/object-store.ts';
import { ServiceAddresses } from './service-addresses.ts';

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** The way of pods to the API server. */
const KUBERNETES: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'kubernetes',
    namespace: 'default',
    labels: { component: 'apiserver', provider: 'kubernetes' },
  },
  spec: {
    clusterIP: '10.96.0.1',
    clusterIPs: ['10.96.0.1'],
    internalTrafficPolicy: 'Cluster',
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
    sessionAffinity: 'None',
    type: 'ClusterIP',
  },
  status: { loadBalancer: {} },
};

/** To be called once, before the first event of the run. */
export function prepareCluster(api: ApiServer): void {
  api.managers.tracks = true;
  api.allocateServices(new ServiceAddresses(api.state));
  api.begin((at) => {
    for (const name of NAMESPACES) {
      if (api.state.objects.find('Namespace', undefined, name) >= 0) continue;
      const metadata = { name, labels: { 'kubernetes.io/metadata.name': name } };
      const namespace = {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata,
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      };
      findObject(at, namespace, -1);
    }
    if (api.state.objects.find('Service', 'default', KUBERNETES.metadata.name) < 0) findObject(at, KUBERNETES, -1);
  });
}
