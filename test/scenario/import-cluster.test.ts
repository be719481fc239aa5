// `wavetank import cluster`: a cluster in the middle of its life goes on where it was found; nothing is doubled, nothing secret is kept.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/lib/errors.ts';
import type { ReadFile } from '../../src/scenario/files.ts';
import type { Imported } from '../../src/scenario/import/importer.ts';
import { dump } from '../support/dump.ts';
import { importOf, sourcesOf, wholeText } from '../support/imports.ts';
import { eventsOf, type FinishedRun, jobOf, podsOf, runScenario } from '../support/world-rig.ts';

const CASES = fileURLToPath(new URL('../../../shared/cases', import.meta.url));

function json(items: readonly object[] = dump()): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, undefined, 4);
}

function imported(text: string, args: object = {}): Imported {
  return importOf('cluster', args, sourcesOf({ 'dump.yaml': text }));
}

function reading({ files = [] }: Imported): { readonly readFile: ReadFile } {
  const texts = new Map(files.map(({ name, text }) => [name, wholeText(text)]));
  return { readFile: (file) => ({ file, text: texts.get(file) ?? '' }) };
}

const run = (made: Imported): FinishedRun => runScenario(made.scenario, reading(made));
const loaded = (made: Imported) => jobOf(made.scenario, reading(made)).loaded;

describe('the state as it is', () => {
  const outcome = run(imported(json()));
  const pods = new Map(podsOf(outcome).map((pod) => [pod.pod, pod]));

  it.each([
    // Its readiness probe begins after a minute: it does not wait for that again.
    ['web-7c9b8f5d44-aaaaa', { node: 'n1', ready_seconds: 0, phase: 'Running', restarts: 4, revision: 7 }],
    ['web-7c9b8f5d44-bbbbb', { node: 'n2', ready_seconds: 0, phase: 'Running', restarts: 0 }],
    ['db-0', { node: 'n2', ready_seconds: 0, owner_kind: 'StatefulSet', phase: 'Running' }],
    ['agent-n1', { node: 'n1', ready_seconds: 0, owner_kind: 'DaemonSet', phase: 'Running' }],
    ['report-x3', { node: 'n1', ready_seconds: 0, owner_kind: 'Job', phase: 'Running' }],
  ])('%s goes on', (name, expected) => {
    expect(pods.get(name)).toMatchObject({ created_seconds: 0, deleted_seconds: null, ...expected });
  });

  it('replaces what is on the node that went silent, and nothing else', () => {
    expect(pods.get('web-lost')).toMatchObject({ node: 'n3', deleted_seconds: expect.any(Number) as number });
    expect([...pods.values()].filter(({ created_seconds }) => created_seconds > 0)).toMatchObject([
      { owner: 'web-7c9b8f5d44', node: expect.stringMatching(/n[12]/) as string },
    ]);
    expect(outcome.world.gauges.created).toBe(1);
    expect(outcome.summary.kube_pod_container_status_restarts_total).toBe(0);
  });

  it('says why a pod is pending, by its own scheduler', () => {
    const [first] = eventsOf(outcome, 'FailedScheduling');
    expect(first.message).toMatch(
      /^0\/3 nodes are available: 1 node\(s\) had untolerated taint\(s\), 2 node\(s\) didn't match Pod's node affinity/,
    );
  });

  it('has claims bound, and Jobs and autoscalers where they were', () => {
    const { objects } = outcome.world.state;
    const get = (kind: string, namespace: string | undefined, name: string) =>
      objects.get(objects.find(kind, namespace, name));
    const claim = get('PersistentVolumeClaim', 'shop', 'data-db-0');
    const volume = get('PersistentVolume', undefined, 'pv-1');
    expect([claim?.status, volume?.status]).toMatchObject([{ phase: 'Bound' }, { phase: 'Bound' }]);
    expect(volume?.spec).toMatchObject({ claimRef: { name: 'data-db-0', uid: claim?.metadata.uid } });
    expect(get('Job', 'shop', 'report')?.status).toMatchObject({ succeeded: 2, active: 1 });
    expect(get('ControllerRevision', 'shop', 'db-5f7')?.metadata.ownerReferences).toMatchObject([{ name: 'db' }]);
    // Its target was at the size that it asked for; there is no CPU for four.
    expect(eventsOf(outcome, 'SuccessfulRescale')).toMatchObject([
      { message: 'New size: 3; reason: All metrics below target' },
    ]);
  });

  it('is another scenario when a status differs', () => {
    const other = json().replace('"restartCount": 4', '"restartCount": 5');
    expect(other).not.toBe(json());
    expect(loaded(imported(other)).hash).not.toBe(loaded(imported(json())).hash);
  });
});

