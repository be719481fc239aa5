// The API servers and the members of etcd of a control plane that may die: made, put in the way of requests, and registered.
import { ApiServers } from '../../api/servers/api-servers.ts';
import { ServerProcess } from '../../api/servers/server-process.ts';
import { ServerProcesses } from '../../api/servers/server-processes.ts';
import type { ApiServer } from '../../api/server.ts';
import { type BackOff, restartDelays } from '../../control-plane/restart-delays.ts';
import { Samplers } from '../../engine/distributions.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Member } from '../../etcd/member.ts';
import { EtcdMembers, type Ways } from '../../etcd/members.ts';
import type { ControlPlaneProcess, ProcessSignal } from '../../model/ports/control-plane-processes.ts';
import type { Machinery } from '../../model/ports/troubles.ts';
import type { NodeRow } from '../../model/rows.ts';
import type { ControlPlane } from '../../model/settings/control-plane.ts';
import { machines } from '../../model/settings/masters.ts';
import type { NetworkSettings } from '../../network/settings.ts';
import { announce } from '../announce.ts';
import { EtcdDatabase } from './etcd-database.ts';
import { MachineNetwork } from './machine-network.ts';
import { OutsideProcess } from './outside-process.ts';

/** etcd answers writes within 5 s and two election timeouts of 1 s. */
const REQUEST_LIMIT_US = 7e6;
const HEARTBEAT_US = 100_000;

export interface Servers {
  readonly processes: readonly OutsideProcess[];
  readonly etcd: EtcdMembers;
  readonly storage: EtcdDatabase;
  readonly network: MachineNetwork;
  /** Whether an API server runs and etcd takes writes. */
  readonly serves: boolean;
  /** A machine is on again. */
  nodeUp(node: NodeRow): void;
}

export function startServers(
  engine: Engine,
  api: ApiServer,
  settings: ControlPlane,
  links: NetworkSettings['links'],
  backOff: BackOff,
  machinery: Pick<Machinery, 'cutOff' | 'reconnect'>,
  zoneOf: (machine: number) => string,
): Servers {
  const { etcd: ofEtcd, replicas } = settings;
  const hosts = machines(settings);
  const memberHosts = machines({ ...settings, replicas: ofEtcd.members ?? replicas });
  const restartUs = (): ((history: { readonly endedUs: number; readonly startedUs: number }) => number) =>
    restartDelays(settings.processes.restartUs, backOff);

  const network = new MachineNetwork();
  const etcd = new EtcdMembers(
    engine,
    {
      names: memberHosts.map((host) => `etcd-${host}`),
      save: ofEtcd.save,
      heartbeatUs: HEARTBEAT_US,
      requestLimitUs: REQUEST_LIMIT_US,
    },
    waysBetween(engine, zoneOf, memberHosts, links, network),
  );
  etcd.watched = () => true;
  const servers = hosts.map(
    (host, index) => new ServerProcess(index, `kube-apiserver-${host}`, host, etcd.members.length),
  );
  /** By member: since when its certificate is not valid; Infinity while it is. */
  const expiredUs = memberHosts.map(() => Infinity);
  const path = new ApiServers(
    api,
    etcd,
    servers,
    ({ machine, startedUs }, { index }) => startedUs <= expiredUs[index] && network.open(machine, memberHosts[index]),
  );
  api.path = path;
  const isKubelet = (bucket: number): boolean => api.clients.loginOf(bucket).user?.startsWith('system:node:') === true;
  const lives = new ServerProcesses(
    engine,
    path,
    etcd,
    { start: settings.apiServer.start ?? { type: 'constant', value: 0 } },
    isKubelet,
  );

  const ofMembers = etcd.members.map(
    (member, index) =>
      new OutsideProcess(
        engine,
        {
          name: member.name,
          component: 'etcd',
          machine: memberHosts[index],
          zone: zoneOf(index),
          state: () => stateOf(member.process),
          leads: () => etcd.leader === member,
          signal: (signal) => signalMember(etcd, member, signal),
          start() {
            etcd.start(member);
            // Its peers do not believe it any more.
            if (expiredUs[index] < Infinity) etcd.isolate(member);
          },
          expire() {
            expiredUs[index] = Math.min(expiredUs[index], engine.now);
            return () => {
              expiredUs[index] = Infinity;
              if (member.isolated) etcd.heal(member);
              else etcd.onChange?.();
            };
          },
          slowDisk: (extraUs) => {
            member.disk.extraUs += extraUs;
            return () => {
              member.disk.extraUs -= extraUs;
            };
          },
        },
        restartUs(),
      ),
  );
  const ofServers = servers.map(
    (server) =>
      new OutsideProcess(
        engine,
        {
          name: server.name,
          component: 'kube-apiserver',
          machine: server.machine,
          zone: zoneOf(server.index),
          state: () => stateOf(server.state),
          leads: () => false,
          signal: (signal) => signalServer(lives, server, signal),
          start: () => lives.start(server),
          expire() {
            server.expired += 1;
            return () => {
              server.expired -= 1;
            };
          },
        },
        restartUs(),
      ),
  );
  etcd.onExit = ({ index }) => ofMembers[index].ended();
  lives.onExit = ({ index }) => ofServers[index].ended();

  network.watch({
    machines: hosts,
    members: memberHosts,
    quorum: etcd.quorum,
    changed(opened) {
      etcd.waysChanged(opened);
      for (const server of servers) {
        if (network.hasMajority(server.machine)) lives.reconnect(server);
        else lives.cutOffFrom(server);
      }
    },
  });
  const service: Service = new Service(engine, api, machinery, etcd, servers, () => storage.database.full);
  const storage = new EtcdDatabase(
    engine,
    api,
    etcd,
    ofEtcd,
    () => service.look(),
    () => service.serves,
  );
  path.storage = {
    admits: (request) => storage.database.admits(storage.bytes.of(request)),
    stored: (request) => storage.bytes.stored(request),
  };
  const { onChange } = etcd;
  etcd.onChange = () => {
    onChange?.();
    lives.etcdChanged();
    service.look();
  };
  lives.onChange = () => service.look();
  etcd.onLeader = (leader) => service.leader(leader);
  return {
    processes: [...ofMembers, ...ofServers],
    etcd,
    storage,
    network,
    get serves() {
      return service.serves;
    },
    nodeUp: (node) => service.nodeUp(node),
  };
}

