// GET, list and watch through the HTTP front, over a whole simulated cluster.
import { describe, expect, it } from 'vitest';
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

function rigAt(seconds: number): HttpRig {
  const rig = new HttpRig(worldOf(SCENARIO));
  rig.run(seconds);
  return rig;
}

const listed = (rig: HttpRig, url: string, headers = {}): Listed => rig.get(url, headers).json as Listed;

describe('lists', () => {
  it('come page by page, each of the moment when the first was asked for', () => {
    const rig = rigAt(60);
    const whole = listed(rig, PODS);
    const first = listed(rig, `${PODS}?limit=2`);
    rig.ask('DELETE', `${PODS}/${whole.items[2].metadata.name}`, { body: { gracePeriodSeconds: 0 } });
    const second = listed(rig, `${PODS}?limit=2&continue=${first.metadata.continue}`);
    expect([first.items.length, first.metadata.remainingItemCount, second.items.length]).toEqual([2, 1, 1]);
    expect([...first.items, ...second.items].map(({ metadata }) => metadata.name)).toEqual(
      whole.items.map(({ metadata }) => metadata.name),
    );
    expect(second.metadata.continue).toBeUndefined();
    expect(rig.get(`${PODS}?limit=2&continue=bm9uc2Vuc2U`).json).toMatchObject({ code: 400, reason: 'BadRequest' });
  });

  it('are rows for people where those are asked for', () => {
    const rig = rigAt(60);
    const { rows } = listed(rig, PODS, TABLE);
    expect(rows.map(({ cells }) => cells.slice(1, 4))).toEqual(
      Array.from({ length: 3 }, () => ['1/1', 'Running', '0']),
    );
    expect(listed(rig, `${PODS}?labelSelector=app%3Dother`, TABLE).rows).toEqual([]);
  });
});

describe('a watch', () => {
  it('goes on from a list, misses nothing and repeats nothing', () => {
    const rig = rigAt(60);
    const { metadata, items } = listed(rig, PODS);
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
    const rig = rigAt(60);
    const watch = rig.begin('GET', `${PODS}?watch=true&resourceVersion=1`);
    expect(watch.events).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }]);
    expect(watch.closed).toBe(true);
  });

  it('ends for a client that is too slow', () => {
    const rig = rigAt(60);
    const watch = rig.begin('GET', `${PODS}?watch=true&resourceVersion=0`);
    expect(watch.events.map(({ type }) => type)).toEqual(['ADDED', 'ADDED', 'ADDED']);
    watch.takes = false;
    const [{ metadata }] = listed(rig, PODS).items;
    rig.ask('DELETE', `${PODS}/${metadata.name}`);
    rig.run(5);
    expect(watch.closed).toBe(true);
    expect(watch.events).toHaveLength(4);
  });
});
