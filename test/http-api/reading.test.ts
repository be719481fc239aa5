// GET, list and watch through the HTTP front, over a whole simulated cluster.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HttpRig } from '../support/http-api-rig.ts';
import { worldOf } from '../support/world-rig.ts';

const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
const SCENARIO = `
apiVersion: wavetank/v1
kind: Scenario
metadata: { name: front }
spec:
  duration: 1h
  cluster: { nodePools: [{ name: node, count: 2, zones: [a, b] }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: example/web:1 }] }
`;

const PODS = '/api/v1/namespaces/default/pods';

interface Listed {
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
  readonly rows: readonly { readonly cells: readonly unknown[] }[];
}

/** One cluster for all: before each test it has a minute to be whole again. */
let rig: HttpRig;
beforeAll(() => {
  rig = new HttpRig(worldOf(SCENARIO));
});
beforeEach(() => rig.run(60));
afterAll(() => expect(rig.errors).toEqual([]));

const listed = (url: string, headers = {}): Listed => rig.get(url, headers).json as Listed;

describe('lists', () => {
  it('come page by page, each of the moment when the first was asked for', () => {
    const whole = listed(PODS);
    const first = listed(`${PODS}?limit=2`);
    rig.ask('DELETE', `${PODS}/${whole.items[2].metadata.name}`, { body: { gracePeriodSeconds: 0 } });
    const second = listed(`${PODS}?limit=2&continue=${first.metadata.continue}`);
    expect([first.items.length, first.metadata.remainingItemCount, second.items.length]).toEqual([2, 1, 1]);
    expect([...first.items, ...second.items].map(({ metadata }) => metadata.name)).toEqual(
      whole.items.map(({ metadata }) => metadata.name),
    );
    expect(second.metadata.continue).toBeUndefined();
    expect(rig.get(`${PODS}?limit=2&continue=bm9uc2Vuc2U`).json).toMatchObject({ code: 400, reason: 'BadRequest' });
  });

  it('are rows for people where those are asked for', () => {
    const { rows } = listed(PODS, TABLE);
    expect(rows.map(({ cells }) => cells.slice(1, 4))).toEqual(
      Array.from({ length: 3 }, () => ['1/1', 'Running', '0']),
    );
    expect(listed(`${PODS}?labelSelector=app%3Dother`, TABLE).rows).toEqual([]);
  });
});

describe('a resourceVersion', () => {
  it('that is no number, has not been reached, or is gone by is refused', () => {
    const before = Number(listed(PODS).metadata.resourceVersion);
    rig.ask('POST', '/api/v1/namespaces/default/secrets', { body: { metadata: { name: 's' } } });
    const { resourceVersion } = listed(PODS).metadata;
    const asked = (query: string): object => rig.get(`${PODS}?resourceVersion=${query}`).json;
    const name = listed(PODS).items[0].metadata.name;
    const noNumber = {
      code: 400,
      message: 'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
    };
    expect(asked('abc')).toMatchObject(noNumber);
    expect(asked('abc&watch=true')).toMatchObject(noNumber);
    expect(rig.get(`${PODS}/${name}?resourceVersion=abc`).json).toMatchObject(noNumber);
    const tooLarge = {
      code: 504,
      reason: 'Timeout',
      message: `Timeout: Too large resource version: 999999, current: ${resourceVersion}`,
      details: { causes: [{ reason: 'ResourceVersionTooLarge' }], retryAfterSeconds: 1 },
    };
    for (const match of ['', '&resourceVersionMatch=Exact', '&resourceVersionMatch=NotOlderThan'])
      expect(asked(`999999${match}`)).toMatchObject(tooLarge);
    expect(asked(`${before}&resourceVersionMatch=Exact`)).toMatchObject({ code: 410, reason: 'Expired' });
    expect(asked('0&resourceVersionMatch=Exact')).toMatchObject({ code: 422 });
    expect(asked('0&resourceVersionMatch=Older')).toMatchObject({ code: 422 });
    expect(asked('&resourceVersionMatch=Exact')).toMatchObject({ code: 422 });
    for (const served of [
      '0',
      `${before}`,
      `${before}&resourceVersionMatch=NotOlderThan`,
      `${resourceVersion}&resourceVersionMatch=Exact`,
    ])
      expect(asked(served)).toMatchObject({ kind: 'PodList', metadata: { resourceVersion } });
  });
});

describe('a watch', () => {
  it('goes on from a list, misses nothing and repeats nothing', () => {
    const { metadata, items } = listed(PODS);
    const name = items[0].metadata.name;
    rig.ask('DELETE', `${PODS}/${name}`);
    const watch = rig.begin('GET', `${PODS}?watch=true&resourceVersion=${metadata.resourceVersion}`);
    rig.run(120);
    const told = watch.events.map(({ type, object }) => `${type} ${object.metadata.name}`);
    expect(told.filter((line) => line.endsWith(name))).toEqual(
      expect.arrayContaining([`MODIFIED ${name}`, `DELETED ${name}`]),
    );
    const added = told.filter((line) => line.startsWith('ADDED'));
    expect(added).toHaveLength(1);
    expect(items.map((item) => `ADDED ${item.metadata.name}`)).not.toContain(added[0]);
    const before = watch.text;
    watch.close();
    rig.ask('DELETE', `${PODS}/${items[1].metadata.name}`);
    rig.run(60);
    expect(watch.text).toBe(before);
  });

  it('of a version that is forgotten ends with 410', () => {
    const watch = rig.begin('GET', `${PODS}?watch=true&resourceVersion=1`);
    expect(watch.events).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }]);
    expect(watch.closed).toBe(true);
  });

  it('ends for a client that is too slow', () => {
    const watch = rig.begin('GET', `${PODS}?watch=true&resourceVersion=0`);
    expect(watch.events.map(({ type }) => type)).toEqual(['ADDED', 'ADDED', 'ADDED']);
    watch.takes = false;
    const [{ metadata }] = listed(PODS).items;
    rig.ask('DELETE', `${PODS}/${metadata.name}`);
    rig.run(5);
    expect(watch.closed).toBe(true);
    expect(watch.events).toHaveLength(4);
  });
});
