// Every default of the Scenario document, in the document's own notation, with the mark of where it comes from.
import { FEATURE_GATES } from '../model/objects/feature-gates.ts';
import { CONCURRENT_SYNCS } from '../model/settings/concurrent-syncs.ts';
import { type Default, lognormal } from './default.ts';
import { connections, dns, workload } from './request-defaults.ts';
import type { Assumption } from './scenario.ts';

const run: readonly Default[] = [
  { field: 'warmup', value: 0 },
  { field: 'interval', value: '10s' },
  { field: 'seed', value: 1 },
  { field: 'seeds', value: 1 },
  { field: 'startTime', value: '2026-01-01T00:00:00Z' },
  { field: 'preset', value: 'default' },
  { field: 'manifests', value: [] },
  { field: 'initialState', value: [] },
];

const cluster: readonly Default[] = [
  { field: 'cluster.version', value: '1.36' },
  { field: 'cluster.nodePools', value: [] },
  { field: 'cluster.nodePools[].count', value: 3, mark: 'A' },
  { field: 'cluster.nodePools[].zones', value: ['zone-a'], mark: 'A' },
  { field: 'cluster.nodePools[].region', value: 'region-1', mark: 'A' },
  { field: 'cluster.nodePools[].capacity.cpu', value: 4, mark: 'A' },
  { field: 'cluster.nodePools[].capacity.memory', value: '16Gi', mark: 'A' },
  { field: 'cluster.nodePools[].capacity.ephemeral-storage', value: '100Gi', mark: 'A' },
  { field: 'cluster.nodePools[].capacity.pods', value: 110, mark: 'K' },
  { field: 'cluster.nodePools[].systemReserved', value: { cpu: '100m', memory: '300Mi' }, mark: 'A' },
  { field: 'cluster.nodePools[].evictionHard.memory', value: '100Mi', mark: 'K' },
  { field: 'cluster.nodePools[].evictionHard.ephemeral-storage', value: '10%', mark: 'K' },
  { field: 'cluster.nodePools[].hourlyCost', value: 0 },
  { field: 'cluster.nodePools[].autoscaling?.min', value: 0 },
  { field: 'cluster.nodePools[].autoscaling?.boot', value: lognormal('45s', 0.3), ideal: 0, mark: 'A' },
  { field: 'cluster.nodePools[].autoscaling?.register', value: lognormal('20s', 0.3), ideal: 0, mark: 'A' },
  { field: 'cluster.nodePools[].autoscaling?.failures', value: [] },
  { field: 'cluster.nodePools[].autoscaling?.failures[].from', value: 0 },
  { field: 'cluster.nodePools[].spot?.notice', value: '2m', mark: 'A' },
  { field: 'cluster.nodePools[].spot?.onNotice', value: 'drain', mark: 'A' },
  { field: 'cluster.nodePools[].spot?.reaction', value: '2s', ideal: 0, mark: 'A' },
  { field: 'descheduler?.interval', value: '5m', mark: 'A' },
  { field: 'descheduler?.start', value: 0 },
];

const controlPlanePods: readonly Default[] = [{ field: 'controlPlane.pods?.apiServerPort', value: 6443, mark: 'K' }];

const client = (name: string, qps: number, burst: number): Default[] => [
  { field: `controlPlane.clients.${name}.qps`, value: qps, ideal: 'unlimited', mark: 'K' },
  { field: `controlPlane.clients.${name}.burst`, value: burst, mark: 'K' },
];

