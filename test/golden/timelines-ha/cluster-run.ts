// One recorded run of API servers over etcd, done again with the simulation's processes and the recording's clients; and its figures.
import { startHandlerChain } from '../../../src/api/handler-chain.ts';
import { ApiServer } from '../../../src/api/server.ts';
import { ApiServers } from '../../../src/api/servers/api-servers.ts';
import { ServerProcess } from '../../../src/api/servers/server-process.ts';
import { ServerProcesses } from '../../../src/api/servers/server-processes.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { EtcdMembers } from '../../../src/etcd/members.ts';
import type { Member } from '../../../src/etcd/member.ts';
import { ClusterState } from '../../../src/model/state.ts';
import { usualApi } from '../../controllers/rig.ts';
import { ApiProbe, type ApiOp } from './api-probe.ts';
import { EtcdProbe, longestGap } from './etcd-probe.ts';
import { actOnEtcd, etcdFigures, type Figures, rolesIn } from './etcd-run.ts';
import type { Run } from './recordings.ts';
import { engineTimers } from './timers.ts';

const BEFORE_MS = 15_000;
const AFTER_MS = 26_000;
const OPS: readonly ApiOp[] = ['patch', 'patch', 'patch', 'patch', 'get', 'get-rv0', 'list', 'list-rv0'];
/** The clients of the recording: pinned to a server, or through the balancer. */
const CLIENTS = ['p1', 'p2', 'lb'] as const;
const PACE_MS = 250;

export function simulateCluster(run: Run, seed: number): Figures {
  const engine = new Engine({ seed: `${run.case}/${run.index}/${seed}` });
  const api = new ApiServer(engine, new ClusterState('ha'), usualApi);
  const etcd = new EtcdMembers(
    engine,
    {
      names: ['m1', 'm2', 'm3'],
      save: { type: 'lognormal', median: 800, sigma: 0.4 },
      heartbeatUs: 100_000,
      requestLimitUs: 7_000_000,
    },
    { delayUs: () => 150, open: () => true },
  );
  etcd.watched = () => true;
  const servers = ['api1', 'api2'].map((name, index) => new ServerProcess(index, name, `cp${index + 1}`, 3));
  const path = new ApiServers(api, etcd, servers);
  api.path = path;
  const start = { type: 'uniform', min: 4.5e6, max: 8e6 } as const;
  const processes = new ServerProcesses(engine, path, etcd, { start }, () => false);
  const seen = etcd.onChange;
  etcd.onChange = () => {
    seen?.();
    processes.etcdChanged();
  };
  const zeroUs = BEFORE_MS * 1000 + engine.stream('test').int(1000) * 1000;
  const ms = (): number => (engine.now - zeroUs) / 1000;
  const timers = engineTimers(engine, 'test.actions');
  const figures: Figures = new Map();
  const first = (path_: string): void => {
    if (ms() >= 0 && !figures.has(path_)) figures.set(path_, ms());
  };
  processes.onChange = (server) => {
    if (!server.inRotation) first('lb/down_ms');
    else if (figures.has('lb/down_ms')) first('lb/up_ms');
  };
  processes.onWatches = ({ name }, served) => {
    if (!served) first(`watch/${name}/first_ended_ms`);
  };
  processes.onExit = (server, code) => {
    if (code === 0) figures.set('api/exit_ms', ms());
    path.connections.renewed();
    figures.set(`exit/${server.name}`, ms());
  };
  const probes = etcd.members.map(
    (member) => new EtcdProbe(engine, etcd, member, PACE_MS * 1000, `test.probe.${member.name}`),
  );
  // The recording's client through the balancer was connected to the server that was struck, or to the other one.
  const hit = Number(run.figures.get('req/lb/patch/failed') ?? 0) > 5;
  const struck = run.roles.api === 'api2' ? 1 : 0;
  // Where no server was struck that is chance.
  const server = run.roles.api === undefined ? seed % 2 : hit ? struck : 1 - struck;
  if (server === 1) path.connections.serverFor(api.limits({ qps: 0, burst: 1 }, 'before'));
  const clients = CLIENTS.map(
    (name) => new ApiProbe(engine, api, path, name === 'lb' ? undefined : `cp${name.slice(1)}`, OPS, `test.${name}`),
  );
  // The clients have their connections by now.
  const limits = { flowControl: 'PriorityAndFairness', maxRequestsInflight: 400, maxMutatingInflight: 200 } as const;
  startHandlerChain(api, { ...usualApi, ...limits }, { servers: servers.length });
  const roles = rolesIn(run, etcd);
  const told = etcdFigures(etcd, figures, ms);
  etcd.onExit = (member) => probes[member.index].exited();
  timers.after(zeroUs - 1, told);
  for (const action of run.actions) {
    timers.after(Math.max(0, zeroUs + Math.round(action.t * 1000)), () => {
      const proc = action.proc ?? '';
      if (!proc.startsWith('api')) {
        const slowed = (member: Member): boolean =>
          ((action.members ?? []) as readonly number[]).some((number) => roles(`etcd${number}`) === member);
        actOnEtcd(etcd, probes, proc.startsWith('etcd') ? roles(proc) : undefined, action, slowed);
        return;
      }
      const server = servers[Number(proc.slice(3)) - 1];
      if (action.what === 'start') processes.start(server);
      else if (action.signal === 'SIGKILL') processes.kill(server);
      else if (action.signal === 'SIGTERM') processes.terminate(server);
      else if (action.signal === 'SIGSTOP') processes.stop(server);
      else if (action.signal === 'SIGCONT') processes.continue(server);
    });
  }
  const endMs = Math.max(...run.actions.map(({ t }) => t)) + AFTER_MS;
  engine.run(zeroUs + Math.round(endMs * 1000));
  for (const [at, name] of CLIENTS.entries()) clients[at].figures(figures, `req/${name}`, zeroUs / 1000);
  probes.forEach((probe) => probe.figures(figures, zeroUs / 1000, roles));
  figures.set('etcd/any/put/longest_time_without_success_ms', longestGap(probes.flatMap((probe) => probe.puts)));
  return figures;
}
