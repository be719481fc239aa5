// What every cluster has from its first moment and no simulation needs: namespaces of the system, and the managers of fields.
import { findObject } from '../api/requests/found-state.ts';
import type { ApiServer } from '../api/server.ts';

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** To be called once, before the first event of the run. */
export function prepareCluster(api: ApiServer): void {
  api.managers.tracks = true;
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
  });
}
