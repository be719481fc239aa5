// What a fault from outside is held to: it acts on nodes and pods that exist, after times that do not go back.
import { showNumber } from '../lib/contract.ts';
import type { FamilyContract } from '../lib/family.ts';
import { type Author, PluginError, thrown } from '../lib/plugin-error.ts';
import { show } from '../lib/show.ts';
import type { ControlPlaneProcesses } from '../model/ports/control-plane-processes.ts';
import type { Machinery } from '../model/ports/troubles.ts';
import type { ClusterState } from '../model/state.ts';
import type { Fault, FaultContext, Outages, Powers } from './fault.ts';
import type { NodeRow } from '../model/rows.ts';

export const faultContract: FamilyContract<FaultContext, Fault> = {
  nowUs: (context) => context.nowUs(),
  built: () => ({ fire: { required: true } }),
  context: checkedContext,
};

function checkedContext(context: FaultContext, author: Author): FaultContext {
  const stop = (method: string, what: string): never => {
    throw new PluginError(author, method, what);
  };
  const delay = (method: string, us: unknown): void => {
    if (typeof us !== 'number' || !Number.isFinite(us) || us < 0) {
      stop(method, `was given ${showNumber(us)}, expected microseconds from 0 on`);
    }
  };
  const { state, machinery, network, outages, hosts, random, cluster, spot, processes } = context;
  return {
    random,
    cluster,
    get state(): ClusterState {
      return stop('create', 'asked for context.state, which is not for plugins: context.cluster reads the cluster');
    },
    get powers(): Powers {
      return stop('create', 'asked for context.powers, which is not for plugins');
    },
    machinery: checkedMachinery(machinery, state, stop),
    network: {
      disturb(trouble) {
        const { loss } = trouble;
        if (!(loss >= 0 && loss <= 1)) stop('disturb', `was given the loss ${showNumber(loss)}, expected 0 to 1`);
        return network.disturb(trouble);
      },
      fillConntrack(node) {
        checkNode(state, node, 'fillConntrack', stop);
        return network.fillConntrack(node);
      },
      slowNames: (slow) => network.slowNames(slow),
    },
    hosts,
    spot: {
      pools: spot.pools,
      running: () => spot.running(),
      reclaim(name) {
        if (!spot.running().some((one) => one.name === name))
          stop('spot.reclaim', `was given ${show(name)}, expected the name of a machine of spot.running()`);
        spot.reclaim(name);
      },
    },
    processes: checkedProcesses(processes, stop),
    outages: checkedOutages(outages, hosts, state, stop, delay),
    nowUs: () => context.nowUs(),
    knows: (kind, namespace, name) => context.knows(kind, namespace, name),
    onJoin(handler) {
      if (typeof handler !== 'function') stop('onJoin', `was given ${show(handler)}, expected a function`);
      context.onJoin((node) => {
        try {
          handler(node);
        } catch (error) {
          if (error instanceof PluginError) throw error;
          stop('onJoin', thrown(error));
        }
      });
    },
    draw(spec) {
      try {
        return context.draw(spec);
      } catch (error) {
        return stop(
          'draw',
          `was given ${show(spec)}, expected what the schema \`distribution\` reads (${thrown(error)})`,
        );
      }
    },
    announce(message) {
      if (typeof message !== 'string' || message === '')
        stop('announce', `was given ${show(message)}, expected a sentence`);
      context.announce(message);
    },
    strike(strike, forUs) {
      const { what } = strike;
      if (typeof what !== 'string' || what === '')
        stop('strike', `was given the name ${show(what)}, expected a sentence`);
      if (forUs !== undefined) delay('strike', forUs);
      const guarded = (part: 'begin' | 'end') => (): void => {
        try {
          strike[part]();
        } catch (error) {
          if (error instanceof PluginError) throw error;
          stop('strike', thrown(error));
        }
      };
      context.strike({ what, begin: guarded('begin'), end: guarded('end') }, forUs);
    },
    alarm(handler) {
      if (typeof handler !== 'function') stop('alarm', `was given ${show(handler)}, expected a function`);
      const book = context.alarm((value) => {
        try {
          handler(value);
        } catch (error) {
          if (error instanceof PluginError) throw error;
          stop('alarm', thrown(error));
        }
      });
      return (delayUs, value) => {
        delay('alarm', delayUs);
        if (!Number.isInteger(value))
          stop('alarm', `was given the value ${showNumber(value)}, expected a whole number`);
        book(delayUs, value);
      };
    },
  };
}

type NodeMethod = 'crashNode' | 'scrapNode' | 'recoverNode' | 'stopKubelet' | 'startKubelet' | 'cutOff' | 'reconnect';
type Stop = (method: string, what: string) => never;

