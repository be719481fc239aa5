// kube-scheduler and kube-controller-manager: as they are where nothing dies, or as processes on the machines of the control plane.
import type { ApiConnection, ApiServer } from '../../api/server.ts';
import { ProcessClient, ProcessConnection } from '../../api/process-connection.ts';
import { ApiClient } from '../../api/client.ts';
import { LeaderElector } from '../../control-plane/leader-elector.ts';
import { Processes } from '../../control-plane/processes.ts';
import { restartDelays } from '../../control-plane/restart-delays.ts';
import { type Program, SupervisedProcess } from '../../control-plane/supervised-process.ts';
import type { ControllerManager } from '../../controllers/controller-manager.ts';
import type { ControllerSet } from '../../controllers/index.ts';
import { RolloutLog, type RolloutEntry } from '../../controllers/rollout-log.ts';
import type { Deployment } from '../../controllers/kit/deployment-objects.ts';
import type { Calendar } from '../../engine/calendar.ts';
import { Samplers } from '../../engine/distributions.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Life } from '../../engine/process.ts';
import { fnv1a, uuid } from '../../model/names.ts';
import { machines } from '../../model/settings/masters.ts';
import type { NodeAgents } from '../../kubelet/node-agents.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Scheduler } from '../../scheduler/scheduler.ts';
import { LeaderHistory } from './leader-history.ts';
import { elects, zonesOfMachines } from './mortality.ts';
import type { ProcessContainers } from './process-containers.ts';
import { type Servers, startServers } from './servers.ts';
import { Schedulers, type SchedulerView } from './schedulers.ts';

const MANAGER = 'kube-controller-manager';
/** How often a process that starts looks whether an API server answers. */
const LOOK_US = 1e6;

/** What is asked of the controller manager. */
export interface ControllersView extends Pick<ControllerManager, 'add' | 'idle' | 'rollouts'> {
  /** One leads and runs, and the API takes what it writes. */
  readonly works: boolean;
}

/** How the components are made, on the engine and the server or for one life of a process. */
export interface Makers {
  scheduler(calendar: Calendar, api: ApiConnection): Scheduler;
  /** `machine`: whose clock they read; one with the true time where it is left out. */
  controllers(
    calendar: Calendar,
    api: ApiConnection,
    set: ControllerSet,
    log?: RolloutLog,
    machine?: string,
  ): ControllerManager;
}

export interface BuiltControlPlane {
  readonly scheduler: SchedulerView;
  readonly controllers: ControllersView;
  readonly processes: Processes;
  /** Where it may die. */
  readonly servers?: Servers;
  readonly leaders: LeaderHistory;
}

/** The control plane that never dies. */
export function lastingControlPlane(
  engine: Engine,
  api: ApiServer,
  makers: Makers,
  machine: string,
): BuiltControlPlane {
  const controllers = makers.controllers(engine, api, 'all', undefined, machine);
  const scheduler = makers.scheduler(engine, api);
  return { scheduler, controllers, processes: new Processes(), leaders: new LeaderHistory(engine) };
}

