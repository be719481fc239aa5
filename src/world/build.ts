// The map: one scenario and seed → every component, made and wired. Reads as a table of contents.
import { ApiClient } from '../api/client.ts';
import { startHandlerChain } from '../api/handler-chain.ts';
import { ApiServer } from '../api/server.ts';
import { Compute } from '../compute/compute.ts';
import { StandingUsage } from '../compute/standing-usage.ts';
import { analysisRuns } from '../controllers/analysis/analysis-controller.ts';
import { ControllerManager } from '../controllers/controller-manager.ts';
import { experiments } from '../controllers/experiment/experiment-controller.ts';
import { RolloutChoice } from '../controllers/deployment/rollouts/choice.ts';
import { RouteControllers } from '../controllers/routes/route-controllers.ts';
import { Engine } from '../engine/engine.ts';
import { People } from '../faults/people.ts';
import { FaultInjector } from '../faults/fault-injector.ts';
import { Kubelets } from '../kubelet/kubelets.ts';
import type { NodeAgents } from '../kubelet/node-agents.ts';
import { Change } from '../model/change-log.ts';
import { machines } from '../model/settings/masters.ts';
import { CloudLimits } from '../model/cloud-limits.ts';
import type { ControlPlaneProcesses } from '../model/ports/control-plane-processes.ts';
import type { PodExits } from '../model/ports/processes.ts';
import { ClusterState } from '../model/state.ts';
import { CustomMetricsAdapter } from '../metrics-apis/custom-metrics.ts';
import { MetricsServer } from '../metrics-apis/metrics-server.ts';
import { ClusterMonitoring } from '../metrics-apis/monitoring.ts';
import { Network } from '../network/network.ts';
import { hasAutoscalers, hasVerticalAutoscalers, usualAutoscaling } from '../scenario/autoscaling.ts';
import { behaviorOf, hasTraining } from '../scenario/behaviors.ts';
import { countsByRevision } from '../scenario/revision-counts.ts';
import { longestUpstreamSyncUs } from '../scenario/gateways.ts';
import { hasMirrors, hasRoutes } from '../scenario/routes.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import { usualStorage } from '../scenario/storage.ts';
import { gpuShares } from '../scheduler/gpu/shares.ts';
import { schedulerPorts, type StandIns } from './scheduler-ports.ts';
import { Scheduler } from '../scheduler/scheduler.ts';
import { worksBeside } from '../traffic/work-beside.ts';
import { Traffic } from '../traffic/traffic.ts';
import { Gangs } from '../training/gangs.ts';
import { VerticalPodAutoscaler } from '../vertical-autoscaler/vertical-pod-autoscaler.ts';
import {
  type ControllersView,
  lastingControlPlane,
  type Makers,
  mortalControlPlane,
} from './control-plane/control-plane.ts';
import { Backups } from './control-plane/backups.ts';
import { EtcdHistory } from './control-plane/etcd-history.ts';
import { ProcessContainers } from './control-plane/process-containers.ts';
import { mayDie } from './control-plane/mortality.ts';
import { startRecommenderProcess } from './control-plane/recommender-process.ts';
import type { SchedulerView } from './control-plane/schedulers.ts';
import { Conditions } from './conditions.ts';
import { containerTroubles } from './container-troubles.ts';
import { ApiClients } from './api-clients.ts';
import { ExternalSystems } from './external-systems.ts';
import { endBehindLoadBalancers } from './load-balancer-cuts.ts';
import { DenialHistory } from './denial-history.ts';
import type { Families } from './families.ts';
import { checkInvariants } from './check-invariants.ts';
import { withConfig } from './configured-processes.ts';
import type { Invariants } from './invariants.ts';
import { knownObjects } from './known-objects.ts';
import { Kubectl } from './kubectl.ts';
import { Measure } from './measure.ts';
import { LevelHistory } from './level-history.ts';
import { beginFromState } from './initial-state.ts';
import { startGateways } from './gateways.ts';
import { startDatabases } from './databases.ts';
import { startJobQueues } from './job-queueing.ts';
import { nodeSharing, usesPlans } from './node-sharing.ts';
import { type Renting, startNodeAutoscaling } from './node-autoscaling.ts';
import { startNetworkPolicies } from './network-policing.ts';
import { NodePoolHistory } from './node-pool-history.ts';
import { LateFigures } from './late-figures.ts';
import { addNodes, silentNodes } from './nodes.ts';
import { apiServerSettings, needsManagers } from './api-server-settings.ts';
import { beginOtherUsers } from './other-users.ts';
import { controllerSettings } from './controller-settings.ts';
import { trafficSettings } from './traffic-settings.ts';
import { heardNetwork, heardSlowness } from './sampled-requests.ts';
import { PolicyEvents } from './policy-events.ts';
import { PodGauges } from './pod-gauges.ts';
import { staticPodManifests } from './static-pods.ts';
import { TrainingHistory } from './training-history.ts';
import { PressureRows } from './pressure.ts';
import { QueueHistory } from './queue-history.ts';
import { UsageOfPods } from './usage.ts';
import { watchForEndlessPods } from './endless-pods.ts';
import { watchForStandstill } from './standstill.ts';
import { webhookCalls } from './webhooks.ts';

