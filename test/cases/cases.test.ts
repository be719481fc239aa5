// Small inputs that public reports, dumps and users' questions led to, each with what Kubernetes 1.36 makes of it.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runJob } from '../../src/world/run.ts';
import { eventsOf, families, type FinishedRun, jobOf, podsOf } from '../support/world-rig.ts';

interface Case {
  readonly file: string;
  /** `--nodes` and `--duration`. */
  readonly options?: { readonly nodes?: number; readonly duration?: string };
  readonly holds: string;
  /** Beside the file's own `expect:`, which must hold in any case. */
  readonly check?: (outcome: FinishedRun) => void;
}

const textOf = (file: string): string => readFileSync(new URL(`${file}.yaml`, import.meta.url), 'utf8');

const refusals = (outcome: FinishedRun): string[] => eventsOf(outcome, 'ActionRefused').map(({ message }) => message);

/** Of the pods of a node that are gone: how long after a time. */
function seconds(outcome: FinishedRun, node: string, fromSeconds: number): number[] {
  return podsOf(outcome).flatMap((pod) =>
    pod.node === node && pod.finished_seconds !== null ? [pod.finished_seconds - fromSeconds] : [],
  );
}

/** Nodes of the pods that are there at the end, in order. */
const places = (outcome: FinishedRun): string[] =>
  podsOf(outcome)
    .flatMap(({ node, finished_seconds }) => (finished_seconds === null ? [node] : []))
    .sort();

function between(values: readonly number[], count: number, least: number, most: number): void {
  expect(values).toHaveLength(count);
  for (const value of values) {
    expect(value).toBeGreaterThanOrEqual(least);
    expect(value).toBeLessThanOrEqual(most);
  }
}

