// POST, PUT, PATCH and DELETE through the HTTP front: what is stored, what is refused, and in which words.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpRig } from '../support/http-api-rig.ts';
import { worldOf } from '../support/world-rig.ts';

const SCENARIO = `
apiVersion: wavetank/v1
kind: Scenario
metadata: { name: front }
spec:
  duration: 1h
  cluster: { nodePools: [{ name: node, count: 1 }] }
  behaviors: [{ image: example/crashes:1, crash: { after: 20s, exitCode: 3 } }]
`;
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const PODS = '/api/v1/namespaces/default/pods';
const web = (replicas: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'example/web:1' }] },
    },
  },
});
const pod = (name: string) => ({
  metadata: { name },
  spec: { containers: [{ name: 'main', image: `example/${name}:1` }] },
});
const typed = (type: string) => ({ headers: { 'content-type': type } });

/** One cluster for all: what a test counts is its own. */
let rig: HttpRig;
beforeAll(() => {
  rig = new HttpRig(worldOf(SCENARIO));
  expect(rig.ask('POST', DEPLOYMENTS, { body: web(2) }).status).toBe(201);
  expect(rig.ask('POST', PODS, { body: pod('crashes') }).status).toBe(201);
  expect(rig.ask('POST', PODS, { body: pod('stays') }).status).toBe(201);
  rig.run(60);
});
afterAll(() => expect(rig.errors).toEqual([]));

describe('a write', () => {
  it('says which fields nobody knows, or refuses them', () => {
    const misspelt = { ...web(0), metadata: { name: 'other' }, spec: { ...web(0).spec, replica: 3 } };
    const strict = rig.ask('POST', `${DEPLOYMENTS}?fieldValidation=Strict`, { body: misspelt });
    expect(strict.json).toMatchObject({
      code: 400,
      message:
        'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica"',
    });
    const warned = rig.ask('POST', DEPLOYMENTS, { body: misspelt });
    expect(warned.status).toBe(201);
    expect(warned.headers.warning).toBe('299 - "unknown field \\"spec.replica\\""');
  });

  it('of a dry run stores nothing', () => {
    const patch = { spec: { replicas: 7 } };
    const tried = rig.ask('PATCH', `${DEPLOYMENTS}/web?dryRun=All`, {
      body: patch,
      ...typed('application/merge-patch+json'),
    });
    expect(tried.json).toMatchObject({ spec: { replicas: 7 } });
    rig.ask('DELETE', `${DEPLOYMENTS}/web?dryRun=All`);
    expect(rig.ask('POST', `${DEPLOYMENTS}?dryRun=All`, { body: { ...web(1), metadata: { name: 'b' } } }).status).toBe(
      201,
    );
    expect(rig.get(`${DEPLOYMENTS}/web`).json).toMatchObject({ spec: { replicas: 2 } });
    expect(rig.get(`${DEPLOYMENTS}/b`).status).toBe(404);
  });

  it('comes in four kinds of patches, and is refused in a fifth', () => {
    const patched = (type: string, body: object | string, query = '') =>
      rig.ask('PATCH', `${DEPLOYMENTS}/web${query}`, { body, ...typed(type) });
    expect(patched('application/merge-patch+json', { spec: { replicas: 3 } }).json).toMatchObject({
      spec: { replicas: 3 },
    });
    const jsonPatch = [{ op: 'replace', path: '/spec/replicas', value: 4 }];
    expect(patched('application/json-patch+json', jsonPatch).json).toMatchObject({ spec: { replicas: 4 } });
    const container = { name: 'web', image: 'example/web:2' };
    const strategic = { spec: { template: { spec: { containers: [container] } } } };
    expect(patched('application/strategic-merge-patch+json', strategic).json).toMatchObject({
      spec: {
        template: {
          spec: { containers: [{ image: 'example/web:2', terminationMessagePath: '/dev/termination-log' }] },
        },
      },
    });
    const applied = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 5 } };
    const refused = patched('application/apply-patch+yaml', applied, '?fieldManager=me');
    expect(refused.json).toMatchObject({ code: 409, reason: 'Conflict' });
    const forced = patched('application/apply-patch+yaml', applied, '?fieldManager=me&force=true');
    expect(forced.json).toMatchObject({ spec: { replicas: 5 } });
    expect(forced.text).toContain('"manager":"me","operation":"Apply"');
    expect(patched('text/plain', 'x').json).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' });
    expect(patched('application/json-patch+json', '{').json).toMatchObject({ code: 400 });
  });

  it('of the scale is one of the replicas', () => {
    const scale = rig.ask('PATCH', `${DEPLOYMENTS}/web/scale`, {
      body: { spec: { replicas: 0 } },
      ...typed('application/merge-patch+json'),
    });
    expect(scale.json).toMatchObject({ kind: 'Scale', spec: { replicas: 0 }, status: { selector: 'app=web' } });
    rig.run(60);
    expect(rig.get(`${PODS}?labelSelector=app%3Dweb`).json).toMatchObject({ items: [] });
  });

  it('of a whole collection is one of each', () => {
    const secrets = '/api/v1/namespaces/default/secrets';
    for (const name of ['a', 'b']) rig.ask('POST', secrets, { body: { metadata: { name } } });
    expect(rig.ask('DELETE', `${secrets}?labelSelector=none`).json).toMatchObject({ items: [] });
    expect(rig.ask('DELETE', secrets).json).toMatchObject({
      items: [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }],
    });
    expect(rig.get(secrets).json).toMatchObject({ items: [] });
    expect(rig.ask('DELETE', '/api/v1/namespaces').json).toMatchObject({ code: 405 });
  });

  it('goes into a namespace that there is', () => {
    const body = { metadata: { generateName: 'c-' } };
    const configMaps = '/api/v1/namespaces/x/configmaps';
    expect(rig.ask('POST', configMaps, { body }).json).toMatchObject({
      code: 404,
      message: 'namespaces "x" not found',
    });
    rig.ask('POST', '/api/v1/namespaces', { body: { metadata: { name: 'x' } } });
    expect(rig.ask('POST', configMaps, { body }).text).toMatch(/"name":"c-[a-z0-9]{5}"/);
  });
});

