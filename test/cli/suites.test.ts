// `wavetank test` as CI runs it: which files are scenarios, a test for each expectation, notes at their lines, JUnit XML, exit codes.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { junitXml } from '../../src/cli/test/junit.ts';
import { githubAnnotations } from '../../src/cli/test/annotations.ts';
import type { Suite } from '../../src/cli/test/suite.ts';
import { type Finished, wavetank } from '../support/command.ts';
import { deployment, scenarioOf } from '../support/manifests.ts';

const cwd = mkdtempSync(join(tmpdir(), 'wavetank-suites-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const put = (name: string, text: string) => writeFileSync(join(cwd, name), text);
const test = async (...args: string[]) => await wavetank(['test', ...args], cwd);

/** Two pods on one node, for a minute; expectations one to a line. */
const small = (name: string, expectations: readonly string[], more = ''): string =>
  scenarioOf(
    [
      '  duration: 1m',
      '  cluster: { nodePools: [{ name: node, count: 1 }] }',
      '  manifests: [parts/web.yaml]',
      ...(more === '' ? [] : [more]),
      '  expect:',
      ...expectations.map((one) => `    - ${one}`),
    ].join('\n'),
    name,
  );

const READY = 'deployment.web.ready during 50s..1m == 2';
const OF_CELLS = [
  'deployment.web.ready during 50s..1m where web.replicas=2 == 2',
  'deployment.web.ready during 50s..1m where web.replicas=3 == 3',
];

beforeAll(() => {
  for (const folder of ['good/parts', 'mixed/parts', 'mixed/.hidden', 'empty'])
    mkdirSync(join(cwd, folder), { recursive: true });
  for (const folder of ['good', 'mixed']) put(`${folder}/parts/web.yaml`, deployment('web', { replicas: 2 }));
  put('good/first.yaml', small('first', [READY, 'pods.pending == 0']));
  put('good/axes.yml', small('axes', OF_CELLS, '  sweep: { "Deployment/default/web:/spec/replicas": [2, 3] }'));
  put(
    'good/variants.yaml',
    small(
      'variants',
      ['nodes.ready where variant=two == 2'],
      '  bench: [{ name: one }, { name: two, set: { "spec.cluster.nodePools[0].count": 2 } }]',
    ),
  );
  put('mixed/a.yaml', small('a', [READY, 'deployment.web.ready during 50s..1m == 7']));
  put('mixed/wrong.yaml', small('wrong', [READY]).replace('duration:', 'durration:'));
  put('mixed/.hidden/c.yaml', small('hidden', [READY]));
  put('empty/values.yaml', 'replicas: 2\n');
});

interface Printed {
  readonly pass: boolean;
  readonly passed: number;
  readonly failed: number;
  readonly errors: number;
  readonly suites: readonly {
    readonly file: string;
    readonly jobs: number;
    readonly cases: readonly {
      readonly name: string;
      readonly line: number | null;
      readonly outcome: string;
      readonly reproduce: string;
    }[];
  }[];
}
const printed = ({ stdout }: Finished) => JSON.parse(stdout) as Printed;

describe('a folder whose expectations hold', () => {
  let finished: Finished;
  beforeAll(async () => {
    finished = await test('good', '--json', '--junit', 'reports/junit.xml');
  });

  it('exits with 0, and judges every expectation in the cells that it is about', () => {
    expect([finished.status, finished.stderr]).toEqual([0, '']);
    const { pass, passed, failed, suites } = printed(finished);
    expect([pass, passed, failed]).toEqual([true, 6, 0]);
    expect(suites.map(({ file, jobs, cases }) => [file, jobs, cases.map(({ name }) => name)])).toEqual([
      ['good/axes.yml', 2, [`${OF_CELLS[0]} (2)`, `${OF_CELLS[1]} (3)`]],
      ['good/first.yaml', 1, [READY, 'pods.pending == 0']],
      ['good/variants.yaml', 2, ['runs to its end (one)', 'nodes.ready where variant=two == 2 (two)']],
    ]);
  });

  it('writes JUnit XML into a folder that was not there', () => {
    const xml = readFileSync(join(cwd, 'reports/junit.xml'), 'utf8');
    expect(xml).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites name="wavetank" tests="6" failures="0" errors="0" time="/,
    );
    expect(xml.match(/<testcase /g)).toHaveLength(6);
    expect(existsSync(join(cwd, 'results/first/seed-1/run.json'))).toBe(true);
  });
});

describe('a folder in which one expectation fails and one scenario is wrong', () => {
  let finished: Finished;
  beforeAll(async () => {
    finished = await test('mixed', '--annotations', 'github');
  });

  it('runs what can be run, says what does not hold where it is written, and exits with 2', () => {
    expect([finished.status, finished.stderr]).toEqual([2, '']);
    const line =
      readFileSync(join(cwd, 'mixed/a.yaml'), 'utf8')
        .split('\n')
        .findIndex((one) => one.includes('== 7')) + 1;
    expect(finished.stdout).toContain(
      `  mixed/a.yaml:${line}: deployment.web.ready during 50s..1m == 7\n    actual: 2\n    reproduce: wavetank run mixed/a.yaml --seed 1\n`,
    );
    expect(finished.stdout).toMatch(/^ERROR +mixed\/wrong\.yaml +2 errors +/m);
    expect(finished.stdout).toContain('did you mean "duration"');
    expect(finished.stdout).toContain('0 of 2 scenarios pass, 1 of 4 tests hold');
    expect(finished.stdout).toContain(
      `\n::error file=mixed/a.yaml,line=${line},col=7,title=a%3A deployment.web.ready during 50s..1m == 7::actual: 2%0Awavetank run mixed/a.yaml --seed 1\n`,
    );
    expect(finished.stdout).toMatch(/\n::error file=mixed\/wrong\.yaml,line=5,col=3,title=/);
  });

  it('exits with 1 when only an expectation fails, and its command shows the failure again', async () => {
    const failed = await test('mixed/a.yaml', '--json');
    expect([failed.status, printed(failed).failed]).toEqual([1, 1]);
    const [, ...words] = printed(failed).suites[0].cases[1].reproduce.split(' ');
    expect((await wavetank([...words, '--no-report'], cwd)).status).toBe(1);
  });
});

it.each([
  [['empty'], /^empty: no scenario in this folder: expected a \.yaml or \.yml file/],
  [['nowhere'], /^wavetank: |nowhere: no such file/],
  [['good', '--seeds', '0'], /--seeds: expected a whole number of at least 1, got "0"/],
])('exits with 2 for %s', async (args, message) => {
  const { status, stdout, stderr } = await test(...args);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
});

it('two scenarios of one name would write one folder: the second is an error', async () => {
  put('mixed/again.yaml', small('a', [READY]));
  const { status, stdout } = await test('mixed/a.yaml', 'mixed/again.yaml');
  rmSync(join(cwd, 'mixed/again.yaml'));
  expect(status).toBe(2);
  expect(stdout).toContain('"a" is the name of mixed/a.yaml too');
});

describe('hostile text', () => {
  const suite: Suite = {
    file: 'a,b:c.yaml',
    name: 'x<y>&"z"',
    seconds: 3,
    jobs: 1,
    cases: [
      {
        name: 'p99 < 5ms',
        place: { file: 'a,b:c.yaml', line: 7 },
        outcome: 'failed',
        message: '100 %\n\u0000\ud800 ]]>',
        actual: 1,
        reproduce: '',
      },
      { name: 'ok', place: {}, outcome: 'passed', message: '1', actual: 1, reproduce: '' },
      { name: 'of chaos', place: {}, outcome: 'skipped', message: 'no cell', actual: null, reproduce: '' },
    ],
  };

  it('is escaped in XML, and what XML cannot hold is replaced', () => {
    expect(junitXml([suite])).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="wavetank" tests="3" failures="1" errors="0" time="3.000">
  <testsuite name="x&lt;y&gt;&amp;&quot;z&quot;" tests="3" failures="1" errors="0" time="3.000" skipped="1" file="a,b:c.yaml">
    <testcase name="p99 &lt; 5ms" classname="x&lt;y&gt;&amp;&quot;z&quot;" file="a,b:c.yaml" line="7" time="1.000">
      <failure message="actual: 100 %&#10;\ufffd\ufffd ]]&gt;" type="expectation">a,b:c.yaml:7&#10;100 %&#10;\ufffd\ufffd ]]&gt;</failure>
    </testcase>
    <testcase name="ok" classname="x&lt;y&gt;&amp;&quot;z&quot;" time="1.000"/>
    <testcase name="of chaos" classname="x&lt;y&gt;&amp;&quot;z&quot;" time="1.000">
      <skipped message="no cell"/>
    </testcase>
  </testsuite>
</testsuites>
`);
  });

  it('stays one command on one line for GitHub', () => {
    expect(githubAnnotations([suite], process.cwd())).toEqual([
      '::error file=a%2Cb%3Ac.yaml,line=7,title=x<y>&"z"%3A p99 < 5ms::actual: 100 %25%0A\u0000\ud800 ]]>',
    ]);
  });
});