it('a Service may select one pod of a StatefulSet that was found', () => {
  const label = 'statefulset.kubernetes.io/pod-name';
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'first', namespace: 'shop' },
    spec: { selector: { [label]: 'db-0' }, ports: [{ port: 80 }] },
  };
  const traffic =
    'spec:\n  traffic: [{ name: users, to: shop/first, start: 5s, arrivals: { poisson: { rate: 10/s } } }]\n';
  const asked = (selector: object) => {
    const made = imported(json([...dump(), { ...service, spec: { ...service.spec, selector } }]));
    return run({ ...made, scenario: made.scenario.replace('spec:\n', traffic) });
  };
  const found = asked({ [label]: 'db-0' });
  expect(found.summary.requests_completed_total).toBeGreaterThan(50);
  expect(found.summary.requests_refused_total).toBe(0);
  expect(found.world.gauges.created).toBe(1);
  expect(asked({ [label]: 'db-1' }).summary.requests_completed_total).toBe(0);
});

it('quotas count what was found, and refuse what comes beyond it', () => {
  // Eight pods are there. The one in place of that on the silent node is one too many, as long as this is being deleted.
  const metadata = { name: 'q', namespace: 'shop' };
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { pods: '8' } } };
  const outcome = run(imported(json([...dump(), quota])));
  const [refused] = eventsOf(outcome, 'FailedCreate');
  expect(refused.message).toContain('exceeded quota: q, requested: pods=1, used: pods=8, limited: pods=8');
  expect(podsOf(outcome).filter(({ created_seconds }) => created_seconds === 0)).toHaveLength(8);
});

it('keeps names of keys of Secrets, and no value', () => {
  for (const desired of [false, true]) {
    const { scenario, files = [] } = imported(json(), { desired });
    const all = [scenario, ...files.map(({ text }) => wholeText(text))].join('');
    expect(all).toContain('key: ""');
    expect(all).not.toContain('aHVudGVyMg');
  }
});

it('gives only what is wanted, without what owners make', () => {
  const made = imported(json(), { desired: true });
  const text = wholeText(made.files?.[0].text ?? '');
  expect(made.files).toHaveLength(1);
  expect(text).not.toMatch(/kind: (Pod|ReplicaSet|Event|Widget)\n/);
  const outcome = run(made);
  expect(podsOf(outcome).filter(({ owner_kind }) => owner_kind === 'ReplicaSet')).toHaveLength(4);
  expect(podsOf(outcome).every(({ created_seconds, ready_seconds }) => ready_seconds !== created_seconds)).toBe(true);
});

it('makes the ReplicaSets that pods name and a dump lacks', () => {
  const made = imported(json(dump().filter(({ kind }) => kind !== 'ReplicaSet')));
  expect(made.notes.join('\n')).toMatch(/assumed: 1 ReplicaSet that pods name .* \(web-7c9b8f5d44\)/);
  expect(run(made).world.gauges.created).toBe(1);
});

it('takes a dump of YAML: neither finished nor terminating pods run again', () => {
  const outcome = run(imported(readFileSync(`${CASES}/11-dump.yaml`, 'utf8')));
  expect(podsOf(outcome).map(({ pod, deleted_seconds }) => [pod, deleted_seconds])).toEqual([
    ['web-7c9b8f5d44-aaaaa', null],
    ['web-7c9b8f5d44-bbbbb', null],
  ]);
});

it('takes the text of cluster-info dump, with logs between lists of one kind', () => {
  const list = (kind: string) =>
    JSON.stringify(
      {
        kind: `${kind}List`,
        apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1',
        items: dump()
          .filter((one) => one.kind === kind)
          .map(({ metadata, spec, status }) => ({ metadata, spec, status })),
      },
      undefined,
      4,
    );
  const logs =
    '==== START logs for container main of pod shop/web ====\n{\n  "not": an object\n==== END logs for container main of pod shop/web ====';
  const made = imported([list('Node'), list('Deployment'), list('Pod'), logs, list('Secret')].join('\n'));
  expect(made.notes[0]).toBe('found: 8 Pods, 3 Nodes, 1 Deployment, 1 ReplicaSet, 1 Secret');
});

it.each([
  ['no YAML', 'a: [', /^dump.yaml:\d+:/],
  ['no JSON', '{\n  "a": \n}', /^dump.yaml:1: not valid JSON: /],
  ['nothing', '', /^dump.yaml: has no objects, expected what `kubectl get … -o yaml` prints/],
  ['another namespace', json(), /^--namespace: nothing is in the namespace shopp, only in shop/],
])('refuses %s', (_what, text, message) => {
  const make = () => imported(text, { namespace: ['shopp'] });
  expect(make).toThrow(InputError);
  expect(make).toThrow(message);
});

it('leaves out what Kubernetes would refuse, and says so', () => {
  const broken = dump().map((one) =>
    one.kind === 'HorizontalPodAutoscaler' ? { ...one, spec: { maxReplicas: 0 } } : one,
  );
  expect(imported(json(broken)).notes.join('\n')).toMatch(
    /left out since Kubernetes 1.36 would refuse them: HorizontalPodAutoscaler web \(dump.yaml:1: spec\./,
  );
});
