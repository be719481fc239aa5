// One recorded run of etcd alone, done again with the simulation's members and the recording's probe; and its figures.
import { Engine } from '../../../src/engine/engine.ts';
import type { Member } from '../../../src/etcd/member.ts';
import { EtcdMembers } from '../../../src/etcd/members.ts';
import { EtcdProbe, longestGap } from './etcd-probe.ts';
import type { Action, Run } from './recordings.ts';
import { engineTimers } from './timers.ts';

/** The probe begins so long before the fault, and ends so long after the last action. */
const BEFORE_MS = 12_000;
const AFTER_MS = 16_000;

export type Figures = Map<string, unknown>;

/** `etcd2` is the second member. */
const numberOf = (process: string): number => Number(process.replace(/^\D+/, '')) - 1;

export function simulateEtcd(run: Run, seed: number, paceMs: number): Figures {
  const engine = new Engine({ seed: `${run.case}/${run.index}/${seed}` });
  const members = memberCount(run);
  const etcd = new EtcdMembers(
    engine,
    {
      names: Array.from({ length: members }, (_, index) => `m${index + 1}`),
      save: { type: 'lognormal', median: 800, sigma: 0.4 },
      heartbeatUs: 100_000,
      requestLimitUs: 7_000_000,
    },
    { delayUs: () => 150, open: () => true },
  );
  const zeroUs = BEFORE_MS * 1000 + engine.stream('test').int(1000) * 1000;
  const roles = rolesIn(run, etcd);
  const timers = engineTimers(engine, 'test.actions');
  const probes = etcd.members.map(
    (member) => new EtcdProbe(engine, etcd, member, paceMs * 1000, `test.probe.${member.name}`),
  );
  const ms = (): number => (engine.now - zeroUs) / 1000;
  const figures: Figures = new Map();
  const exits: (readonly [number, string])[] = [];
  const told = etcdFigures(etcd, figures, ms);
  etcd.onExit = (member) => {
    exits.push([ms(), member.name]);
    probes[member.index].exited();
  };
  timers.after(zeroUs - 1, told);
  const numbers = (run.actions.find(({ what }) => what === 'slow')?.members ?? []) as readonly number[];
  const slow = new Set(numbers.map((number) => roles(`etcd${number}`)));
  const slowed = (member: Member): boolean => slow.has(member);
  for (const action of run.actions) {
    const member = action.proc === undefined ? undefined : roles(action.proc);
    timers.after(Math.max(0, zeroUs + Math.round(action.t * 1000)), () =>
      actOnEtcd(etcd, probes, member, action, slowed),
    );
  }
  const endMs = Math.max(...run.actions.map(({ t }) => t)) + AFTER_MS;
  engine.run(zeroUs + Math.round(endMs * 1000));
  figures.set('exits', exits);
  for (const probe of probes) probe.figures(figures, zeroUs / 1000, roles);
  figures.set('etcd/any/put/longest_time_without_success_ms', longestGap(probes.flatMap((probe) => probe.puts)));
  return figures;
}

/** Notes elections from an instant on (`ms` is not below 0); what is given is to be called just before it. */
export function etcdFigures(etcd: EtcdMembers, figures: Figures, ms: () => number): () => void {
  const leaders: (readonly [number, string])[] = [];
  const { elections } = etcd;
  const counted = { preCandidacies: 0, candidacies: 0 };
  figures.set('raft/became_leader', leaders);
  elections.onLost = () => {
    if (ms() >= 0 && !figures.has('raft/first_lost_leader_ms')) figures.set('raft/first_lost_leader_ms', ms());
  };
  const count = (): void => {
    figures.set('raft/pre_candidacies', elections.counts.preCandidacies - counted.preCandidacies);
    figures.set('raft/candidacies', elections.counts.candidacies - counted.candidacies);
  };
  elections.onCount = count;
  etcd.onLeader = (leader) => {
    if (leader === undefined || ms() < 0) return;
    if (leaders.length === 0) figures.set('raft/first_new_leader_ms', ms());
    leaders.push([ms(), leader.name]);
  };
  return () => {
    Object.assign(counted, elections.counts);
    count();
  };
}

function memberCount(run: Run): number {
  const numbers = [...run.figures.keys()].map((path) => Number(/^etcd\/m(\d+)\//.exec(path)?.[1] ?? 0));
  return Math.max(3, ...numbers);
}

/** Which simulated member plays which recorded one: leaders play leaders. */
export function rolesIn(run: Run, etcd: EtcdMembers): (process: string) => Member {
  const leader = etcd.members.findIndex((member) => member.role === 'leader');
  const recorded = Number(run.roles.etcd_leader) - 1;
  const shift = leader - recorded;
  const { length } = etcd.members;
  return (process) => etcd.members[(numberOf(process) + shift + length) % length];
}

export function actOnEtcd(
  etcd: EtcdMembers,
  probes: readonly EtcdProbe[],
  member: Member | undefined,
  action: Action,
  slowed: (member: Member) => boolean,
): void {
  if (action.what === 'slow' || action.what === 'slow-off') {
    const extraUs = action.what === 'slow' ? Number(action.ms) * 1000 : 0;
    for (const slow of etcd.members) etcd.slowDisk(slow, slowed(slow) ? extraUs : 0);
    return;
  }
  if (member === undefined) return;
  switch (action.what) {
    case 'signal':
      if (action.signal === 'SIGKILL') etcd.kill(member);
      else if (action.signal === 'SIGTERM') etcd.terminate(member);
      else if (action.signal === 'SIGSTOP') etcd.stop(member);
      else if (action.signal === 'SIGCONT') etcd.continue(member);
      else throw new Error(`signal ${action.signal}`);
      return;
    case 'start':
      etcd.start(member);
      return;
    case 'isolate':
      probes[member.index].cut();
      etcd.isolate(member);
      return;
    case 'heal':
      etcd.heal(member);
      probes[member.index].healed();
      return;
    case 'exit':
    case 'healthy':
      return;
    default:
      throw new Error(`action ${action.what}`);
  }
}