describe('a Service', () => {
  it('gets an address and ports that no other has', () => {
    const service = (name: string) => ({
      metadata: { name },
      spec: {
        type: 'NodePort',
        ports: [
          { port: 1, name: 'a' },
          { port: 2, name: 'b' },
        ],
      },
    });
    const made = ['s1', 's2'].map(
      (name) =>
        rig.ask('POST', '/api/v1/namespaces/default/services', { body: service(name) }).json as {
          readonly spec: { readonly clusterIP: string; readonly ports: readonly { readonly nodePort: number }[] };
        },
    );
    expect(new Set(made.map(({ spec }) => spec.clusterIP)).size).toBe(2);
    expect(new Set(made.flatMap(({ spec }) => spec.ports.map(({ nodePort }) => nodePort))).size).toBe(4);
  });
});

describe('the log of a container', () => {
  const log = `${PODS}/stays/log`;

  it('has when it began, and says what it has not', () => {
    expect(rig.get(log).text).toMatch(/^2026-01-01T00:00:\d\dZ started: image example\/stays:1\n$/);
    expect(rig.get(`${log}?tailLines=0`).text).toBe('');
    expect(rig.get(`${log}?container=other`).json).toMatchObject({
      message: 'container other is not valid for pod stays',
    });
    expect(rig.get(`${log}?previous=true`).json).toMatchObject({
      message: 'previous terminated container "main" in pod "stays" not found',
    });
  });

  it('of before it was started again has how it ended, 20 s after it began', () => {
    const lines = rig.get(`${PODS}/crashes/log?previous=true`).text.split('\n');
    const atSeconds = lines.map((line) => Date.parse(line.split(' ', 1)[0]) / 1000);
    expect(lines.map((line) => line.slice(line.indexOf(' ') + 1))).toEqual([
      'started: image example/crashes:1',
      'exited with code 3 (Error)',
      '',
    ]);
    expect(atSeconds[1] - atSeconds[0]).toBe(20);
  });

  it('ends for who follows it when its pod is deleted', () => {
    const followed = rig.begin('GET', `${log}?follow=true`);
    rig.ask('DELETE', `${PODS}/stays`);
    rig.run(60);
    expect(followed.closed).toBe(true);
    expect(rig.get(log).status).toBe(404);
  });
});

it('what needs a process is refused with what is not simulated', () => {
  expect(rig.ask('POST', `${PODS}/x/exec?command=ls`).json).toMatchObject({ code: 501, reason: 'NotImplemented' });
  expect(rig.get(`${PODS}/x/nonsense`).status).toBe(404);
  expect(rig.ask('PUT', PODS, { body: {} }).json).toMatchObject({ code: 405 });
});