function checkNode(state: ClusterState, node: unknown, method: string, stop: Stop): void {
  if (typeof node === 'number' && Number.isInteger(node) && node >= 0 && node < state.nodes.length) return;
  stop(method, `was given the node ${showNumber(node)}, expected the row of a node, 0 to ${state.nodes.length - 1}`);
}

function checkedMachinery(machinery: Machinery, state: ClusterState, stop: Stop): Machinery {
  const ofNode = (method: NodeMethod) => (node: NodeRow) => {
    checkNode(state, node, method, stop);
    machinery[method](node);
  };
  return {
    crashNode: ofNode('crashNode'),
    scrapNode: ofNode('scrapNode'),
    recoverNode: ofNode('recoverNode'),
    stopKubelet: ofNode('stopKubelet'),
    startKubelet: ofNode('startKubelet'),
    cutOff: ofNode('cutOff'),
    reconnect: ofNode('reconnect'),
    shutDownNode(node, then) {
      checkNode(state, node, 'shutDownNode', stop);
      if (typeof then !== 'function') stop('shutDownNode', `was given ${show(then)}, expected a function`);
      machinery.shutDownNode(node, then);
    },
    crashContainer(pod, epoch, container, exitCode) {
      const { pods } = state;
      if (!Number.isInteger(pod) || pod < 0 || pod >= pods.length) {
        stop(
          'crashContainer',
          `was given the pod ${showNumber(pod)}, expected the row of a pod, 0 to ${pods.length - 1}`,
        );
      }
      if (!Number.isInteger(container) || container < 0) {
        stop('crashContainer', `was given the container ${showNumber(container)}, expected an index from 0 on`);
      }
      if (!Number.isInteger(exitCode) || exitCode < 0 || exitCode > 255) {
        stop('crashContainer', `was given the exit code ${showNumber(exitCode)}, expected 0 to 255`);
      }
      machinery.crashContainer(pod, epoch, container, exitCode);
    },
  };
}

function checkedProcesses(processes: ControlPlaneProcesses, stop: Stop): ControlPlaneProcesses {
  const known = (name: unknown, method: string): void => {
    if (typeof name !== 'string' || processes.find(name) === undefined)
      stop(`processes.${method}`, `was given ${show(name)}, expected the name of a process of processes.list`);
  };
  return {
    get list() {
      return processes.list;
    },
    find: (name) => processes.find(name),
    signal(name, signal) {
      known(name, 'signal');
      if (!['SIGKILL', 'SIGTERM', 'SIGSTOP', 'SIGCONT'].includes(signal))
        stop('processes.signal', `was given ${show(signal)}, expected SIGKILL, SIGTERM, SIGSTOP or SIGCONT`);
      processes.signal(name, signal);
    },
    hold(name) {
      known(name, 'hold');
      processes.hold(name);
    },
    letGo(name) {
      known(name, 'letGo');
      processes.letGo(name);
    },
    slowDisk(name, extraUs) {
      known(name, 'slowDisk');
      if (!(extraUs >= 0))
        stop('processes.slowDisk', `was given ${showNumber(extraUs)}, expected microseconds from 0 on`);
      return processes.slowDisk(name, extraUs);
    },
    expire(name) {
      known(name, 'expire');
      return processes.expire(name);
    },
    serves: (node) => processes.serves(node),
  };
}

function checkedOutages(
  outages: Outages,
  hosts: readonly string[],
  state: ClusterState,
  stop: Stop,
  delay: (method: string, us: unknown) => void,
): Outages {
  const checkNodes = (nodes: unknown, method: string): void => {
    if (!Array.isArray(nodes)) stop(method, `was given ${show(nodes)}, expected a list of rows of nodes`);
    for (const node of nodes as readonly unknown[]) checkNode(state, node, method, stop);
  };
  return {
    hold(nodes, forUs, what, held) {
      checkNodes(nodes, 'hold');
      if (forUs !== undefined) delay('hold', forUs);
      outages.hold(nodes, forUs, what, held);
    },
    grip(nodes, held) {
      checkNodes(nodes, 'grip');
      return outages.grip(nodes, held);
    },
    release(nodes, what, held) {
      checkNodes(nodes, 'release');
      outages.release(nodes, what, held);
    },
    holdExternal(host, forUs, refuses) {
      if (!hosts.includes(host)) stop('holdExternal', `was given ${show(host)}, expected a host of spec.external`);
      if (forUs !== undefined) delay('holdExternal', forUs);
      outages.holdExternal(host, forUs, refuses);
    },
  };
}
