// `wavetank import` of call graphs: the imported scenario runs, and its services are called as often as the file says.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Tally } from '../../src/traffic/meters.ts';
import { importOf, sourcesOf } from '../support/imports.ts';
import { runScenario } from '../support/world-rig.ts';
import { complaints } from './tank.ts';

const { WAVETANK_DATA: data = fileURLToPath(new URL('../../../shared/data', import.meta.url)) } = process.env;
const FOLDER = `${data}/call-graphs`;

function imported(kind: string, text: string, args: object = {}): string {
  return importOf(kind, args, sourcesOf({ graph: text })).scenario;
}

/** Calls to each service for each request from outside. */
function visits(text: string): Record<string, number> {
  const { world, summary } = runScenario(text);
  const { meters, services } = world.traffic;
  expect(summary.requests_error_ratio).toBeLessThan(0.01);
  const begun = meters.total(0, Tally.Begun);
  expect(begun).toBeGreaterThan(1000);
  return Object.fromEntries(
    services.names.map((name, service) => [name, meters.total(services.meter[service], Tally.Begun) / begun]),
  );
}

const JAEGER = `traceId,startTime,endTime,childId,parentId,childPod,parentPod,parentDuration
t1,1000,1900,a1,t1,web,web,1000
t1,1100,1300,b1,a1,db,web,900
t1,1400,1600,b2,a1,db,web,900
t1,1410,1500,c1,b2,disk,db,200
t2,5000,5900,a2,t2,web,web,1000
t2,5100,5300,b3,a2,db,web,900
`;

const ALIBABA = `traceid,timestamp,rpcid,um,rpctype,dm,interface,rt
T1,10,0,(?),http,MS_1,x,20
T1,12,0.1,MS_1,rpc,MS_2,x,4
T1,12,0.1,MS_1,rpc,MS_2,x,-4
T1,17,0.2,MS_1,rpc,MS_2,x,4
T1,18,0.2.1,MS_2,mc,MS_3,x,2
T2,30,0,(?),http,MS_1,x,10
T2,31,0.1,MS_1,rpc,UNKNOWN,x,3
`;

describe('small graphs', () => {
  it('of Jaeger: two requests, three calls of the database', () => {
    const text = imported('jaeger', JAEGER, { rate: '20/s', name: 'small' });
    // web: 1000 less 200 and 200, 1000 less 200; db: 200, 110 and 200; disk 90.
    expect(text).toContain('image: example/web\n      requests: { service: { exponential: { mean: 700us } }');
    expect(text).toContain('- { service: db, count: 2, probability: 0.75, timeout: 5s }');
    expect(text).toContain('image: example/db\n      requests: { service: { exponential: { mean: 170us } }');
    expect(text).toContain('- { service: disk, probability: 0.333333, timeout: 5s }');
    const { web, db, disk } = visits(text);
    expect(web).toBe(1);
    expect(Math.abs(db - 1.5)).toBeLessThan(0.05);
    expect(Math.abs(disk - 0.5)).toBeLessThan(0.06);
  });

  it('of Alibaba: calls that both sides recorded count once, services without a name not at all', () => {
    const text = imported('alibaba', ALIBABA, { rate: '20/s' });
    expect(text).toContain('to: ms-1,');
    // 20 less 8, and 10: 11 ms; 4, and 4 less 2: 3 ms.
    expect(text).toContain('image: example/ms-1\n      requests: { service: { exponential: { mean: 11000us } }');
    expect(text).toContain('- { service: ms-2, timeout: 5s }');
    expect(text).toContain('image: example/ms-2\n      requests: { service: { exponential: { mean: 3000us } }');
    const found = visits(text);
    expect(found['ms-2']).toBe(1);
    expect(Math.abs(found['ms-3'] - 0.5)).toBeLessThan(0.05);
  });

  it('are refused with the place of what is wrong', () => {
    expect(complaints(() => imported('jaeger', 'traceId,childPod\n1,2\n'))).toContain(
      'graph:1: has no column "startTime"',
    );
    expect(complaints(() => imported('jaeger', JAEGER.replace('1100,1300', '1100,x')))).toContain(
      'graph:3: endTime: expected a whole number',
    );
    expect(complaints(() => imported('alibaba', ALIBABA.replace('x,20', 'x,often')))).toContain(
      'graph:2: expected times in ms',
    );
    expect(complaints(() => imported('mubench', '{'))).toContain('graph: not valid JSON');
    expect(
      complaints(() => imported('mubench', '{ "s0": { "external_services": [{ "services": ["s1"] }] } }')),
    ).toContain('calls "s1", which the model has not');
    const circle = {
      s0: { external_services: [{ services: ['s1'] }] },
      s1: { external_services: [{ services: ['s0'] }] },
    };
    expect(complaints(() => imported('mubench', JSON.stringify(circle)))).toContain(
      'in a circle, whose requests never end: s0 → s1 → s0',
    );
    expect(complaints(() => imported('mubench', '{ "s0": {} }', { rate: 'often' }))).toContain(
      'expected a rate such as 50/s',
    );
  });
});

const there = existsSync(FOLDER);
if (!there) process.stdout.write(`call graphs: skipped, there is no ${FOLDER}\n`);

describe.skipIf(!there)('recorded graphs', () => {
  const read = (name: string): string => readFileSync(`${FOLDER}/${name}`, 'utf8');

  it('of DeathStarBench: every request composes a post, and calls each service once', () => {
    const text = imported('jaeger', read('dsb_socialnet_jaeger_edges.csv'), { rate: '20/s' });
    const found = visits(text);
    const names = [
      'nginx-thrift',
      'compose-post',
      'user',
      'unique-id',
      'media',
      'text',
      'post-storage',
      'user-timeline',
    ];
    const more = ['home-timeline', 'social-graph', 'url-shorten', 'user-mention'];
    expect(Object.keys(found).sort()).toEqual(
      [...names, ...more].map((name) => (name === 'nginx-thrift' ? name : `${name}-service`)).sort(),
    );
    // 20 traces, 20 edges of each kind. A few requests were still under way at the end.
    for (const [name, ratio] of Object.entries(found)) expect(Math.abs(ratio - 1), name).toBeLessThan(0.005);
  });

  it.each(['mubench_teastore.json', 'mubench_workmodelA.json'])('%s', (file) => {
    type Group = { services: string[]; probabilities?: Record<string, number> };
    const model = JSON.parse(read(file)) as Record<string, { external_services: Group[] }>;
    const found = visits(imported('mubench', read(file), { rate: '40/s' }));
    // How often each is called for a request from outside: by all that call it.
    const expected = new Map<string, number>();
    const visit = (name: string, weight: number): void => {
      expected.set(name, (expected.get(name) ?? 0) + weight);
      for (const { services, probabilities = {} } of model[name].external_services) {
        for (const to of services) if ((probabilities[to] ?? 1) > 0) visit(to, weight * (probabilities[to] ?? 1));
      }
    };
    visit('s0', 1);
    for (const [name, ratio] of expected) {
      // 11,000 requests: four deviations of a share of them, and more where calls come in groups.
      const error = 5 * Math.sqrt(Math.max(ratio, 1e-4) / 11_000) + 0.001;
      expect(Math.abs((found[name] ?? 0) - ratio), name).toBeLessThan(error);
    }
  });
});
