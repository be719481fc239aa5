// Every default of the Scenario document, in the document's own notation, with the mark of where it comes from.
import { FEATURE_GATES } from '../model/objects/feature-gates.ts';
import { CONCURRENT_SYNCS } from '../model/settings/concurrent-syncs.ts';
import type { Assumption, Provenance } from './scenario.ts';

export interface Default {
  /** Below `spec`; `[]` stands for each item of a list. */
  readonly field: string;
  readonly value: unknown;
  /** What the preset `ideal` has instead. */
  readonly ideal?: unknown;
  /** Without a mark it is a convention of the format and no assumption about the world. */
  readonly mark?: Provenance;
}

const lognormal = (median: string, sigma: number) => ({ lognormal: { median, sigma } });

const callDefaults = (at: string): Default[] => [
  { field: `${at}.timeout`, value: '1s', mark: 'A' },
  { field: `${at}.retries.max`, value: 0, mark: 'A' },
  { field: `${at}.retries.backoff`, value: '100ms', mark: 'A' },
  { field: `${at}.retries.jitter`, value: 0.2, mark: 'A' },
  { field: `${at}.priority`, value: 0 },
];

const run: readonly Default[] = [
  { field: 'warmup', value: 0 },
  { field: 'interval', value: '10s' },
  { field: 'seed', value: 1 },
  { field: 'seeds', value: 1 },
  { field: 'startTime', value: '2026-01-01T00:00:00Z' },
  { field: 'preset', value: 'default' },
  { field: 'manifests', value: [] },
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

const requestDefaults = (at: string): Default[] => [
  { field: `${at}.service`, value: lognormal('5ms', 0.5), mark: 'A' },
  { field: `${at}.concurrency`, value: 16, mark: 'A' },
  { field: `${at}.queue`, value: 128, mark: 'A' },
  { field: `${at}.order`, value: 'firstComeFirstServed', mark: 'A' },
  { field: `${at}.compute`, value: 'dedicated', mark: 'A' },
  { field: `${at}.processors`, value: 1 },
  { field: `${at}.errorRate`, value: 0, mark: 'A' },
  { field: `${at}.size?.request`, value: '1kB', mark: 'A' },
  { field: `${at}.size?.response`, value: '1kB', mark: 'A' },
];

/** As in a pod of `dnsPolicy: ClusterFirst`, and in the Corefile of kubeadm. */
const dns: readonly Default[] = [
  { field: 'dns?.service', value: 'kube-system/kube-dns', mark: 'K' },
  { field: 'dns?.resolver', value: 'glibc', mark: 'A' },
  { field: 'dns?.ndots', value: 5, mark: 'K' },
  { field: 'dns?.timeout', value: '5s', mark: 'K' },
  { field: 'dns?.attempts', value: 2, mark: 'K' },
  { field: 'dns?.singleRequest', value: false },
  { field: 'dns?.useTcp', value: false },
  { field: 'dns?.names', value: 'short', mark: 'A' },
  { field: 'dns?.programCache', value: 0, mark: 'A' },
  { field: 'dns?.nodeLocal', value: false },
  { field: 'dns?.cache.success.min', value: '5s', mark: 'K' },
  { field: 'dns?.cache.success.max', value: '30s', mark: 'K' },
  { field: 'dns?.cache.denial.min', value: '5s', mark: 'K' },
  { field: 'dns?.cache.denial.max', value: '30s', mark: 'K' },
  { field: 'dns?.cache.servfail', value: '5s', mark: 'K' },
  { field: 'dns?.upstream.latency', value: lognormal('10ms', 0.5), ideal: 0, mark: 'A' },
  { field: 'dns?.upstream.ttl', value: '60s', mark: 'A' },
  { field: 'dns?.loss', value: 0 },
  { field: 'dns?.race', value: 0 },
];

const callerConnections = (at: string): Default[] => [
  { field: `${at}.protocol`, value: 'http1', mark: 'A' },
  { field: `${at}.keepAlive`, value: true },
  { field: `${at}.balance`, value: 'connection', mark: 'A' },
  { field: `${at}.min`, value: 1 },
  { field: `${at}.pending`, value: 'unlimited', mark: 'A' },
  { field: `${at}.pendingTimeout`, value: 0 },
  // As Go's http.DefaultTransport has it.
  { field: `${at}.idleTimeout`, value: '90s', mark: 'A' },
  { field: `${at}.maxIdle`, value: 'unlimited', mark: 'A' },
  { field: `${at}.lifetime`, value: 0, mark: 'A' },
  { field: `${at}.streams`, value: 'unlimited', mark: 'A' },
  { field: `${at}.tls`, value: 'none', mark: 'A' },
  { field: `${at}.resume`, value: true, mark: 'A' },
];

const serverConnections = (at: string): Default[] => [
  { field: `${at}.max`, value: 'unlimited', mark: 'A' },
  { field: `${at}.backlog`, value: 4096, mark: 'A' },
  { field: `${at}.refuse`, value: false },
  { field: `${at}.idleTimeout`, value: 0, mark: 'A' },
  { field: `${at}.maxAge`, value: 0, mark: 'A' },
  { field: `${at}.maxAgeGrace`, value: 0, mark: 'A' },
  { field: `${at}.maxRequests`, value: 'unlimited', mark: 'A' },
  { field: `${at}.streams`, value: 'unlimited', mark: 'A' },
];

/** Of Linux: ports, times and windows; of kube-proxy: the size of the table. */
const connections: readonly Default[] = [
  ...callerConnections('connections?.callers?'),
  ...serverConnections('connections?.servers'),
  { field: 'connections?.handshake.full.caller', value: '200us', mark: 'A' },
  { field: 'connections?.handshake.full.server', value: '1ms', mark: 'A' },
  { field: 'connections?.handshake.resumed.caller', value: '50us', mark: 'A' },
  { field: 'connections?.handshake.resumed.server', value: '50us', mark: 'A' },
  { field: 'connections?.ports', value: 28_232, mark: 'A' },
  { field: 'connections?.timeWait', value: '60s', mark: 'A' },
  { field: 'connections?.conntrack?.maxPerCore', value: 32_768, mark: 'K' },
  { field: 'connections?.conntrack?.min', value: 131_072, mark: 'K' },
  { field: 'connections?.conntrack?.timeWait', value: '2m', mark: 'A' },
  { field: 'connections?.conntrack?.close', value: '10s', mark: 'A' },
  { field: 'connections?.conntrack?.udp', value: '30s', mark: 'A' },
  { field: 'connections?.initialWindow', value: '14600B', mark: 'A' },
  { field: 'connections?.slowStartAfterIdle', value: true, mark: 'A' },
  { field: 'connections?.nodeBandwidth', value: 'unlimited', mark: 'A' },
];

const workload: readonly Default[] = [
  { field: 'tracing?.sample', value: 0.1, mark: 'A' },
  { field: 'tracing?.traces', value: 0 },
  { field: 'tracing?.slowest', value: 0 },
  { field: 'behaviors', value: [] },
  { field: 'behaviors[].startup', value: lognormal('2s', 0.4), ideal: 0, mark: 'A' },
  ...requestDefaults('behaviors[].requests'),
  { field: 'behaviors[].calls[].count', value: 1 },
  { field: 'behaviors[].calls[].probability', value: 1 },
  { field: 'behaviors[].calls[].parallel', value: false },
  ...callDefaults('behaviors[].calls[]'),
  ...callerConnections('behaviors[].calls[].connections?'),
  { field: 'behaviors[].calls[].write', value: false },
  ...serverConnections('behaviors[].connections?'),
  { field: 'behaviors[].database?.label', value: 'role', mark: 'A' },
  // As Patroni has it: ttl.
  { field: 'behaviors[].database?.failover', value: '30s', ideal: 0, mark: 'A' },
  { field: 'behaviors[].database?.promotion', value: '3s', ideal: 0, mark: 'A' },
  { field: 'behaviors[].database?.replication.lag', value: '10ms', mark: 'A' },
  { field: 'behaviors[].database?.replication.synchronous', value: false, mark: 'A' },
  { field: 'behaviors[].database?.locks', value: 'none', mark: 'A' },
  { field: 'behaviors[].gateway?.workers', value: 2, mark: 'A' },
  { field: 'behaviors[].gateway?.response', value: '50us', mark: 'A' },
  { field: 'behaviors[].gateway?.tls.handshake', value: '1ms', mark: 'A' },
  { field: 'behaviors[].gateway?.tls.reuse', value: 0.9, mark: 'A' },
  { field: 'behaviors[].mesh?.workers', value: 2, mark: 'A' },
  // Proxies multiplex; Envoy closes what is idle for an hour.
  { field: 'behaviors[].mesh?.connections.protocol', value: 'http2', mark: 'A' },
  { field: 'behaviors[].mesh?.connections.max', value: 'unlimited', mark: 'A' },
  { field: 'behaviors[].mesh?.connections.streams', value: 100, mark: 'A' },
  { field: 'behaviors[].mesh?.connections.idleTimeout', value: '1h', mark: 'A' },
  { field: 'behaviors[].mesh?.connections.tls', value: '1.3', mark: 'A' },
  ...callerConnections('behaviors[].mesh?.connections'),
  { field: 'behaviors[].mesh?.sync.period', value: '100ms', ideal: 0, mark: 'A' },
  { field: 'behaviors[].mesh?.sync.takes', value: '100ms', ideal: 0, mark: 'A' },
  { field: 'behaviors[].private', value: false },
  { field: 'behaviors[].usage.cpu', value: 0 },
  { field: 'behaviors[].usage.memory', value: '64Mi', mark: 'A' },
  { field: 'behaviors[].usage.memoryPerRequest', value: 0 },
  { field: 'behaviors[].usage.disk', value: 0 },
  { field: 'behaviors[].usage.logs', value: 0 },
  { field: 'behaviors[].usage.volumes', value: {} },
  { field: 'behaviors[].crash?.exitCode', value: 1 },
  { field: 'behaviors[].run?.failure?.exitCode', value: 1 },
  { field: 'behaviors[].training?.begin', value: 0 },
  { field: 'behaviors[].training?.lastCall', value: '30s', mark: 'A' },
  { field: 'behaviors[].training?.timeout', value: '10m', mark: 'A' },
  { field: 'behaviors[].shutdown.drain', value: true, mark: 'A' },
  { field: 'external', value: [] },
  { field: 'external[].latency', value: lognormal('1ms', 0.25), ideal: 0, mark: 'A' },
  ...requestDefaults('external[].requests'),
  { field: 'readinessGates', value: [] },
  { field: 'readinessGates[].after', value: '10s', ideal: 0, mark: 'A' },
  { field: 'trafficMode', value: 'full' },
  { field: 'trafficError', value: '2%' },
  { field: 'traffic', value: [] },
  ...callDefaults('traffic[]'),
  { field: 'traffic[].users?.leave', value: 0 },
  ...callerConnections('traffic[].connections?'),
  { field: 'traffic[].clients', value: 100, mark: 'A' },
  { field: 'traffic[].write', value: false },
  { field: 'traffic[].method', value: 'GET' },
  { field: 'traffic[].path', value: '/' },
  { field: 'traffic[].headers', value: {} },
  { field: 'traffic[].cookies', value: {} },
  { field: 'traffic[].portForward', value: false },
  { field: 'traffic[].start', value: 0 },
  { field: 'staticPods', value: [] },
  { field: 'podArrivals', value: [] },
  { field: 'apiClients', value: [] },
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
