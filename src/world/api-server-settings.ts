// What the scenario says to the API server.
import type { ApiSettings } from '../api/settings.ts';
import type { Scenario } from '../scenario/scenario.ts';

export function apiServerSettings({
  controlPlane,
  behaviors,
}: Pick<Scenario, 'controlPlane' | 'behaviors'>): ApiSettings {
  const { apiServer, etcd, watch, featureGates } = controlPlane;
  return {
    mutating: apiServer.mutating,
    read: apiServer.read,
    processors: apiServer.processors ?? 0,
    // Where flow control is on, it keeps the limits.
    maxMutatingInflight: apiServer.flowControl === 'None' ? apiServer.maxMutatingInflight : 0,
    podNodeSelector: apiServer.podNodeSelector,
    etcdCommit: etcd.commit,
    watchDelivery: watch.delivery,
    featureGates,
    injections: behaviors.flatMap(({ image, mesh }) =>
      mesh?.inject === undefined ? [] : [{ image, by: mesh.inject }],
    ),
  };
}

/** Whether anybody applies on the server: nobody else looks at the managers of fields. */
export function needsManagers({ timeline }: Scenario): boolean {
  return timeline.some(({ action }) => action.type === 'apply' && action.serverSide !== undefined);
}