/** A control plane of processes that may die, those on the first machine begun first. */
export function mortalControlPlane(
  engine: Engine,
  api: ApiServer,
  makers: Makers,
  { controlPlane: settings, network, kubelet: { crashLoopBackOff: backOff } }: Scenario,
  nodes: NodeAgents,
  containers: ProcessContainers,
): BuiltControlPlane {
  const zoneOf = zonesOfMachines(settings, api.state);
  const servers = startServers(engine, api, settings, network.links, backOff, nodes, zoneOf);
  const processes = new Processes();
  const leaders = new LeaderHistory(engine);
  for (const server of servers.processes) processes.register(server);
  const schedulers = new Schedulers();
  const rollouts = new RolloutLog(engine, api, api.watchObjects<Deployment>('Deployment'));
  const addOns = makers.controllers(engine, api, 'add-ons', rollouts);
  const managers = new Set<ControllerManager>();
  const supervised: SupervisedProcess[] = [];
  let anyManager = false;
  const samplers = new Samplers();
  const random = engine.stream('processes');
  const draw = (id: number): number => Math.round(samplers.draw(id, random));
  const [processStart, controllersStart] = [settings.processes.start, settings.processes.controllersStart].map((spec) =>
    samplers.add(spec),
  );
  const election = elects(settings) ? settings.leaderElection : undefined;

  const looked = (name: string): void => {
    const process = processes.find(name);
    if (process !== undefined) leaders.looked(process);
  };

  /** Runs `lead` once the process leads: at once without an election. */
  const electOne = (
    life: Life,
    connection: ProcessConnection,
    component: string,
    source: string,
    releases: boolean,
    exit: () => void,
    lead: () => void,
  ): Program => {
    const { name } = life.process;
    if (election === undefined) {
      let leads = false;
      const begin = (): void => {
        leads = true;
        lead();
      };
      // It waits for an API server.
      const look = life.kind('api-server', () => {
        if (!servers.serves) {
          life.after(LOOK_US, look, 0, 0);
          return;
        }
        begin();
        looked(name);
      });
      if (servers.serves) begin();
      else life.after(LOOK_US, look, 0, 0);
      return {
        get leads() {
          return leads;
        },
      };
    }
    const client = new ApiClient(connection, source, settings.clients.controllers);
    const machine = machineOf(component, life);
    const identity = `${machine}_${uuid(fnv1a(`${engine.seed} ${name}`), life.ordinal, 0)}`;
    const elector: LeaderElector = new LeaderElector(life, client, election, life.stream(`election of ${component}`), {
      lease: component,
      identity,
      releases,
      led: () => {
        lead();
        looked(name);
      },
      lost: exit,
    });
    life.spawn('leader election', elector.run());
    const end = function* () {
      yield* elector.cancel();
      exit();
    };
    return {
      get leads() {
        return elector.leads;
      },
      ...(releases ? { terminate: () => life.spawn('leader election ends', end()) } : {}),
    };
  };

  const add = (component: string, machine: string, index: number, main: Mains): void => {
    const name = `${component}-${machine}`;
    const client = new ProcessClient(api, name, machine);
    const process = new SupervisedProcess(engine, {
      name,
      component,
      machine,
      zone: zoneOf(index),
      first: index === 0,
      startUs: () => draw(processStart),
      restartUs: restartDelays(settings.processes.restartUs, backOff),
      main: (life, exit) => main(life, new ProcessConnection(client, life), exit),
    });
    supervised.push(process);
    processes.register(process);
    process.changes.push(() => leaders.looked(process));
    client.acts(() => leaders.acted(name));
    process.run();
  };

  const schedulerMain: Mains = (life, connection, exit) => {
    const scheduler = makers.scheduler(life, connection);
    scheduler.standBy();
    connection.list();
    const program = electOne(life, connection, 'kube-scheduler', 'default-scheduler', true, exit, () =>
      scheduler.lead(),
    );
    life.atEnd(schedulers.begun({ scheduler, leads: () => program.leads }));
    return program;
  };

  const managerMain: Mains = (life, connection, exit) => {
    const start = (): void => {
      const manager = makers.controllers(life, connection, 'kube', rollouts, machineOf(MANAGER, life));
      managers.add(manager);
      life.atEnd(() => managers.delete(manager));
      connection.list();
    };
    const later = life.kind('controllers.start', start);
    const lead = (): void => {
      // The first one of all has been running when the run begins.
      if (anyManager) life.after(draw(controllersStart), later, 0, 0);
      else start();
      anyManager = true;
    };
    return electOne(life, connection, MANAGER, MANAGER, false, exit, lead);
  };

  for (const [index, machine] of machines(settings).entries()) {
    add(MANAGER, machine, index, managerMain);
    add('kube-scheduler', machine, index, schedulerMain);
  }
  processes.serves = (node) => servers.network.serves(node);
  containers.attach(processes, nodes, settings.pods?.nodes ?? [], (node) => servers.nodeUp(node));
  return {
    scheduler: schedulers,
    controllers: {
      add: (one) => addOns.add(one),
      get idle() {
        // A stopped one has work that it does not know of.
        return this.works && addOns.idle && managers.size > 0 && [...managers].every(({ idle }) => idle);
      },
      get works() {
        if (!servers.serves) return false;
        return supervised.some((one) => one.component === MANAGER && one.leads && one.state === 'running');
      },
      get rollouts(): readonly RolloutEntry[] {
        return rollouts.entries;
      },
    },
    processes,
    servers,
    leaders,
  };
}

/** Where the process runs: `cp1` of `kube-controller-manager-cp1`. */
function machineOf(component: string, { process: { name } }: Life): string {
  return name.slice(component.length + 1);
}

type Mains = (life: Life, connection: ProcessConnection, exit: () => void) => Program;
