// Requests from outside and the processes that serve them: the parts of traffic wired together, and its ports.
import type { Engine } from '../engine/engine.ts';
import type { Family } from '../lib/family.ts';
import { clientsOf } from '../model/clients.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { PodExits, Processes } from '../model/ports/processes.ts';
import type { ExpectedWork, Processors } from '../model/ports/processors.ts';
import type { Routes } from '../model/ports/routes.ts';
import type { ClusterState } from '../model/state.ts';
import type { ArrivalContext, Arrivals } from './arrivals/arrivals.ts';
import { arrivals } from './arrivals/index.ts';
import { AskedRequests } from './asked-requests.ts';
import { Behaviors, hasCache, hasPlan } from './behaviors.ts';
import { Caches } from './caches/caches.ts';
import { CallSites } from './call-sites.ts';
import type { Callers } from './callers.ts';
import { CallTable } from './calls.ts';
import { MarkedCalls } from './classes/marked-calls.ts';
import { hasMarks, hasWork } from './classes/marks.ts';
import { RequestClasses } from './classes/request-classes.ts';
import { ScaledWork } from './classes/scaled-work.ts';
import { SentAs } from './classes/sent-as.ts';
import { checkPopulations, checkTraffic } from './check.ts';
import { checkConnections } from './connections/check.ts';
import type { Connections } from './connections/connections.ts';
import { type Databases, databasesOf } from './databases/databases.ts';
import { processStarts } from './connections/wiring.ts';
import type { Gateways } from './gateways/gateways.ts';
import { proxiesOf } from './gateways/proxies.ts';
import { meshOf, type TrafficMesh } from './mesh/wiring.ts';
import { type MessageQueues, messageQueuesOf } from './message-queues/message-queues.ts';
import { callersOf, type Features, servingOf } from './halves.ts';
import { Meters } from './meters.ts';
import { addMirrorSite, addQuerySite } from './own-sites.ts';
import { Mirrors } from './mirrors.ts';
import type { Names } from './names/names.ts';
import { CountsOfRequests } from './request-counts.ts';
import type { Sampling } from './sampled/sampling.ts';
import { sampledTraffic } from './sampled/sampled-traffic.ts';
import { Readings } from './request-readings.ts';
import { RevisionMeters, type RevisionNumbers } from './revision-meters.ts';
import { type Part, PodContainers } from './pod-containers.ts';
import { RequestWork } from './request-work.ts';
import { SERVER, ServerField, Servers } from './servers.ts';
import { SourceArrivals } from './source-arrivals.ts';
import { ServiceDirectory } from './services.ts';
import type { Serving } from './serving.ts';
import { TrafficTracing } from './traces/traffic-tracing.ts';
import { PolicedCallers } from './policed/policed-callers.ts';
import { hasPolicies, Policing } from './policed/policing.ts';
import { policies } from './policies/index.ts';
import type { Users } from './users/users.ts';
import { WorkBeside, worksBeside } from './work-beside.ts';
import type { Policy, PolicyContext } from './policies/policy.ts';
import type { SourceSpec } from '../model/settings/traffic.ts';
import type { TrafficSettings } from './settings.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

const NO_ROWS: ReadonlySet<number> = new Set();

/**
 * A call goes through attempts. An attempt is a row with two halves that end independently: the caller's (waiting, or
 * backing off before the next attempt) and the server's (travelling, queued, serving, calling). A timeout ends only the
 * caller's half: the server works on for nobody.
 */
export class Traffic implements Processes {
  /** Meter i is source i; those of Services follow, see `serviceMeter`. */
  readonly meters = new Meters();
  readonly readings: Readings;
  readonly counts: CountsOfRequests;
  readonly services: ServiceDirectory;
  readonly calls: CallTable;
  readonly sites: CallSites;
  /** Undefined where there is no broker. */
  readonly messageQueues: MessageQueues | undefined;
  /** Undefined where no calls have a cache before them. */
  readonly caches: Caches | undefined;
  /** Undefined where no pods keep data. */
  readonly databases: Databases | undefined;
  /** Undefined where requests have neither classes nor keys. */
  readonly classes: RequestClasses | undefined;
  readonly sources: readonly SourceSpec[];
  readonly behaviors: Behaviors;
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #exits: PodExits;
  readonly #callers: Callers;
  readonly #mirrors: Mirrors | undefined;
  /** Undefined where the scenario has no policies. */
  readonly policing: Policing | undefined;
  /** Undefined where nobody sends requests by hand. */
  readonly asked: AskedRequests | undefined;
  /** Undefined where calls are not traced. */
  readonly tracing: TrafficTracing | undefined;
  readonly containers: PodContainers;
  /** Undefined where no pod routes requests. */
  readonly gateways: Gateways | undefined;
  /** Undefined where no image is a proxy of a mesh. */
  readonly mesh: TrafficMesh | undefined;
  /** What main containers hold. */
  readonly servers: Servers;
  /** What stands before the processors of main containers; undefined where all requests are plain work. */
  work: RequestWork | undefined;
  /** What stands before that; by number of containers, none where processes have no work but that of requests. */
  readonly workBeside: WorkBeside[] = [];
  /** The server's half of main containers, which is notified when the work of a request is done. */
  readonly serving: Serving;
  readonly arrivals: SourceArrivals;
  /** Undefined where every request is simulated. */
  readonly sampling: Sampling | undefined;

