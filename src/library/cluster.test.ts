// Scripts of a run: what they read and write, what is refused, and what they do wrong.
import { expect, it } from 'vitest';
import { ApiError, type ClusterScript, run } from './wavetank.ts';

const SCENARIO = {
  apiVersion: 'wavetank/v1',
  kind: 'Scenario',
  metadata: { name: 'scripted' },
  spec: { duration: '3m', kubelet: { cachedImages: ['*'] } },
};
const WEB = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } };
const DEPLOYMENT = {
  ...WEB,
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web' }] } },
  },
};
const runs = (script: ClusterScript) => run([SCENARIO, DEPLOYMENT], { script, check: true });

it('reads, changes and deletes objects while the run lasts', async () => {
  const seen: unknown[] = [];
  const { digest } = await runs(function* (cluster) {
    yield* cluster.sleep('1m');
    const pods = yield* cluster.list('v1', 'Pod', { labelSelector: 'app=web' });
    seen.push(pods.length, Math.floor(cluster.nowSeconds));
    const [{ metadata }] = pods;
    yield* cluster.patch(
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: metadata.name } },
      { type: 'merge', patch: { metadata: { labels: { app: 'aside' } } } },
    );
    yield* cluster.sleep('30s');
    // The ReplicaSet has replaced the one that was put aside.
    seen.push((yield* cluster.list('v1', 'Pod')).length);
    yield* cluster.scale(WEB, 0);
    yield* cluster.delete({ apiVersion: 'v1', kind: 'Pod', metadata: { name: metadata.name } });
    yield* cluster.sleep('1m');
    seen.push((yield* cluster.list('v1', 'Pod')).length);
    const { metadata: left } = yield* cluster.get(WEB);
    seen.push(left.name);
  });
  expect(seen).toEqual([2, 60, 3, 0, 'web']);
  expect(digest).not.toBe((await run([SCENARIO, DEPLOYMENT])).digest);
});

it('hears what the API server refuses, in its words', async () => {
  const refused: string[] = [];
  await runs(function* (cluster) {
    for (const what of [
      () => cluster.get({ ...WEB, metadata: { name: 'nobody' } }),
      () => cluster.create({ ...DEPLOYMENT }),
      () => cluster.patch(WEB, { type: 'merge', patch: { spec: { selector: { matchLabels: { app: 'other' } } } } }),
    ]) {
      yield* cluster.sleep('1s');
      try {
        yield* what();
      } catch (error) {
        if (error instanceof ApiError) refused.push(`${error.code} ${error.reason}`);
      }
    }
  });
  expect(refused).toEqual(['404 NotFound', '409 AlreadyExists', '422 Invalid']);
});

it.each<[string, ClusterScript, string]>([
  [
    'throws',
    function* (cluster) {
      yield* cluster.sleep('2s');
      yield* cluster.get({ ...WEB, metadata: { name: 'nobody' } });
    },
    'the script failed at 2.0',
  ],
  ['is no generator', (() => Promise.resolve()) as unknown as ClusterScript, 'expected a generator function'],
  [
    'yields something else',
    function* () {
      yield 5 as never;
    },
    'expected yield* with a method of the cluster',
  ],
  [
    'sleeps for nothing that is a time',
    function* (cluster) {
      yield* cluster.sleep('soon');
    },
    'sleep: expected a duration such as 30s, got "soon"',
  ],
])('one that %s stops the run', async (_, script, message) => {
  await expect(runs(script)).rejects.toMatchObject({ name: 'InputError', message: expect.stringContaining(message) });
});
