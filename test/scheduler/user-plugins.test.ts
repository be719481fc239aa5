// Plugins of users: every extension point over objects, and what happens to a run when one of them goes wrong.
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/lib/errors.ts';
import { loadPlugins } from '../../src/library/plugins.ts';
import type { pluginTools } from '../../src/library/plugin-tools.ts';
import { expandJobs } from '../../src/scenario/expand.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { member } from '../../src/lib/family.ts';
import { family } from '../../src/lib/family.ts';
import type { Handle, Plugin } from '../../src/scheduler/framework/interface.ts';
import type { ObjectPlugin } from '../../src/scheduler/object-plugins/object-plugin.ts';
import type { SeenCluster } from '../../src/scheduler/object-plugins/object-views.ts';
import { schedulerPlugins } from '../../src/scheduler/plugins/index.ts';
import { builtInFamilies, type Families, familySchemas } from '../../src/world/families.ts';
import { type FinishedRun, runJob } from '../../src/world/run.ts';
import { deployment, scenarioOf } from '../support/manifests.ts';
import { eventsOf, podsOf } from '../support/world-rig.ts';
import { z } from 'zod';

type Tools = typeof pluginTools;

function scenario(more = '', replicas = 3, queueSort = ''): string {
  const head = scenarioOf(`  duration: 1m
  preset: ideal
  cluster: { nodePools: [{ name: w, count: 3, capacity: { cpu: 4, memory: 8Gi, pods: 110 }, hourlyCost: 2, labels: { a: b } }] }
  scheduler: { profiles: [{ plugins: { multiPoint: { enabled: [{ name: Mine }] }${queueSort} } }] }
${more}`);
  const metadata = ', annotations: { note: x }';
  return head + deployment('web', { replicas, image: 'i', cpu: '500m', memory: '1Gi', metadata });
}

function run(families: Families, text: string): FinishedRun {
  const schemas = familySchemas(families);
  const [job] = expandJobs(loadScenario([{ file: 't.yaml', text }], { families: schemas }), { families: schemas });
  return runJob(job, { families, check: true });
}

/** Runs with a plugin over objects. */
async function runWith(
  create: (cluster: SeenCluster, tools: Tools) => ObjectPlugin,
  text = scenario(),
): Promise<FinishedRun> {
  const brought = (tools: Tools) => ({
    schedulerPlugins: [
      tools.schedulerPlugin({
        name: 'Mine',
        summary: 'A test.',
        args: tools.z.strictObject({}),
        create: (_args, cluster) => create(cluster, tools),
      }),
    ],
  });
  return run((await loadPlugins([brought])).families, text);
}

/** Runs with a plugin over columns. */
async function runRaw(plugin: Plugin): Promise<FinishedRun> {
  const one = { name: 'Mine', summary: 'A test.', args: z.strictObject({}), create: () => plugin };
  return run((await loadPlugins([{ schedulerPlugins: [one] }])).families, scenario());
}

const said = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return '';
};

