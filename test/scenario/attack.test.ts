// Hostile input: files outside of the scenario's folder, links, bombs, and mutations of a good scenario.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { InputError } from '../../src/lib/errors.ts';
import { expandJobs } from '../../src/scenario/expand.ts';
import { readConfined, readSource } from '../../src/scenario/files.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { complaints, families, HEADER, load, WEB } from './tank.ts';

describe('files that a scenario names', () => {
  let root = '';
  let folder = '';
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'wavetank-'));
    folder = join(root, 'scenarios');
    mkdirSync(join(folder, 'manifests'), { recursive: true });
    writeFileSync(join(root, 'secret.yaml'), WEB.text);
    writeFileSync(join(folder, 'manifests', 'web.yaml'), WEB.text);
    writeFileSync(join(folder, 'binary.yaml'), Buffer.from([0xff, 0xfe, 0x00]));
    symlinkSync(join(root, 'secret.yaml'), join(folder, 'link.yaml'));
    symlinkSync(root, join(folder, 'up'));
    symlinkSync(join(folder, 'manifests', 'web.yaml'), join(folder, 'inner.yaml'));
    symlinkSync(join(folder, 'loop.yaml'), join(folder, 'loop.yaml'));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const loadNaming = (manifest: string) => {
    const file = join(folder, 's.yaml');
    const text = `${HEADER}  duration: 5m\n  manifests: [${JSON.stringify(manifest)}]\n`;
    return loadScenario([{ file, text }], { families, readFile: readConfined });
  };

  it.each(['manifests/web.yaml', './manifests/web.yaml', 'inner.yaml'])('reads %s', (manifest) => {
    expect(loadNaming(manifest).objects).toHaveLength(4);
  });

  it.each([
    ['../../etc/passwd', "must be in the scenario's folder"],
    ['../secret.yaml', "must be in the scenario's folder"],
    ['manifests/../../secret.yaml', "must be in the scenario's folder"],
    ['..\\secret.yaml', "must be in the scenario's folder"],
    ['/etc/passwd', "must be in the scenario's folder"],
    ['C:\\secret.yaml', "must be in the scenario's folder"],
    ['link.yaml', "must be in the scenario's folder"],
    ['up/secret.yaml', "must be in the scenario's folder"],
    ['loop.yaml', 'cannot be read: too many links'],
    ['missing.yaml', 'no such file'],
    ['manifests', 'is not a file'],
    ['manifests/web.yaml/x', 'no such file'],
    ['binary.yaml', 'is not UTF-8 text'],
    ['a\0b', 'is not a file name'],
    ['', 'expected'],
  ])('refuses %j', (manifest, message) => {
    const line = complaints(() => loadNaming(manifest));
    expect(line).toContain(`${join(folder, 's.yaml')}:6:15: spec.manifests[0]: `);
    if (manifest !== '') expect(line).toContain(message);
  });

  it('says what is wrong with a file that the user names', () => {
    expect(complaints(() => readSource(join(root, 'nope.yaml')))).toBe(`${join(root, 'nope.yaml')}: no such file`);
    expect(complaints(() => readSource(root))).toBe(`${root}: is a folder, expected a file`);
  });

  it('reads measured durations from a CSV file beside the scenario', () => {
    const body = (column: string) =>
      `  duration: 5m\n  behaviors: [{ image: shop/web:v1, requests: { service: { empirical: { file: t.csv, column: ${column}, unit: ms } } } }]\n`;
    const read = (csv: string, column = 'took') =>
      load(`${HEADER}${body(column)}`, { readFile: (file) => ({ file, text: csv }) });
    expect(read('id,took\n1,2.5\n2,0.001\n3,1e-3\n').scenario.behaviors[0]?.requests.service).toEqual({
      type: 'empirical',
      values: [2500, 1, 1],
    });
    const at = 's.yaml:6:79: spec.behaviors[0].requests.service.empirical.file: t.csv: ';
    expect(complaints(() => read('id,took\n1,2\n2,soon\n'))).toBe(`${at}3: expected a number of 0 or more, got "soon"`);
    expect(complaints(() => read('id,took\n1,2\n', 'tok'))).toBe(
      `${at}has no column "tok", expected one of id, took (did you mean "took"?)`,
    );
    expect(complaints(() => read('id,took\n'))).toBe(`${at}has no rows`);
    expect(complaints(() => read('id,took\n1,2,3\n'))).toContain(`${at}not valid CSV: `);
  });
});