export interface World {
  readonly engine: Engine;
  readonly state: ClusterState;
  readonly api: ApiServer;
  readonly scheduler: SchedulerView;
  readonly controllers: ControllersView;
  readonly kubelets: NodeAgents;
  readonly network: Network;
  readonly traffic: Traffic;
  /** Of the control plane; none where it cannot die. */
  readonly processes: ControlPlaneProcesses;
  readonly faults: FaultInjector;
  readonly kubectl: Kubectl;
  readonly renting: Renting;
  readonly gauges: PodGauges;
  readonly measure: Measure;
  readonly invariants: Invariants | undefined;
  readonly apiClients: ApiClients | undefined;
  readonly metricsServer: MetricsServer;
}

export interface BuildOptions extends StandIns {
  /** The built-in families, and what plugins add to them. */
  readonly families: Families;
  /** Check the invariants: the run stops when one is broken. */
  readonly check: boolean;
  /** Runs the nodes instead of the simulated kubelets, as the fake ones of a recording did. */
  readonly nodeAgents?: (engine: Engine, api: ApiServer) => NodeAgents;
}

/** Throws an InputError when the scenario names something that does not exist. */
export function buildWorld(loaded: LoadedScenario, seed: number, options: BuildOptions): World {
  const { scenario } = loaded;
  const { controlPlane } = scenario;
  const { families } = options;
  const ideal = scenario.preset === 'ideal';
  const storage = scenario.storage ?? usualStorage(scenario.preset);

  // Time, and the committed state with its machines.
  const engine = new Engine({ seed });
  const state = new ClusterState(String(seed));
  watchForStandstill(engine, state, loaded);
  watchForEndlessPods(engine, state, loaded);
  addNodes(state, loaded, engine.stream('nodes'));
  // The API server: everything below meets there.
  const api = new ApiServer(engine, state, apiServerSettings(scenario));
  api.managers.tracks = needsManagers(scenario);
  const gauges = new PodGauges(api);
  // Packets: kube-proxies, links and balancers; requests, the processes that serve them, and the processors that these work on.
  const externals = new ExternalSystems(state, scenario.external ?? []);
  const network = new Network(
    engine,
    state,
    {
      ...scenario.network,
      watchDelivery: controlPlane.watch.delivery,
      longestUpstreamSyncUs: longestUpstreamSyncUs(scenario),
    },
    families.balancers,
    externals,
  );
  const exits: PodExits = {
    drained: (pod, epoch, container) => kubelets.drained(pod, epoch, container),
    holdsMore: (pod, epoch, container) => kubelets.holdsMore(pod, epoch, container),
  };
  const usage = new UsageOfPods(
    state,
    scenario,
    () => engine.now,
    (pod, container) => traffic.held(pod, container),
  );
  const standing = usage.usesCpu ? new StandingUsage((pod) => usage.cpuOf(pod)) : undefined;
  const sharing = nodeSharing(engine, state, scenario, usage, (pod) => traffic.containers.classOf(pod));
  const compute = new Compute(
    engine,
    worksBeside(scenario)
      ? (item) => traffic.workBeside[0].done(item)
      : usesPlans(scenario)
        ? (item) => traffic.work?.done(item)
        : (work) => traffic.serving.worked(work),
    standing,
    undefined,
    undefined,
    sharing?.compute,
  );
  const traffic: Traffic = new Traffic(
    engine,
    state,
    network,
    compute,
    trafficSettings(loaded, state, externals, usage.ofRequests),
    exits,
    families.arrivals,
    families.policies,
  );
  const networkPolicies = startNetworkPolicies(engine, api, network, externals, loaded);
  if (traffic.connections !== undefined) endBehindLoadBalancers(network, traffic.connections);
  if (traffic.gateways !== undefined) startGateways(engine, api, traffic.gateways);
  if (hasMirrors(loaded)) network.routes.mirrors = traffic;
  traffic.policing?.places.listeners.push(new PolicyEvents(state, () => engine.now));
  network.watchLoads({ held: (pod) => traffic.containers.heldIn(pod) });
  const webhooks = webhookCalls(api, network, loaded);
  const more = { startSeconds: scenario.startSeconds, webhooks, servers: mayDie(scenario) ? controlPlane.replicas : 1 };
  const fairness = startHandlerChain(api, controlPlane.apiServer, more);
  externals.start(traffic);

  // Nodes.
  const gangs = hasTraining(scenario)
    ? new Gangs(
        engine,
        state,
        traffic,
        (image) => behaviorOf(scenario, image).training,
        network.links,
        () => kubelets,
      )
    : undefined;
  const processContainers = mayDie(scenario) ? new ProcessContainers(gangs ?? traffic, state) : undefined;
  const slowness = heardSlowness(compute.slowness, traffic.sampling);
  const kubelets: NodeAgents =
    options.nodeAgents?.(engine, api) ??
    new Kubelets(
      engine,
      api,
      {
        ...scenario.kubelet,
        mount: storage.mount,
        client: controlPlane.clients.kubelet,
        staticPods: staticPodManifests(scenario),
      },
      withConfig(processContainers ?? gangs ?? traffic, engine, api, scenario, slowness, () => kubelets),
      (image) => behaviorOf(scenario, image),
    );
  api.kubelets.leases = kubelets.leases;
  usage.progress = (pod, container) => kubelets.progress?.(pod, container);
  usage.leakedBytes = (pod, container) => kubelets.leakedBytes?.(pod, container) ?? 0;
  const cloudLimits = new CloudLimits();
  kubelets.contactChanged = (node, reached) => network.proxies.contactChanged(node, reached);
  for (const node of silentNodes(state)) kubelets.crashNode(node);

  // What is measured of pods, for those who scale them.
  const autoscaling = scenario.autoscaling ?? usualAutoscaling(scenario.preset);
  const metricsServer = new MetricsServer(engine, state, compute, usage, kubelets.leases, autoscaling.metricsServer);
  const metricsAdapter = new CustomMetricsAdapter(
    engine,
    state,
    traffic.counts,
    autoscaling.customMetrics,
    autoscaling.metricsServer.resolutionUs,
    (queue, group) => traffic.messageQueues?.lag(queue, group) ?? 0,
  );
  if (hasAutoscalers(loaded)) for (const pipeline of [metricsServer, metricsAdapter]) pipeline.start();
  const verticalLimits = ideal ? { qps: Infinity, burst: 1 } : { qps: 50, burst: 100 };
  const vertical = hasVerticalAutoscalers(loaded)
    ? new VerticalPodAutoscaler(engine, api, options.resourceMetrics ?? metricsServer, verticalLimits)
    : undefined;
  if (!mayDie(scenario)) vertical?.recommend(engine, api);

  // The control plane.
  if (hasRoutes(loaded)) new RouteControllers(api, network.routes).start();
  const rolloutChoice = new RolloutChoice(
    { division: network.routes, requests: traffic.readings },
    scenario.rollouts,
    families.rollouts,
  );
  const measured = () => options.resourceMetrics ?? metricsServer.started();
  const makers: Makers = {
    controllers: (calendar, connection, set, log, machine) =>
      new ControllerManager(
        calendar,
        connection,
        controllerSettings(loaded, storage, autoscaling.autoscalers, cloudLimits, state.clocks, machine),
        kubelets.leases,
        rolloutChoice,
        { resources: options.resourceMetrics ?? metricsServer, custom: metricsAdapter },
        network.routes,
        set,
        log,
      ),
    scheduler: (calendar, connection) =>
      new Scheduler(
        calendar,
        connection,
        { ...scenario.scheduler, client: controlPlane.clients.scheduler },
        families.schedulerPlugins,
        schedulerPorts(engine, state, scenario, measured, options.extenderCalls),
      ),
  };
  const { scheduler, controllers, processes, leaders, servers } =
    processContainers === undefined
      ? lastingControlPlane(engine, api, makers, machines(controlPlane)[0])
      : mortalControlPlane(engine, api, makers, scenario, kubelets, processContainers);
  if (vertical !== undefined && mayDie(scenario)) startRecommenderProcess(engine, api, processes, scenario, vertical);
  vertical?.update();

  const renting = startNodeAutoscaling(engine, api, loaded, families.nodeAutoscalers, kubelets, cloudLimits);
  const jobAdmission = startJobQueues(engine, api, scenario, families.jobQueues);

  // The user, the faults, and the observers.
  const faults = new FaultInjector(
    engine,
    state,
    {
      machinery: kubelets,
      network: heardNetwork(
        servers === undefined ? network.troubles : servers.network.over(network.troubles),
        traffic.sampling,
      ),
      externals,
      spot: renting.cloud?.spot,
      processes,
      powers: {
        containers: containerTroubles(kubelets, traffic, processContainers),
        slowness,
        nodes: kubelets,
        cloud: cloudLimits,
        webhooks,
        people: new People(engine, new ApiClient(api, 'people', { qps: Infinity, burst: 1 })),
      },
    },
    knownObjects(loaded),
    families.faults,
  );
  faults.heralded = (timeUs, strikes) => traffic.sampling?.herald(timeUs, strikes);
  const invariants = options.check
    ? checkInvariants(engine, api, {
        kubelets,
        usage,
        traffic,
        cloud: renting.cloud,
        jobAdmission,
        fairness,
        controllers,
        servers,
        sharing,
      })
    : undefined;
  const apiClients = scenario.apiClients === undefined ? undefined : new ApiClients(api, scenario.apiClients);
  const measure = new Measure(
    engine,
    api,
    traffic,
    compute,
    gauges,
    () => scheduler.queueDepths(),
    () => gpuShares(scheduler.cache),
    new NodePoolHistory(state, scenario.cluster.nodePools, renting.cloud?.groups ?? []),
    new TrainingHistory(gangs),
    options.resourceMetrics ?? metricsServer,
    new QueueHistory(jobAdmission),
    leaders,
    new LevelHistory(fairness, apiClients),
    sharing?.throttling,
    new PressureRows(state, kubelets),
    { ...scenario, countsByRevision: countsByRevision(loaded) },
  );
  if (networkPolicies !== undefined) measure.denials = new DenialHistory(networkPolicies);
  if (servers !== undefined) measure.etcd = new EtcdHistory(servers);
  api.nodeCommits.push((node, what) => {
    if ((what & Change.Created) !== 0) faults.nodeJoined(node);
  });
  for (const fault of scenario.faults) faults.atRandom(fault);
  const late = new LateFigures(
    measure,
    state,
    scenario.objectives,
    scenario.traffic.length > 0,
    () => controllers.rollouts,
  );
  const conditions = new Conditions(engine, late, scenario.intervalUs);
  const kubectl = new Kubectl(
    engine,
    new ApiClient(api, 'kubectl', { qps: ideal ? Infinity : 50, burst: 300 }),
    faults,
    conditions,
    new Backups(api, servers, network.proxies),
    kubelets,
  );
  kubectl.apply(beginFromState(api, kubelets, loaded));
  kubectl.schedule(scenario.timeline);
  conditions.begin(api, traffic, measure);
  beginOtherUsers(engine, api, scenario);
  // Argo's controllers beside the Rollouts': what they measure is asked of a monitoring system.
  const monitoring = new ClusterMonitoring(engine, state, traffic.readings, { cpu: compute, memory: usage }, late);
  controllers.add(analysisRuns(monitoring));
  controllers.add(experiments);
  startDatabases(api, traffic.databases, kubelets, controllers, scenario);
  return {
    engine,
    state,
    api,
    scheduler,
    controllers,
    kubelets,
    network,
    traffic,
    processes,
    faults,
    kubectl,
    renting,
    gauges,
    measure,
    invariants,
    apiClients,
    metricsServer,
  };
}