/** Whether the API can be written to: events say so, and kubelets are cut off while it cannot. */
class Service {
  readonly #engine: Engine;
  readonly #api: ApiServer;
  readonly #machinery: Pick<Machinery, 'cutOff' | 'reconnect'>;
  readonly #etcd: EtcdMembers;
  readonly #servers: readonly ServerProcess[];
  readonly #cut = new Set<NodeRow>();
  readonly #isFull: () => boolean;
  #quorum = true;
  #served = true;
  #lostUs = 0;

  constructor(
    engine: Engine,
    api: ApiServer,
    machinery: Pick<Machinery, 'cutOff' | 'reconnect'>,
    etcd: EtcdMembers,
    servers: readonly ServerProcess[],
    isFull: () => boolean,
  ) {
    this.#engine = engine;
    this.#api = api;
    this.#machinery = machinery;
    this.#etcd = etcd;
    this.#servers = servers;
    this.#isFull = isFull;
  }

  get serves(): boolean {
    return this.#served;
  }

  look(): void {
    const quorum = this.#etcd.hasQuorum;
    const counts = this.#api.state.controlPlane;
    if (quorum !== this.#quorum) {
      this.#quorum = quorum;
      if (quorum) counts.withoutQuorumUs += this.#engine.now - this.#lostUs;
      else this.#lostUs = this.#engine.now;
      counts.lostQuorumUs = quorum ? -1 : this.#lostUs;
    }
    const served =
      quorum && !this.#isFull() && this.#servers.some(({ state, cutOff }) => state === 'running' && !cutOff);
    if (served === this.#served) return;
    this.#served = served;
    const { nodes } = this.#api.state;
    if (served) {
      for (const node of this.#cut) if (nodes.alive[node] === 1) this.#machinery.reconnect(node);
      this.#cut.clear();
      return;
    }
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
      if (nodes.alive[node] === 1 && this.#api.state.machines.nodeUp[node] === 1) this.#cutOff(node);
    }
  }

  /** One that boots while nobody answers is cut off like the others. */
  nodeUp(node: NodeRow): void {
    if (!this.#served && !this.#cut.has(node)) this.#cutOff(node);
  }

  #cutOff(node: NodeRow): void {
    this.#cut.add(node);
    this.#machinery.cutOff(node);
  }

  leader(leader: Member | undefined): void {
    const { state } = this.#api;
    if (leader !== undefined) state.controlPlane.leaderChanges += 1;
    const message =
      leader === undefined ? 'etcd has no leader' : `${leader.name} elected leader at term ${leader.term}`;
    announce(state, this.#engine.now, {
      source: 'etcd',
      type: leader === undefined ? 'Warning' : 'Normal',
      reason: leader === undefined ? 'LeaderLost' : 'LeaderElected',
      message,
    });
  }
}

function stateOf(state: string): ControlPlaneProcess['state'] {
  return state === 'dead' || state === 'stopped' ? state : 'running';
}

function signalMember(etcd: EtcdMembers, member: Member, signal: ProcessSignal): void {
  if (signal === 'SIGKILL') etcd.kill(member);
  else if (signal === 'SIGTERM') etcd.terminate(member);
  else if (signal === 'SIGSTOP') etcd.stop(member);
  else etcd.continue(member);
}

function signalServer(lives: ServerProcesses, server: ServerProcess, signal: ProcessSignal): void {
  if (signal === 'SIGKILL') lives.kill(server);
  else if (signal === 'SIGTERM') lives.terminate(server);
  else if (signal === 'SIGSTOP') lives.stop(server);
  else lives.continue(server);
}

/** Members are as far from each other as their zones are. */
function waysBetween(
  engine: Engine,
  zoneOf: (machine: number) => string,
  hosts: readonly string[],
  links: NetworkSettings['links'],
  network: MachineNetwork,
): Ways {
  const samplers = new Samplers();
  const [same, near, far] = [links.sameZone, links.otherZone, links.otherRegion].map((spec) => samplers.add(spec));
  const random = engine.stream('etcd/links');
  const { length } = hosts;
  const of = Array.from({ length }, (_, from) =>
    Array.from({ length }, (_to, to) => {
      const [a, b] = [zoneOf(from), zoneOf(to)];
      if (a === b) return same;
      return a.split('/')[0] === b.split('/')[0] ? near : far;
    }),
  );
  return {
    delayUs: (from, to) => samplers.draw(of[from][to], random),
    open: (from, to) => network.open(hosts[from], hosts[to]),
  };
}
