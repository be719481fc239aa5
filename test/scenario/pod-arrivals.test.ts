// `spec.podArrivals`: who comes when, and what is said of lists that make no sense.
import { expect, it } from 'vitest';
import { jobOf, podsOf, runScenario } from '../support/world-rig.ts';
import { complaints, load } from './tank.ts';

const head = (streams: string, more = ''): string => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: test }
spec:
  duration: 2m
  preset: ideal
  cluster: { nodePools: [{ name: node, count: 2 }] }
  podArrivals:
${streams}${more}
`;
const spec = 'spec: { terminationGracePeriodSeconds: 0, containers: [{ name: main, image: a/b }] }';
const templates = `      templates:
        - { name: one, metadata: { labels: { app: one } }, ${spec} }
        - { name: two, ${spec} }`;
const stream = (rest: string): string => head(`    - name: batch\n${templates}\n${rest}`);

it('creates a pod of the named template at each step of a sequence', () => {
  const outcome = runScenario(stream('      every: 10s\n      start: 5s\n      sequence: one two\n        two one'));
  const pods = podsOf(outcome);
  expect(pods.map(({ pod, created_seconds, phase }) => [pod, created_seconds, phase])).toEqual([
    ['batch-0', 5, 'Running'],
    ['batch-1', 15, 'Running'],
    ['batch-2', 25, 'Running'],
    ['batch-3', 35, 'Running'],
  ]);
  const { state } = outcome.world;
  expect(pods.map((_, row) => state.classes.get(state.pods.podClass[row]).labels['app'])).toEqual([
    'one',
    undefined,
    undefined,
    'one',
  ]);
});

it('creates and deletes pods at their times, whatever the order of the lines', () => {
  const outcome = runScenario(stream('      arrivals: |\n        1m two 10s\n        0 one\n\n        30s one 0s'));
  expect(podsOf(outcome).map((pod) => [pod.pod, pod.created_seconds, pod.finished_seconds])).toEqual([
    ['batch-1', 30, 30],
    ['batch-2', 60, 70],
    ['batch-0', 0, null],
  ]);
});

it('keeps streams apart, and puts pods into namespaces that it makes', () => {
  const other = `    - name: other\n      namespace: jobs\n${templates}\n      every: 1s\n      sequence: one`;
  const outcome = runScenario(head(`    - name: batch\n${templates}\n      every: 1s\n      sequence: two\n${other}`));
  expect(podsOf(outcome).map(({ namespace, pod }) => `${namespace}/${pod}`)).toEqual([
    'default/batch-0',
    'jobs/other-0',
  ]);
});

it('has the pods of a stream after the end not happen', () => {
  expect(podsOf(runScenario(stream('      every: 100s\n      sequence: one one one')))).toHaveLength(2);
});

it.each([
  ['      sequence: one', '`sequence` and `every` go together'],
  ['      every: 1s', 'expected either a sequence or arrivals'],
  ['      every: 1s\n      sequence: one\n      arrivals: 0 one', 'expected either a sequence or arrivals'],
  [
    '      every: 1s\n      sequence: one tow',
    'pod 2: unknown template "tow", expected one of one, two (did you mean "two"?)',
  ],
  ['      arrivals: |\n        0 one\n        soon two', 'line 2: expected a time, a template'],
  ['      arrivals: 5s three', 'line 1: unknown template "three", expected one of one, two'],
  ['      arrivals: 5s one 1m more', 'line 1: expected a time, a template'],
])('%s: %s', (rest, message) => {
  expect(complaints(() => load(stream(rest)))).toContain(message);
});

it('reports a mistake in a template at its line', () => {
  const text = head(
    `    - name: batch\n      templates:\n        - name: one\n          spec:\n            containers: [{ nme: main, image: a/b }]\n      every: 1s\n      sequence: one`,
  );
  expect(complaints(() => load(text))).toMatch(/:13:\d+: .*podArrivals\[0\]\.templates\[0\]\.spec.*nme/);
});

it('reports a request for GPUs that makes no sense, and one that nobody respects', () => {
  const gpu = (milli: string) =>
    head(
      `    - name: batch\n      templates:\n        - name: one\n          metadata:\n            annotations:\n              alibabacloud.com/gpu-milli: "${milli}"\n          ${spec}\n      every: 1s\n      sequence: one`,
    );
  expect(complaints(() => load(gpu('2000')))).toMatch(/:14:\d+: .*gpu-milli.*up to 1000, got "2000"; for several/);
  expect(jobOf(gpu('500')).loaded.notes).toEqual([
    expect.stringMatching(/no scheduler plugin respects: enable GpuShare/),
  ]);
});