describe('a plugin over objects', () => {
  it('sees nodes and pods as they are', async () => {
    const seen: unknown[] = [];
    await runWith((cluster) => ({
      filter(pod, node) {
        if (seen.length > 0) return;
        seen.push(
          [pod.namespace, pod.labels, pod.annotations, pod.priority, pod.spec.containers[0].image, pod.owner?.kind],
          pod.requests,
          [node.name, node.labels['a'], node.hourlyCost, node.unschedulable, node.taints, node.pods.length],
          [node.allocatable['cpu'], node.requested['cpu'], node.free('memory')],
          [cluster.nodes.length, cluster.node('w-2')?.name, cluster.node('none'), cluster.nowSeconds],
        );
      },
    }));
    expect(seen).toEqual([
      ['default', { app: 'web', 'pod-template-hash': expect.any(String) }, { note: 'x' }, 0, 'i', 'ReplicaSet'],
      { cpu: 0.5, memory: 2 ** 30, 'ephemeral-storage': 0 },
      ['w-0', 'b', 2, false, [], 0],
      [expect.closeTo(3.92, 1), 0, expect.any(Number)],
      [3, 'w-2', undefined, 0],
    ]);
  });

  it('counts the pods that are placed, in their order', async () => {
    let most: readonly string[] = [];
    const outcome = await runWith(() => ({
      filter(_pod, node) {
        if (node.pods.length > most.length) most = node.pods.map(({ name }) => name);
        return node.name === 'w-1';
      },
    }));
    const placed = podsOf(outcome).map(({ pod, node }) => [pod, node]);
    expect(placed.map(([, node]) => node)).toEqual(['w-1', 'w-1', 'w-1']);
    expect(most).toEqual(placed.slice(0, 2).map(([pod]) => pod));
  });

  it('is asked at every point, in the order of a scheduling and a binding cycle', async () => {
    const calls: string[] = [];
    const text = scenario('', 1, ', queueSort: { disabled: [{ name: "*" }], enabled: [{ name: Mine }] }');
    const outcome = await runWith(
      (_cluster, { success }) => ({
        less: (_a, _b, sinceA, sinceB) => sinceA < sinceB,
        preEnqueue: () => void calls.push('preEnqueue'),
        preFilter: () => (calls.push('preFilter'), success),
        filter: (_pod, node) => (calls.push(`filter ${node.name}`), node.name !== 'w-0'),
        preScore: (_pod, nodes) => void calls.push(`preScore ${nodes.length}`),
        score: (_pod, node) => (calls.push(`score ${node.name}`), node.name === 'w-2' ? 7 : 3),
        normalizeScore(_pod, scores) {
          calls.push(`normalizeScore ${scores.map(({ score }) => score).join()}`);
          for (const one of scores) one.score *= 10;
        },
        reserve: (_pod, node) => void calls.push(`reserve ${node.name}`),
        permit: (_pod, node) => (calls.push(`permit ${node.name}`), undefined),
        preBind: () => (calls.push('preBind'), 2),
        bind: () => (calls.push('bind'), true),
        postBind: () => void calls.push('postBind'),
      }),
      text,
    );
    expect(calls).toEqual([
      'preEnqueue',
      'preFilter',
      'filter w-0',
      'filter w-1',
      'filter w-2',
      'preScore 2',
      'score w-1',
      'score w-2',
      'normalizeScore 3,7',
      'reserve w-2',
      'permit w-2',
      'preBind',
      // DefaultBinder, which comes first, has bound it.
      'postBind',
    ]);
    const [pod] = podsOf(outcome);
    expect(pod.node).toBe('w-2');
    // PreBind took two seconds.
    expect(pod.scheduled_seconds).toBe(2);
  });

  it('may hold a pod at Permit, let it go, and turn it away', async () => {
    let unreserved = 0;
    const outcome = await runWith((cluster) => ({
      permit(pod, node) {
        if (node.pods.length === 0) return;
        const waiting = cluster.nodes.flatMap((one) => one.pods).filter((one) => one.name !== pod.name);
        if (waiting.length < 2) return { waitSeconds: 5 };
        for (const one of waiting) cluster.allow(one);
        return;
      },
      unreserve: () => void (unreserved += 1),
    }));
    expect(podsOf(outcome).map(({ scheduled_seconds }) => scheduled_seconds)).toEqual([0, 0, 0]);
    expect(unreserved).toBe(0);
    const never = await runWith(() => ({
      permit: () => ({ waitSeconds: 3 }),
      unreserve: () => void (unreserved += 1),
    }));
    expect(podsOf(never).map(({ node }) => node)).toEqual(['', '', '']);
    expect(unreserved).toBeGreaterThanOrEqual(3);
    expect(eventsOf(never, 'FailedScheduling')[0]).toMatchObject({
      time_seconds: 3,
      message: 'timed out waiting on permit plugin Mine',
    });
  });

  it('says no in the words of Kubernetes', async () => {
    const outcome = await runWith((_cluster, { unresolvable }) => ({
      filter: (_pod, node) => (node.name === 'w-0' ? 'no room' : node.name === 'w-1' ? false : unresolvable('never')),
    }));
    expect(eventsOf(outcome, 'FailedScheduling')[0]).toMatchObject({
      message: expect.stringMatching(
        /^0\/3 nodes are available: 1 never, 1 no room, 1 node\(s\) didn't satisfy plugin Mine\./,
      ) as string,
    });
  });
});