  /** Throws an InputError for an unknown arrival process or argument. */
  constructor(
    engine: Engine,
    state: ClusterState,
    routes: Routes,
    compute: Processors & ExpectedWork,
    settings: TrafficSettings,
    exits: PodExits,
    family: Family<ArrivalContext, Arrivals> = arrivals,
    policyFamily: Family<PolicyContext, Policy> = policies,
  ) {
    const { meters } = this;
    const marks = hasMarks(settings) ? new MarkedCalls() : undefined;
    const calls = marks ?? new CallTable();
    this.calls = calls;
    this.#engine = engine;
    this.#state = state;
    this.#exits = exits;
    this.sources = settings.traffic;
    for (const { name } of this.sources) meters.add(name);
    this.readings = new Readings(engine);
    this.services = new ServiceDirectory(meters);
    this.sites = new CallSites(this.services, routes, this.sources.length, settings.routePolicies);
    for (const source of this.sources) {
      const { name, to, timeoutUs, retries, priority, policies, portForward, request, keys, connections, write } =
        source;
      const { bytesPerSecond } = source;
      this.sites.add({
        ...to,
        count: 1,
        probability: 1,
        parallel: false,
        timeoutUs,
        retries,
        priority,
        caller: name,
        policies,
        clients: clientsOf(source),
        tunnel: portForward ? name : undefined,
        request,
        keys,
        connections,
        write,
        bytesPerSecond,
      });
    }
    this.classes = marks === undefined ? undefined : new RequestClasses(engine, this.sources, this.sites, meters);
    this.behaviors = new Behaviors(settings, this.sites);
    if (settings.mirrors === true) addMirrorSite(this.sites, this.sources);
    const silenceUs = settings.timeoutWithoutLimitUs;
    this.policing = hasPolicies(settings) ? new Policing(engine, policyFamily) : undefined;
    const { classes } = this;
    const sentAs = marks && classes && new SentAs(calls, this.sites, marks, classes);
    const marked = sentAs && { marks, classes, sentAs };
    const { dns, startSeconds } = settings;
    const query = dns === undefined ? -1 : addQuerySite(this.sites, dns);
    this.caches = settings.behaviors.some(hasCache) ? new Caches(engine) : undefined;
    const proxies = proxiesOf(
      settings,
      engine,
      calls,
      this.sites,
      this.behaviors,
      routes,
      (pod) => this.containers.classOf(pod),
      ({ namespace, service, port }, ...of) => this.mirror(routes.destination(namespace, service, port), ...of),
    );
    this.gateways = proxies?.gateways;
    const queues = messageQueuesOf(settings, engine, family, {
      imageOf: (podClass) => this.#mainImage(podClass),
      nameOf: (pod) => state.identities.name(state.pods.identity[pod]),
      work: (...of) => this.workBeside[0].beginBeside(...of),
    });
    this.messageQueues = queues;
    const broker = queues === undefined ? -1 : this.sites.addNowhere('broker', meters.add('broker'));
    this.asked = settings.requestsByHand === true ? new AskedRequests(this.sites, meters, routes) : undefined;
    this.tracing = settings.tracing && new TrafficTracing(engine, state, calls, this.sites, settings.tracing, query);
    this.databases = databasesOf(settings.behaviors, engine, state);
    this.mesh = meshOf(settings, engine, state, calls, routes, query, this);
    const { policing, caches, databases, mesh, tracing, asked } = this;
    const features: Features = { settings, policing, marked, caches, proxies, queues, databases, mesh, tracing, asked };
    const CallersHalf = callersOf(features, state, { query, broker }, this);
    this.#callers = new CallersHalf(engine, calls, this.sites, meters, this.readings, routes, silenceUs);
    const chains =
      this.#callers instanceof PolicedCallers
        ? policing?.govern(engine, calls, this.sites, this.behaviors, this.#callers)
        : undefined;
    const kind = servingOf(features, chains, this.sites, this.behaviors, exits);
    const hasPlans = [...settings.behaviors, settings.defaultBehavior].some(hasPlan);
    const part = (number: number, makeProcessors: (done: (item: number) => void) => Processors): Part => {
      const servers = new Servers(calls);
      const traced = tracing?.part(servers, hasPlans);
      const makeAll = (done: (item: number) => void): Processors => {
        if (!worksBeside(settings)) return makeProcessors(done);
        this.workBeside[number] = new WorkBeside(makeProcessors, done);
        return this.workBeside[number];
      };
      const make: typeof makeProcessors = (done) => traced?.watch(makeAll(done)) ?? makeAll(done);
      const Work = traced?.Work ?? RequestWork;
      const worked = (row: number): void => serving.worked(row);
      const planOf = (pod: PodRow) => this.behaviors.plans[servers.ints[SERVER * pod + ServerField.Behavior]];
      const work = hasPlans
        ? new Work(engine, calls, this.behaviors.samplers, `traffic.work ${number}`, planOf, worked, make)
        : undefined;
      if (number === 0) this.work = work;
      const whole = work ?? make(worked);
      const scaled = sentAs !== undefined && hasWork(settings) ? new ScaledWork(whole, sentAs) : whole;
      const proxied = proxies?.container(number, scaled, whole, servers);
      const processors = proxied?.workers ?? scaled;
      const Half = traced?.serving(kind.Half) ?? kind.Half;
      const serving: Serving = new Half(
        engine,
        processors,
        state.machines,
        calls,
        servers,
        this.sites,
        this.behaviors,
        this.#callers,
        routes,
        kind.exits,
        (pod) => this.containers.containerOf(pod, number),
        number,
      );
      proxied?.join(serving);
      return { servers, serving: kind.govern(serving), compute: processors };
    };
    // Who made these processors tells `work`, or else `serving`, what is done.
    const main = part(0, () => compute);
    this.serving = main.serving;
    this.servers = main.servers;
    this.containers = new PodContainers(this.behaviors, main, (number) => part(number, (done) => compute.beside(done)));
    this.counts = new CountsOfRequests(this.readings, this.containers, this.services, meters);
    if (settings.mirrors === true) {
      this.#mirrors = new Mirrors(engine, this.#callers, calls, this.sites, this.readings, routes);
    }
    this.#callers.join(this.serving);
    const { sampled } = settings;
    const mayPause = sampled !== undefined;
    this.arrivals = new SourceArrivals(engine, this.sources, meters, this.#callers, family, mayPause, startSeconds);
    const { users } = this;
    if (this.classes !== undefined && users !== undefined) this.classes.pageOf = (...of) => users.pageOf(...of);
    this.sampling = sampled === undefined ? undefined : sampledTraffic(this, engine, state, compute, sampled);
  }

  /** Where the process of the pod's main container runs. */
  nodeOf(pod: PodRow): NodeRow {
    return this.servers.ints[SERVER * pod + ServerField.Node] as NodeRow;
  }

  /** A message comes to the main container of a pod. */
  receive(row: number, pod: PodRow, epoch: number): void {
    this.serving.receive(row, pod, epoch);
  }

  #mainImage(podClass: PodClass): string {
    const { main } = this.behaviors.containers.of(podClass);
    return podClass.runtime.containers[main]?.image ?? '';
  }

  /** Undefined where no source has users who wait for answers. */
  get users(): Users | undefined {
    return this.arrivals.users;
  }

  /** Undefined where no caller keeps connections. */
  get connections(): Connections | undefined {
    return this.#callers.connections;
  }

  /** Undefined where names are known without being looked up. */
  get names(): Names | undefined {
    return this.#callers.names;
  }

  /** Counts by revision from now on; nobody else pays for it. */
  countByRevision(numbers: RevisionNumbers): RevisionMeters {
    const meters = new RevisionMeters(this.#engine.seed, numbers, this.calls, this.sites, this.sources);
    this.readings.countByRevision(meters);
    return meters;
  }

  /** A copy of a request, where requests are mirrored. */
  mirror(destination: number, from: NodeRow, ordinal: number, hop: number, attempt: number): void {
    this.#mirrors?.mirror(destination, from, ordinal, hop, attempt);
  }

  /** The meter of a Service by its number in `services`. */
  serviceMeter(service: number): number {
    return this.services.meter[service];
  }

  /** Stops with an InvariantError when a request was lost or invented, or a pod holds more than it may. */
  check(): void {
    const { calls, meters, sites, classes, behaviors, sources } = this;
    const allServers = this.containers.parts.map(({ servers }) => servers);
    const spare = this.policing?.callers?.spare ?? NO_ROWS;
    checkTraffic({ calls, meters, sites, classes, behaviors, sources, allServers, spare });
    if (this.connections !== undefined) checkConnections(this.connections);
    this.messageQueues?.check();
    if (this.users !== undefined) checkPopulations(this.users, meters, sources);
  }

  started(pod: PodRow, epoch: number, container: number, podClass: PodClass): void {
    this.sampling?.podChanged(pod);
    this.containers.know(pod, podClass);
    const part = this.containers.partOf(pod, container);
    if (part === undefined) return;
    this.policing?.started(pod);
    this.caches?.started(pod);
    if (part.servers.runsAny(pod)) part.serving.kill(pod);
    const behavior = this.behaviors.of(podClass, container);
    const node = this.#state.pods.node[pod];
    const { compute, processors } = this.behaviors;
    part.servers.start(pod, epoch, node, behavior);
    if (this.behaviors.specs[behavior].database !== undefined) this.databases?.started(pod);
    part.compute.open(pod, epoch, node, container, compute[behavior], processors[behavior]);
    if (part.serving === this.serving) this.messageQueues?.started(pod, epoch, podClass);
    const { connections } = this;
    if (connections === undefined) return;
    const number = this.containers.numberOf(pod, container);
    processStarts(connections, pod, number, epoch, node, this.behaviors, behavior);
    this.mesh?.started(pod, epoch, number, node, behavior);
  }

  resized(pod: PodRow, podClass: PodClass): void {
    this.containers.know(pod, podClass);
    this.containers.parts[0].compute.resize(pod, podClass);
  }

  terminate(pod: PodRow, epoch: number, container: number): void {
    this.sampling?.podChanged(pod);
    const part = this.containers.partOf(pod, container);
    if (part?.serving === this.serving) this.messageQueues?.ended(pod, this.containers.classOf(pod), true);
    this.#databaseEnds(pod, container, false);
    if (part?.servers.runs(pod, epoch) === true) {
      this.connections?.leaves(pod, this.containers.numberOf(pod, container));
      part.serving.drain(pod);
    } else this.#exits.drained(pod, epoch, container);
  }

  killed(pod: PodRow, epoch: number, container: number): void {
    this.sampling?.podChanged(pod);
    const part = this.containers.partOf(pod, container);
    if (part?.serving === this.serving) this.messageQueues?.ended(pod, this.containers.classOf(pod), false);
    this.#databaseEnds(pod, container, true);
    if (part?.servers.runs(pod, epoch) === true) part.serving.kill(pod);
    const number = this.containers.numberOf(pod, container);
    this.connections?.ended(pod, number, this.#machineRuns(pod));
    this.mesh?.ended(pod, number);
  }

  #databaseEnds(pod: PodRow, container: number, isDead: boolean): void {
    const { databases } = this;
    if (databases?.of(pod) === undefined) return;
    const behavior = this.behaviors.of(this.containers.classOf(pod), container);
    if (this.behaviors.specs[behavior].database !== undefined) databases.ended(pod, isDead);
  }

  #machineRuns(pod: PodRow): boolean {
    return this.#state.machines.nodeUp[this.#state.pods.node[pod]] === 1;
  }

  /** The process of a container answers nobody any more, until it is let go. */
  hang(pod: PodRow, epoch: number, container: number): () => void {
    const part = this.containers.partOf(pod, container);
    if (part?.servers.runs(pod, epoch) !== true) return () => undefined;
    const letGo = part.serving.hang(pod);
    const over = this.sampling?.trouble();
    return () => {
      letGo();
      over?.();
    };
  }

  held(pod: PodRow, container: number): number {
    return this.containers.partOf(pod, container)?.servers.held(pod) ?? 0;
  }

  nodeDown(node: NodeRow): void {
    this.sampling?.nodeChanged(node);
    this.containers.onNode(node, ({ serving }, pod) => {
      if (serving === this.serving) this.messageQueues?.ended(pod, this.containers.classOf(pod), false);
      this.databases?.ended(pod, true);
      serving.kill(pod);
    });
    this.connections?.nodeDown(node);
  }
}
