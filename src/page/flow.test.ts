// The columns of the graph of Services.
import { describe, expect, it } from 'vitest';
import { layOutFlow } from './flow.ts';

const services = (...names: string[]) => names.map((name) => ({ namespace: 'shop', name }));
const call = (caller: number, service: number) => ({ source: '', caller, service });
const from = (source: string, service: number) => ({ source, caller: -1, service });
const columns = (flow: ReturnType<typeof layOutFlow>) =>
  Object.fromEntries(flow.nodes.map(({ label, column }) => [label, column]));

describe('the graph of Services', () => {
  it('has who calls left of who is called, by the longest way', () => {
    const flow = layOutFlow(
      services('web', 'cart', 'db'),
      [from('users', 0), call(0, 1), call(0, 2), call(1, 2)],
      [3, 2, 1],
      10,
    );
    expect(columns(flow)).toEqual({ users: 0, web: 1, cart: 2, db: 3 });
    expect([flow.columns, flow.rows, flow.left]).toEqual([4, 1, 0]);
  });

  it('comes to an end with Services that call each other, and themselves', () => {
    const flow = layOutFlow(services('a', 'b'), [from('users', 0), call(0, 1), call(1, 0), call(1, 1)], [1, 1], 10);
    expect(columns(flow)).toEqual({ users: 0, a: 1, b: 2 });
    expect(flow.links).toHaveLength(4);
    expect(columns(layOutFlow(services('a', 'b'), [call(0, 1), call(1, 0)], [1, 1], 10))).toEqual({ a: 0, b: 1 });
  });

  it('keeps those that are called most, and edges between them', () => {
    const flow = layOutFlow(services('a', 'b', 'c'), [from('users', 0), call(0, 1), call(0, 2)], [5, 1, 9], 2);
    expect(flow.nodes.map(({ label }) => label)).toEqual(['users', 'a', 'c']);
    expect(flow.links).toHaveLength(2);
    expect(flow.left).toBe(1);
  });

  it('has namespaces in names where there are several', () => {
    const both = [...services('a'), { namespace: 'other', name: 'a' }];
    expect(layOutFlow(both, [], [1, 1], 10).nodes.map(({ label }) => label)).toEqual(['shop/a', 'other/a']);
  });

  it('is empty without Services', () => {
    expect(layOutFlow([], [], [], 10)).toEqual({ nodes: [], links: [], columns: 1, rows: 0, left: 0 });
  });

  it('takes a chain of a thousand', () => {
    const names = Array.from({ length: 1000 }, (_, at) => `s${at}`);
    const edges = names.slice(1).map((_, at) => call(at, at + 1));
    const flow = layOutFlow(
      services(...names),
      edges,
      names.map(() => 1),
      1000,
    );
    expect(flow.columns).toBe(1000);
  });
});
