// What the scheduler's plugins extend, found out by making each of them for an empty cluster.
import { ApiServer } from '../api/server.ts';
import { Engine } from '../engine/engine.ts';
import type { Flaw } from '../lib/explain.ts';
import type { Family } from '../lib/family.ts';
import { ClusterState } from '../model/state.ts';
import { checkProfiles, pointsOfPlugin, type PointsOf } from '../scheduler/framework/profile/check-profiles.ts';
import type { Handle, Plugin } from '../scheduler/framework/interface.ts';
import type { Profile } from '../model/settings/scheduler.ts';
import { Scheduler } from '../scheduler/scheduler.ts';

type Plugins = Family<Handle, Plugin>;

const NOTHING = { type: 'constant', value: 0 } as const;

/** The scheduler of a cluster without nodes and without delays. */
function idleScheduler(): Scheduler {
  const engine = new Engine({ seed: 0 });
  const api = new ApiServer(engine, new ClusterState('plugins'), {
    mutating: NOTHING,
    read: NOTHING,
    maxMutatingInflight: 0,
    etcdCommit: NOTHING,
    watchDelivery: NOTHING,
  });
  return new Scheduler(engine, api, {
    client: { qps: 0, burst: 0 },
    cycle: { fixedUs: 0, perNodeFilteredUs: 0, perNodeScoredUs: 0 },
    percentageOfNodesToScore: 0,
    podInitialBackoffUs: 0,
    podMaxBackoffUs: 0,
    tieBreak: 'heap',
  });
}

/** The extension points of the family's members; undefined for arguments with which a plugin cannot be made. */
export function extensionPointsOf(plugins: Plugins): PointsOf {
  let handle: Handle | undefined;
  const known = new Map<string, ReturnType<PointsOf>>();
  const find: PointsOf = (name, args) => {
    if (!plugins.members.some((one) => one.name === name)) return undefined;
    try {
      handle ??= idleScheduler().handle;
      return pointsOfPlugin(plugins.create(name, args ?? {}, handle));
    } catch {
      // It says what is wrong when it is made for the cluster of the scenario.
      return undefined;
    }
  };
  return (name, args) => {
    const key = `${name} ${JSON.stringify(args ?? {})}`;
    if (!known.has(key)) known.set(key, find(name, args));
    return known.get(key);
  };
}

/** The check of a scenario's profiles, for the loader. */
export function profileCheck(plugins: Plugins): (profiles: readonly Profile[]) => readonly Flaw[] {
  const pointsOf = extensionPointsOf(plugins);
  return (profiles) => checkProfiles(profiles, pointsOf);
}