const controlPlane: readonly Default[] = [
  ...Object.entries(FEATURE_GATES).map(
    ([name, value]): Default => ({ field: `controlPlane.featureGates.${name}`, value, mark: 'K' }),
  ),
  { field: 'controlPlane.apiServer.mutating', value: lognormal('1ms', 0.5), ideal: 0, mark: 'A' },
  { field: 'controlPlane.apiServer.read', value: lognormal('500us', 0.5), ideal: 0, mark: 'A' },
  { field: 'controlPlane.apiServer.processors', value: 'unlimited', mark: 'A' },
  { field: 'controlPlane.apiServer.maxMutatingInflight', value: 200, mark: 'K' },
  { field: 'controlPlane.apiServer.webhookLatency', value: lognormal('5ms', 0.5), ideal: 0, mark: 'A' },
  { field: 'controlPlane.apiServer.webhooks', value: {} },
  { field: 'controlPlane.apiServer.listObject', value: '20us', ideal: 0, mark: 'A' },
  { field: 'controlPlane.apiServer.maxRequestsInflight', value: 400, mark: 'K' },
  { field: 'controlPlane.apiServer.flowControl', value: 'None', mark: 'A' },
  { field: 'controlPlane.etcd.commit', value: lognormal('1.6ms', 0.5), ideal: 0, mark: 'P' },
  { field: 'controlPlane.etcd.save', value: lognormal('800us', 0.4), ideal: 0, mark: 'P' },
  { field: 'controlPlane.etcd.quota', value: '2GiB', mark: 'K' },
  { field: 'controlPlane.etcd.compaction', value: '5m', mark: 'K' },
  { field: 'controlPlane.apiServer.start', value: lognormal('6s', 0.25), ideal: 0, mark: 'R' },
  { field: 'controlPlane.watch.delivery', value: lognormal('1.5ms', 0.6), ideal: 0, mark: 'A' },
  ...client('controllers', 20, 30),
  ...client('scheduler', 50, 100),
  ...client('kubelet', 50, 100),
  { field: 'controlPlane.controllers.syncWork', value: '200us', ideal: 0, mark: 'A' },
  { field: 'controlPlane.controllers.endpointWork', value: '200us', ideal: 0, mark: 'R' },
  ...Object.entries(CONCURRENT_SYNCS).map(
    ([name, value]): Default => ({ field: `controlPlane.controllers.concurrentSyncs.${name}`, value, mark: 'K' }),
  ),
  { field: 'controlPlane.replicas', value: 1 },
  { field: 'controlPlane.zones', value: [] },
  { field: 'controlPlane.leaderElection.leaseDuration', value: '15s', mark: 'K' },
  { field: 'controlPlane.leaderElection.renewDeadline', value: '10s', mark: 'K' },
  { field: 'controlPlane.leaderElection.retryPeriod', value: '2s', mark: 'K' },
  { field: 'controlPlane.processes.start', value: lognormal('700ms', 0.3), ideal: 0, mark: 'R' },
  { field: 'controlPlane.processes.controllersStart', value: lognormal('1s', 0.2), ideal: 0, mark: 'R' },
  { field: 'controlPlane.controllers.nodeMonitorPeriod', value: '5s', mark: 'K' },
  { field: 'controlPlane.controllers.nodeMonitorGracePeriod', value: '50s', mark: 'K' },
  { field: 'controlPlane.controllers.nodeEvictionRate', value: 0.1, mark: 'K' },
  { field: 'controlPlane.controllers.secondaryNodeEvictionRate', value: 0.01, mark: 'K' },
  { field: 'controlPlane.controllers.unhealthyZoneThreshold', value: 0.55, mark: 'K' },
  { field: 'controlPlane.controllers.largeClusterSizeThreshold', value: 50, mark: 'K' },
];

const scheduler: readonly Default[] = [
  { field: 'scheduler.cycle.fixed', value: '250us', ideal: 0, mark: 'A' },
  { field: 'scheduler.cycle.perNodeFiltered', value: '1.5us', ideal: 0, mark: 'A' },
  { field: 'scheduler.cycle.perNodeScored', value: '1.5us', ideal: 0, mark: 'A' },
  { field: 'scheduler.percentageOfNodesToScore', value: 0, mark: 'K' },
  { field: 'scheduler.podInitialBackoff', value: '1s', mark: 'K' },
  { field: 'scheduler.podMaxBackoff', value: '10s', mark: 'K' },
  { field: 'scheduler.tieBreak', value: 'heap', mark: 'K' },
];

const rollouts: readonly Default[] = [{ field: 'rollouts', value: {} }];