const cases: readonly Case[] = [
  { file: '01-apply-keeps-scaled-replicas', holds: 'apply leaves alone what neither manifest names' },
  {
    file: '31-update-not-validated',
    holds: 'updates that the API server refuses change nothing',
    check(outcome) {
      expect(refusals(outcome).map((message) => message.split(': Invalid')[0])).toEqual([
        'patch web: The Deployment "web" is invalid: spec.replicas',
        'apply Deployment web: The Deployment "web" is invalid: spec.selector',
      ]);
      expect(eventsOf(outcome, 'ActionApplied')).toEqual([]);
    },
  },
  {
    file: '17-paused-restart',
    holds: 'a paused Deployment is not restarted, nor when it is resumed',
    check(outcome) {
      const why = `error: deployments.apps "web" can't restart paused deployment (run rollout resume first)`;
      expect(refusals(outcome)).toEqual([`rollout restart of web: ${why}`]);
    },
  },
  { file: '28-apply-pod-twice', holds: 'a name is taken once: applying a pod that is there makes no second one' },
  {
    file: 'fuzz/recreate-patch',
    holds: 'a Deployment with rollingUpdate does not become Recreate, and goes on',
    check(outcome) {
      expect(refusals(outcome)).toEqual([
        `patch a: The Deployment "a" is invalid: spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy \`type\` is 'Recreate'`,
      ]);
    },
  },
  {
    file: 'fuzz/endpoint-ready',
    holds: 'endpoints that are published although they are not ready are no alarm',
    check: ({ summary }) => expect(summary.kube_pod_container_status_restarts_total).toBeGreaterThan(0),
  },
  {
    file: 'fuzz/rs-wants',
    holds: 'a ReplicaSet whose pod is on its way through a slow etcd is no alarm',
    check: ({ world }) => expect(world.engine.now).toBe(1200e6),
  },
  {
    file: 'fuzz/preemptive-zero-service',
    holds: 'requests that need no time are served in an order with preemption',
    check: ({ summary }) => expect(summary.requests_completed_total).toBe(14),
  },
  ...['fuzz/series-last-interval', 'fuzz/series-sum'].map((file) => ({
    file,
    holds: 'the intervals of series.csv count what the summary counts',
    check({ world, summary }: FinishedRun) {
      const sum = (column: 'requests' | 'requests_completed' | 'requests_failed') =>
        world.measure.series.reduce((total, row) => total + row[column], 0);
      expect(summary.requests_total).toBe(299);
      expect([sum('requests'), sum('requests_completed'), sum('requests_failed')]).toEqual([
        summary.requests_total,
        summary.requests_completed_total,
        summary.requests_failed_total,
      ]);
    },
  })),
  {
    file: 'fuzz/zeno-retries-0',
    holds: 'retries without a wait come to an end with the request, whose timeout passes',
    check: ({ world }) => expect(world.engine.now).toBe(60e6),
  },
  {
    file: '11-dump',
    holds: 'what a live cluster has already is not created twice',
    check(outcome) {
      const pods = podsOf(outcome);
      expect(pods.map(({ namespace, owner_kind: kind }) => `${namespace} ${kind}`)).toEqual([
        'shop ReplicaSet',
        'shop ReplicaSet',
      ]);
      expect(outcome.world.state.nodes.unschedulable.slice(0, 2)).toEqual(new Uint8Array([0, 1]));
    },
  },
  {
    file: '12-adoption',
    holds: 'a ReplicaSet adopts the pods that match its selector, and makes none',
    check(outcome) {
      expect(podsOf(outcome).map(({ pod, owner }) => [pod, owner])).toEqual([
        ['one', 'web'],
        ['two', 'web'],
      ]);
    },
  },
  {
    file: '29-notready-node',
    holds: 'a node that is not ready stays so',
    check(outcome) {
      expect(podsOf(outcome).map(({ node }) => node)).toEqual(['alive', 'alive', 'alive', 'alive']);
      expect(outcome.summary.kube_node_status_ready).toBe(1);
    },
  },
  {
    file: '07-local-path-node-loss',
    holds: 'a volume of local-path pins the pod to its node, which is lost',
    check(outcome) {
      const [, second] = podsOf(outcome);
      expect([second.node, second.scheduled_seconds]).toEqual(['', null]);
      const said = eventsOf(outcome, 'FailedScheduling').find(({ name }) => name === second.pod);
      expect(said?.message).toContain("1 node(s) didn't match PersistentVolume's node affinity");
      expect(eventsOf(outcome, 'FailedAttachVolume')).toEqual([]);
    },
  },
  {
    file: '05b-readiness-first-probe',
    holds: 'a container that was seen running is probed at once, and once more at the next look',
  },
  { file: '06-liveness-runs-prestop', holds: 'a container that fails its liveness probe gets its hook before SIGTERM' },
  { file: '08-prestop-compound-command', holds: 'the sleep with which a hook begins is slept' },
  { file: '20-helper-crashes', holds: 'a container that crashes does not touch the requests of its neighbour' },
  { file: '25-serial-pulls', holds: 'pulls at the same time share the bandwidth of their node' },
  {
    file: '32-unhealthy-events',
    holds: 'every failed probe is an event',
    check: (outcome) => between([eventsOf(outcome, 'Unhealthy').length], 1, 6, 10),
  },
  {
    file: '09-named-target-port',
    holds: 'every connection is refused where no container has the named port',
    check({ summary }) {
      expect(summary.requests_refused_total).toBe(summary.requests_total);
    },
  },
  {
    file: '13-delete-node',
    holds: 'the pods of a node that was deleted are removed 40 to 65 s later and replaced',
    check(outcome) {
      between(seconds(outcome, 'default-0', 70), 2, 40, 65);
      expect(places(outcome)).toHaveLength(6);
      expect(places(outcome)).not.toContain('default-0');
    },
  },
  {
    file: '13-affinity-to-missing-node',
    options: { nodes: 5 },
    holds: 'a node that is named and absent rules the others out, in the usual words',
    check(outcome) {
      const [said] = eventsOf(outcome, 'FailedScheduling');
      expect(said.message).toBe(
        "0/5 nodes are available: 5 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new claims to deallocate, preemption: 0/5 nodes are available: 5 Preemption is not helpful for scheduling.",
      );
    },
  },
  {
    file: '14-nodename-missing',
    options: { nodes: 2 },
    holds: 'a pod of a node that is not there is deleted after 40 to 60 s, and the scheduler never hears of it',
    check(outcome) {
      const [pod] = podsOf(outcome);
      expect(pod).toMatchObject({ node: 'ip-10-0-0-9', phase: 'Failed' });
      between([Number(pod?.finished_seconds) - (pod?.created_seconds ?? 0)], 1, 40, 60.1);
      expect(eventsOf(outcome, 'FailedScheduling')).toEqual([]);
      expect(outcome.world.scheduler.counts.attempts).toBe(0);
    },
  },
  {
    file: '14-out-of-service',
    holds: 'the taint out-of-service lets go of the terminating pods within 20 s',
    check: (outcome) => between(seconds(outcome, 'default-0', 600), 2, 0, 20.1),
  },
  {
    file: '15-node-deleted',
    holds: 'a node that is deleted leaves; its pod is deleted after 40 to 60 s and replaced',
    check(outcome) {
      between(seconds(outcome, 'node-0', 120), 1, 40, 60.1);
      expect(places(outcome)).toHaveLength(3);
      const last = outcome.world.measure.nodes.filter(({ time_seconds }) => time_seconds === 600);
      expect(last.map(({ node }) => node)).toEqual(['node-1', 'node-2']);
    },
  },
  {
    file: '16-node-added',
    holds: 'a node that is applied joins, and the pod that waited runs there',
    check(outcome) {
      expect(places(outcome)).toEqual(['extra', 'node-0']);
      const extra = podsOf(outcome).find(({ node }) => node === 'extra');
      expect(extra?.phase).toBe('Running');
      between([Number(extra?.scheduled_seconds)], 1, 120, 122);
    },
  },
  {
    file: '17-gang-one-free-node',
    holds: 'a group that has room for one of its two pods waits, and runs once there is room for both',
    check({ world }) {
      // 50 status patches a second are what the client may send; rejected at Permit, a pod is patched beside the cycle.
      expect(world.scheduler.counts.attempts).toBeLessThan(100 * 7 * 60);
    },
  },
  {
    file: '19-patch-backlog',
    holds: 'an important pod is next, however many status patches of others there are to send',
    check(outcome) {
      const bound = eventsOf(outcome, 'Scheduled').find(({ name }) => name === 'important');
      // One patch may be under way (20 ms at 50/s), and the binding waits for its own token.
      expect(bound?.time_seconds).toBeGreaterThan(15);
      expect(bound?.time_seconds).toBeLessThan(15.06);
    },
  },
  { file: '27-noscoring', holds: 'without scores the first node that fits is taken, and the search goes on behind it' },
  {
    file: '30-event-namespace',
    holds: 'events name the namespaces of pods without an owner',
    check(outcome) {
      const pods = eventsOf(outcome, 'Scheduled').filter(({ name }) => name === 'p' || name === 's-0');
      expect(pods.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(['three/s-0', 'one/p', 'two/p']);
    },
  },
];

/** A container that no pod has, waits of 0 that would come again and again, and what is said of them. */
const refused: readonly { readonly file: string; readonly says: string }[] = [
  ...['fuzz/podcrash-container-index', 'fuzz/podcrash-wrong-pod'].map((file) => ({
    file,
    says: 'PodCrash.container: no pod in namespace default has a container with index 1, expected 0, each has one',
  })),
  { file: 'fuzz/zeno-crash-0', says: 'crashLoopBackOff.initial: expected a duration of 1s or more' },
  { file: 'fuzz/zeno-loadboard', says: 'LoadBoard.refresh: expected a duration of 1ms or more' },
  { file: 'fuzz/zeno-nodefailures-0', says: 'NodeFailures.up: expected a duration or distribution above 0' },
];

describe('a case', () => {
  it.each(cases)('$file: $holds', ({ file, options = {}, check }) => {
    const outcome = runJob(jobOf(textOf(file), options), { families, check: true });
    expect(outcome.verdicts.filter(({ pass }) => !pass)).toEqual([]);
    check?.(outcome);
  });

  it.each(refused)('$file is refused with its place', ({ file, says }) => {
    expect(() => jobOf(textOf(file))).toThrow(says);
  });
});