describe('a plugin that goes wrong stops the run, with its name, the pod, the node and the time', () => {
  const place = (point: string, node = ' on node w-0') =>
    new RegExp(`^<plugin>: plugin Mine: ${point} for pod default/web-\\w+-\\w+${node} at 0 s: `);

  it.each<[string, ObjectPlugin, RegExp | string]>([
    [
      'filter',
      {
        filter: () => {
          throw new TypeError('oops');
        },
      },
      'threw TypeError: oops',
    ],
    ['score', { score: () => Number.NaN }, 'returned NaN, expected a number'],
    ['score', { score: () => 101 }, 'gave 101, expected 0 to 100'],
    ['score', { score: () => -1 }, 'gave -1, expected 0 to 100'],
    ['score', { score: () => 'a' as never }, 'returned "a", expected a number'],
    ['score', { score: () => Infinity, normalizeScore: () => undefined }, 'gave Infinity, expected a number'],
    [
      'normalizeScore',
      {
        score: () => 1,
        normalizeScore: (_pod, scores) => {
          scores[0].score = 500;
        },
      },
      'gave 500, expected 0 to 100',
    ],
    ['filter', { filter: () => 5 as never }, 'returned 5, expected nothing, a reason or a status'],
    [
      'reserve',
      {
        reserve: () => {
          throw new Error('x');
        },
      },
      'threw Error: x',
    ],
    ['permit', { permit: () => ({ waitSeconds: Number.NaN }) }, 'returned NaN'],
  ])('%s', async (point, plugin, what) => {
    const message = await said(runWith(() => plugin));
    expect(message).toMatch(place(point));
    expect(message).toContain(what);
  });

  it('without a node where there is none', async () => {
    const short: ObjectPlugin = { score: () => 1, normalizeScore: (_pod, scores) => void scores.pop() };
    expect(await said(runWith(() => short))).toMatch(place('normalizeScore', ''));
    expect(await said(runWith(() => short))).toContain('left 2 scores of 3');
    const pre: ObjectPlugin = { preEnqueue: () => 7 as never };
    expect(await said(runWith(() => pre))).toMatch(place('preEnqueue', ''));
  });

  it('over columns: scores that are missing, too many, or no scores', async () => {
    const wrong = async (score: NonNullable<Plugin['score']>) => said(runRaw({ score }));
    expect(await wrong((_pod, _nodes, scores) => void (scores[0] = 1))).toContain(
      'on node w-1 at 0 s: left no score, or NaN',
    );
    expect(await wrong((_pod, _nodes, scores) => void scores.fill(1))).toContain(
      'wrote more scores than there are nodes (3)',
    );
    expect(await wrong((_pod, nodes, scores) => void scores.fill(101, 0, nodes.end))).toContain('gave 101');
    expect(await said(runRaw({ preFilter: () => undefined as never }))).toContain(
      'returned nothing, expected a status',
    );
    expect(await said(runRaw({ reserve: () => ({ code: 5, reasons: [] }) }))).toContain('returned a mapping');
    const code = (
      _pod: unknown,
      _nodes: unknown,
      verdicts: { reject(i: number, code: number, reasons: number): void },
    ) => verdicts.reject(0, 9, 0);
    expect(await said(runRaw({ filter: code }))).toContain('rejected with the code 9');
    expect(
      await said(
        runRaw({
          filter: () => {
            throw new Error('x');
          },
        }),
      ),
    ).toContain('filter for pod default/web-');
  });

  it('when it is made', async () => {
    expect(
      await said(
        runWith(() => {
          throw new Error('nope');
        }),
      ),
    ).toBe('<plugin>: plugin Mine: create at 0 s: threw Error: nope');
    expect(await said(runWith(() => ({ scores: () => 1 }) as never))).toMatch(
      /Mine: unknown extension point "scores".*did you mean "score"/,
    );
    expect(await said(runWith(() => 5 as never))).toContain('Mine: create returned 5, no plugin');
    expect(await said(runWith(() => ({ filter: () => true, events: ['NodeAd' as never] })))).toContain(
      'did you mean "NodeAdd"',
    );
  });
});

describe('a built-in plugin that goes wrong is a bug', () => {
  const runOurs = (plugin: Plugin): FinishedRun => {
    const mine = member({
      name: 'Mine',
      summary: '',
      args: z.strictObject({}),
      create: (_args, _handle: Handle) => plugin,
    });
    const members = [...schedulerPlugins.members, mine];
    return run({ ...builtInFamilies, schedulerPlugins: family('schedulerPlugins', '', members) }, scenario());
  };
  const failure = (plugin: Plugin): Error => {
    try {
      runOurs(plugin);
    } catch (error) {
      return error as Error;
    }
    return expect.fail('the run went through');
  };

  it.each<[string, Plugin, RegExp]>([
    [
      'throws in filter',
      {
        filter: () => {
          throw new Error('x');
        },
      },
      /plugin Mine: filter for pod default\/web-\w+-\w+ on node w-0: threw Error: x/,
    ],
    [
      'throws in preFilter',
      {
        preFilter: () => {
          throw new Error('x');
        },
      },
      /plugin Mine: preFilter for pod default\/web-\w+-\w+: threw Error: x/,
    ],
    [
      'throws in score',
      {
        score: () => {
          throw new Error('x');
        },
      },
      /plugin Mine: score for pod \S+ on node w-0: threw Error: x/,
    ],
    [
      'scores 101',
      { score: (_pod, nodes, scores) => void scores.fill(101, 0, nodes.end) },
      /plugin Mine: score for pod \S+ on node w-0: returned 101, expected 0 to 100/,
    ],
    [
      'scores NaN of one node',
      { local: true, score: (_pod, nodes, scores) => void scores.fill(Number.NaN, 0, nodes.end) },
      /returned NaN/,
    ],
  ])('%s', (_what, plugin, message) => {
    const error = failure(plugin);
    expect(error.name).toBe('RunFailure');
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/at 0 s, event scheduler\.cycle/);
  });
});