const kubelet: readonly Default[] = [
  { field: 'kubelet.sandbox', value: lognormal('350ms', 0.35), ideal: 0, mark: 'A' },
  { field: 'kubelet.containerStart', value: lognormal('220ms', 0.35), ideal: 0, mark: 'A' },
  { field: 'kubelet.imagePull.bandwidth', value: '25MB/s', ideal: 'unlimited', mark: 'P' },
  { field: 'kubelet.imagePull.roundTrip', value: '150ms', ideal: 0, mark: 'A' },
  { field: 'kubelet.imagePull.imageSize', value: '120MB', mark: 'A' },
  { field: 'kubelet.imagePull.serialize', value: true, mark: 'K' },
  { field: 'kubelet.imagePull.maxParallel', value: 'unlimited', mark: 'K' },
  { field: 'kubelet.imagePull.qps', value: 5, ideal: 'unlimited', mark: 'K' },
  { field: 'kubelet.imagePull.burst', value: 10, mark: 'K' },
  { field: 'kubelet.cachedImages', value: [], ideal: ['*'], mark: 'A' },
  { field: 'kubelet.leaseRenewInterval', value: '10s', mark: 'K' },
  { field: 'kubelet.relistPeriod', value: '1s', ideal: 0, mark: 'K' },
  { field: 'kubelet.eviction.memoryAvailable', value: '100Mi', mark: 'K' },
  { field: 'kubelet.eviction.nodefsAvailable', value: '10%', mark: 'K' },
  { field: 'kubelet.eviction.imagefsAvailable', value: '15%', mark: 'K' },
  { field: 'kubelet.eviction.pressureTransitionPeriod', value: '5m', mark: 'K' },
  { field: 'kubelet.disk.system', value: 0, mark: 'A' },
  { field: 'kubelet.disk.unpacked', value: 2.5, mark: 'P' },
  { field: 'kubelet.containerLogs.maxSize', value: '10Mi', mark: 'K' },
  { field: 'kubelet.containerLogs.maxFiles', value: 5, mark: 'K' },
  { field: 'kubelet.imageGC.highThreshold', value: '85%', mark: 'K' },
  { field: 'kubelet.imageGC.lowThreshold', value: '80%', mark: 'K' },
  { field: 'kubelet.imageGC.minimumAge', value: '2m', mark: 'K' },
  { field: 'kubelet.imageGC.maximumAge', value: 0, mark: 'K' },
  { field: 'kubelet.crashLoopBackOff.initial', value: '10s', mark: 'K' },
  { field: 'kubelet.crashLoopBackOff.max', value: '5m', mark: 'K' },
  { field: 'kubelet.shutdownGracePeriod', value: 0, mark: 'K' },
  { field: 'kubelet.shutdownGracePeriodCriticalPods', value: 0, mark: 'K' },
  { field: 'kubelet.shutdownGracePeriodByPodPriority', value: [] },
];

const storage: readonly Default[] = [
  { field: 'storage?.provision', value: lognormal('3s', 0.4), ideal: 0, mark: 'A' },
  { field: 'storage?.provisionWorkers', value: 100, mark: 'K' },
  { field: 'storage?.attach', value: lognormal('8s', 0.4), ideal: 0, mark: 'A' },
  { field: 'storage?.detach', value: '6s', ideal: 0, mark: 'A' },
  { field: 'storage?.attachWorkers', value: 10, mark: 'K' },
  { field: 'storage?.mount', value: '1s', ideal: 0, mark: 'A' },
];

const autoscaling: readonly Default[] = [
  { field: 'autoscaling?.syncPeriod', value: '15s', mark: 'K' },
  { field: 'autoscaling?.tolerance', value: 0.1, mark: 'K' },
  { field: 'autoscaling?.downscaleStabilization', value: '5m', mark: 'K' },
  { field: 'autoscaling?.cpuInitializationPeriod', value: '5m', mark: 'K' },
  { field: 'autoscaling?.initialReadinessDelay', value: '30s', mark: 'K' },
  { field: 'autoscaling?.metricResolution', value: '15s', mark: 'K' },
  { field: 'autoscaling?.housekeepingInterval', value: '10s', ideal: 0, mark: 'K' },
  { field: 'autoscaling?.customMetrics', value: [] },
  { field: 'autoscaling?.customMetrics[].labels', value: {} },
  { field: 'autoscaling?.customMetrics[].over', value: '1m' },
];