describe('bombs', () => {
  it('an alias bomb in a scenario is refused within a second', () => {
    const bomb = ['x0: &x0 [y,y,y,y,y,y,y,y,y,y]'];
    for (let i = 1; i < 30; i += 1)
      bomb.push(`x${i}: &x${i} [${Array.from({ length: 10 }, () => `*x${i - 1}`).join(',')}]`);
    const started = process.cpuUsage().user;
    expect(complaints(() => load(`${bomb.join('\n')}\n`, {}, []))).toContain('aliases expand to more than');
    expect(process.cpuUsage().user - started).toBeLessThan(1e6);
  });

  it('a sweep of too many jobs is refused before it is made', () => {
    const axis = (field: string) =>
      `    spec.${field}: [${Array.from({ length: 1000 }, (_, index) => `${index + 1}s`).join(',')}]`;
    const sweep = ['warmup', 'interval', 'network.timeoutWithoutLimit'].map(axis).join('\n');
    const loaded = load(`${HEADER}  duration: 5m\n  sweep:\n${sweep}\n`);
    expect(complaints(() => expandJobs(loaded, { families }))).toContain('more than 1000000');
  });

  it('long texts in an expectation take no long time', () => {
    const text = 'max('.repeat(20_000);
    const started = process.cpuUsage().user;
    expect(complaints(() => load(`${HEADER}  duration: 5m\n  expect: ["${text} < 1"]\n`))).toContain('longer than 500');
    expect(process.cpuUsage().user - started).toBeLessThan(1e6);
  });
});

const GOOD = `${HEADER}  duration: 5m
  warmup: 30s
  cluster: { nodePools: [{ name: a, count: 2, zones: [b, c], capacity: { cpu: 2, memory: 4Gi } }] }
  controlPlane: { etcd: { commit: { lognormal: { median: 2ms, sigma: 0.5 } } } }
  network: { balancer: { PowerOfTwo: {} }, balancers: { shop/cart: Random } }
  behaviors:
    - &web { image: "shop/web:v1", requests: { concurrency: 4, cpu: 1ms }, calls: [{ service: shop/cart, retries: { max: 2 } }] }
    - { <<: *web, image: shop/other }
  traffic: [{ name: users, to: web, arrivals: { steps: { steps: [{ at: 0, rate: 5/s }] } } }]
  timeline:
    - { at: 1m, scale: { deployment: web, replicas: 5 } }
    - { at: 2m, fault: { ZoneOutage: { zone: b, for: 1m } } }
    - { at: 3m, apply: { apiVersion: v1, kind: ConfigMap, metadata: { name: c }, data: { a: b } } }
  faults: [{ fault: PodCrash, every: { exponential: { mean: 1m } } }]
  sweep: { spec.seed: [1, 2] }
  expect: [requests.p99 during 1m..2m < 1s, min(deployment.web.ready) >= 1]
---
${WEB.text}`;

/** The load either succeeds or says what is wrong; anything else (a crash, a bug) fails the test. */
function survives(text: string, set: readonly string[] = []): boolean {
  try {
    expandJobs(load(text, { set }, []), { families });
    return true;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
    for (const problem of error.problems) expect(problem.file).not.toBe(undefined);
    return false;
  }
}

describe('mutations never crash the loader', () => {
  const words = GOOD.match(/[A-Za-z0-9./]+/g) ?? [];
  const junk = fc.constantFrom(
    '',
    '~',
    '[]',
    '{}',
    '-1',
    '1e999',
    '"',
    "'",
    ': ',
    '&a ',
    '*a',
    '<<: ',
    '!!str ',
    '? ',
    '\t',
    '\u0000',
    '|',
    '0x',
    'true',
    '{a: [',
    '\n',
    '---\n',
    '__proto__',
    '99999999999999999999',
    '%',
    '🦀',
  );

  it('the scenario itself is good', () => {
    expect(survives(GOOD)).toBe(true);
  });

  it('of characters', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(GOOD.length), fc.nat(12), junk), { minLength: 1, maxLength: 4 }),
        (edits) => {
          let text = GOOD;
          for (const [at, length, insert] of edits) text = text.slice(0, at) + insert + text.slice(at + length);
          survives(text);
        },
      ),
      { seed: 1, numRuns: 60 },
    );
  });

  it('of words', () => {
    fc.assert(
      fc.property(
        fc.nat(words.length - 1),
        fc.oneof(junk, fc.constantFrom(...words), fc.string({ maxLength: 6 })),
        (index, word) => {
          const old = words[index];
          const at = GOOD.indexOf(old, Math.floor((index / words.length) * GOOD.length * 0.9));
          survives(at === -1 ? GOOD.replace(old, word) : GOOD.slice(0, at) + word + GOOD.slice(at + old.length));
        },
      ),
      { seed: 2, numRuns: 60 },
    );
  });

  it('of values anywhere in the document', () => {
    const paths = [
      'duration',
      'cluster',
      'cluster.nodePools',
      'cluster.nodePools[0]',
      'cluster.nodePools[0].capacity',
      'controlPlane.etcd.commit',
      'network.balancer',
      'network.balancers',
      'behaviors',
      'behaviors[0].calls',
      'behaviors[0].requests',
      'traffic',
      'traffic[0].arrivals',
      'traffic[0].to',
      'timeline',
      'timeline[0]',
      'timeline[2].apply',
      'timeline[1].fault',
      'faults',
      'faults[0].fault',
      'faults[0].every',
      'sweep',
      'expect',
      'manifests',
      'preset',
      'seeds',
    ];
    const value = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(fc.constantFrom(...paths), value, (path, replacement) => {
        survives(GOOD, [`spec.${path}=${JSON.stringify(replacement)}`]);
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it('of the whole text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.json()), (text) => {
        survives(text);
        survives(`${HEADER}${text}`);
      }),
      { seed: 4, numRuns: 50 },
    );
  });
});