const network: readonly Default[] = [
  { field: 'network.links.sameNode', value: lognormal('30us', 0.25), ideal: 0, mark: 'A' },
  { field: 'network.links.sameZone', value: lognormal('150us', 0.25), ideal: 0, mark: 'A' },
  { field: 'network.links.otherZone', value: lognormal('600us', 0.25), ideal: 0, mark: 'A' },
  { field: 'network.links.otherRegion', value: lognormal('30ms', 0.25), ideal: 0, mark: 'A' },
  { field: 'network.links.client', value: lognormal('8ms', 0.4), ideal: 0, mark: 'A' },
  { field: 'network.kubeProxy.mode', value: 'iptables', mark: 'K' },
  { field: 'network.kubeProxy.minSyncPeriod', value: '1s', ideal: 0, mark: 'K' },
  { field: 'network.kubeProxy.syncFixed', value: '20ms', ideal: 0, mark: 'A' },
  { field: 'network.kubeProxy.syncPerEndpoint', value: '5us', ideal: 0, mark: 'A' },
  // iptables-restore gets what has changed alone, since Kubernetes 1.28.
  { field: 'network.kubeProxy.syncPerService', value: 0, mark: 'A' },
  { field: 'network.kubeProxy.scheduler', value: 'rr', mark: 'K' },
  { field: 'network.kubeProxy.ipvs.minSyncPeriod', value: 0, mark: 'K' },
  { field: 'network.kubeProxy.ipvs.syncFixed', value: '10ms', ideal: 0, mark: 'A' },
  { field: 'network.kubeProxy.ipvs.syncPerEndpoint', value: '30us', ideal: 0, mark: 'A' },
  // It compares all virtual servers with what there should be.
  { field: 'network.kubeProxy.ipvs.syncPerService', value: '20us', ideal: 0, mark: 'A' },
  { field: 'network.kubeProxy.nftables.minSyncPeriod', value: '1s', ideal: 0, mark: 'K' },
  { field: 'network.kubeProxy.nftables.syncFixed', value: '5ms', ideal: 0, mark: 'A' },
  { field: 'network.kubeProxy.nftables.syncPerEndpoint', value: '10us', ideal: 0, mark: 'A' },
  { field: 'network.kubeProxy.nftables.syncPerService', value: 0, mark: 'A' },
  { field: 'network.loadBalancer.checkPeriod', value: '8s', ideal: '1s', mark: 'A' },
  { field: 'network.loadBalancer.unhealthyThreshold', value: 3, ideal: 1, mark: 'A' },
  { field: 'network.loadBalancer.healthyThreshold', value: 1, mark: 'A' },
  { field: 'network.loadBalancer.crossZone', value: true, mark: 'A' },
  // As AWS has it: 300 s for targets that are taken out, and at once where one is unhealthy.
  { field: 'network.loadBalancer.deregistrationDelay', value: '5m', mark: 'A' },
  { field: 'network.loadBalancer.unhealthyDelay', value: 0, mark: 'A' },
  { field: 'network.balancer', value: 'Random', mark: 'K' },
  { field: 'network.balancers', value: {} },
  { field: 'network.policies', value: {} },
  { field: 'network.networkPolicies', value: 'drop', mark: 'A' },
  { field: 'network.timeoutWithoutLimit', value: '127s', mark: 'A' },
];

const happenings: readonly Default[] = [
  { field: 'timeline', value: [] },
  { field: 'faults', value: [] },
  { field: 'faults[].from', value: 0 },
  { field: 'sweep', value: {} },
  { field: 'bench', value: [] },
  { field: 'objectives.latency', value: {} },
  { field: 'chaos?.targets', value: ['zones', 'nodes', 'workloads', 'external'] },
  { field: 'chaos?.moments', value: ['evenly:3', 'rollouts', 'peaks'] },
  { field: 'chaos?.for', value: '2m' },
  { field: 'chaos?.measure', value: [] },
  { field: 'expect', value: [] },
];

/** In the order of the document. `?` after a name: only where the scenario has it. */
export const DEFAULTS: readonly Default[] = [
  ...run,
  ...cluster,
  ...controlPlanePods,
  ...controlPlane,
  ...scheduler,
  ...rollouts,
  ...kubelet,
  ...storage,
  ...autoscaling,
  ...network,
  ...dns,
  ...connections,
  ...workload,
  ...happenings,
];

/** What a manifest without a Scenario document simulates. */
export const PLAIN_DURATION = '10m';

/** Assumptions of the model that are no fields. */
export const FIXED: readonly Assumption[] = [
  { field: 'connections', value: 'a new one per request unless `connections` says otherwise', mark: 'A' },
  { field: 'listening', value: 'a container on the ports that it declares, on any if it declares none', mark: 'A' },
  { field: 'packet loss', value: 'none but by faults', mark: 'A' },
];
