// The report of made-up jobs: complete, legible, harmless, the same every time, and quick.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, describe, expect, it } from 'vitest';
import { family } from '../../src/lib/family.ts';
import { charts } from '../../src/report/charts/index.ts';
import type { Mark } from '../../src/report/marks.ts';
import { readJob } from '../../src/report/read.ts';
import { makeReport } from '../../src/report/report.ts';
import { writeSynthetic } from './synthetic.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-report-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const fresh = (name: string) => join(root, name, 'seed-1');

/** Charts that are not over time: sums and shares of a whole run. */
const TIMELESS: ReadonlySet<string> = new Set(['critical-path', 'service-map', 'service-breakdown', 'hot-pods']);

/** CPU time, all threads together: other work on the machine does not lengthen it. */
async function timed(folder: string, options = {}) {
  const before = process.cpuUsage();
  const [made] = await makeReport(folder, options);
  const { user, system } = process.cpuUsage(before);
  return { made, seconds: (user + system) / 1e6 };
}

describe('the report of a zone loss', () => {
  const folder = writeSynthetic({}, fresh('zone-loss'));

  it('has every chart as SVG and PNG and one page, in less than 0.2 s of CPU time a chart', async () => {
    const { made: report, seconds } = await timed(folder);
    expect(seconds / charts.members.length).toBeLessThan(0.2);
    const expected = charts.members.flatMap(({ name }) => [`charts/${name}.png`, `charts/${name}.svg`]);
    expect(report.files.map((file) => relative(folder, file)).toSorted()).toEqual(
      [...expected, 'report.html'].toSorted(),
    );
    for (const file of report.files) expect(readFileSync(file).length).toBeGreaterThan(1000);
  });

  it.each(charts.members.map(({ name }) => name))('%s is a slide of 1920 × 1080 with text in it', (name) => {
    const { width, height, data, channels } = decode(readFileSync(join(folder, 'charts', `${name}.png`)));
    expect([width, height]).toEqual([1920, 1080]);
    // The title stands in the rows 40 to 80; without a font they would be white.
    let inked = 0;
    for (let y = 40; y < 80; y++) {
      for (let x = 56; x < 900; x++) if (data[(y * width + x) * channels] < 100) inked += 1;
    }
    expect(inked).toBeGreaterThan(1500);
  });

  it('has no title twice', () => {
    const page = readFileSync(join(folder, 'report.html'), 'utf8');
    const titles = Array.from(page.matchAll(/<title id="[^"]*">([^<]*)</g), ([, title]) => title);
    expect(titles).toHaveLength(charts.members.length);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('has charts that say which version and which command made them', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
    const { reproduce } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as { readonly reproduce: string };
    const [, said] =
      /^<svg [^>]*><desc>(.*?)<\/desc>/.exec(readFileSync(join(folder, 'charts/latency.svg'), 'utf8')) ?? [];
    expect(said).toBe(`wavetank ${version}: ${reproduce}`);
  });

  it('loads nothing from anywhere', () => {
    const whole = readFileSync(join(folder, 'report.html'), 'utf8');
    const page = whole.replaceAll(/="data:image\/png;base64,[A-Za-z0-9+/=]+"/g, '="data:image/png"');
    const addresses = [...page.matchAll(/\b(?:https?:)?\/\/[^\s"'<)]+/g)].map(([address]) => address);
    expect(addresses.filter((address) => !address.startsWith('http://www.w3.org/'))).toEqual([]);
    expect(page).not.toMatch(/<script|@import|<link/);
    for (const [, source] of page.matchAll(/(?:src|href)="([^"]*)"/g)) {
      if (source.startsWith('#')) expect(page).toContain(`id="${source.slice(1)}"`);
      else expect(source).toBe('data:image/png');
    }
    for (const [, target] of page.matchAll(/url\(#([^)]+)\)/g)) expect(page).toContain(`id="${target}"`);
  });

  it('says what was expected, found, assumed and left out, and how to run it again', () => {
    const page = readFileSync(join(folder, 'report.html'), 'utf8');
    for (const said of [
      'Expectations: 2 of 4 failed',
      'requests.p99 during 9m..20m &lt; 500ms',
      '>612ms<',
      '>0.0493 %<',
      'not finished',
      '540,121',
      'network.sameZone.rtt',
      'securityContext',
      'One connection per request.',
      'wavetank run shop-zone-loss --seed 1',
      '9f1c0a77e3b24d58',
    ]) {
      expect(page).toContain(said);
    }
  });

  it('marks faults, actions and rollouts', () => {
    const svg = readFileSync(join(folder, 'charts', 'latency.svg'), 'utf8');
    for (const label of [
      'zone a is lost for 10m: 20 nodes',
      'image shop/web:v2',
      'rollout of frontend',
      'rollout of 12',
    ]) {
      expect(svg).toContain(label);
    }
  });

  it.each(charts.members.filter(({ name }) => !TIMELESS.has(name)).map(({ name }) => name))(
    '%s shows a fault that lasts, and one that is over at once',
    (name) => {
      const job = readJob(folder);
      const drawn = (marks: readonly Mark[]): string => JSON.stringify(charts.create(name, {}, { job, marks }));
      const without = drawn([]);
      for (const [from, to] of [
        [300, 420],
        [300, 300],
      ]) {
        expect(drawn([{ kind: 'fault', label: 'outage of zone a', spans: [{ from, to }] }])).not.toBe(without);
      }
    },
  );

  it('tells the time of requests that failed apart from that of those that ended well', () => {
    const svg = readFileSync(join(folder, 'charts', 'latency-breakdown.svg'), 'utf8');
    for (const panel of ['mean latency of users', 'mean time until requests of users failed'])
      expect(svg).toContain(panel);
  });

  it('is the same to the byte when made again elsewhere', async () => {
    const again = fresh('again');
    await makeReport(folder, { out: again, png: false });
    const usage = charts.members.filter(({ name }) => name === 'node-cpu-usage');
    const pictures = fresh('pictures');
    await makeReport(folder, { out: pictures, charts: family(charts.name, charts.summary, usage) });
    for (const [made, file] of [
      [again, 'report.html'],
      [again, 'charts/latency.svg'],
      [pictures, 'charts/node-cpu-usage.png'],
    ]) {
      expect(readFileSync(join(made, file)).equals(readFileSync(join(folder, file)))).toBe(true);
    }
  });

  it('leaves no chart of an earlier report, and no file of anybody else alone', async () => {
    const other = fresh('other');
    cpSync(folder, other, { recursive: true });
    writeSynthetic({ traffic: false }, other);
    cpSync(join(folder, 'charts'), join(other, 'charts'), { recursive: true });
    writeFileSync(join(other, 'charts', 'mine.svg'), '');
    const [report] = await makeReport(other, { png: false });
    expect(report.files.length).toBe(21 + 1);
    expect(readdirSync(join(other, 'charts')).filter((file) => file.endsWith('.png'))).toEqual([]);
    expect(readdirSync(join(other, 'charts')).filter((file) => file.endsWith('.svg'))).toEqual([
      'autoscalers.svg',
      'control-plane.svg',
      'costs.svg',
      'daemon-sets.svg',
      'etcd.svg',
      'jobs.svg',
      'mine.svg',
      'node-cpu-requested.svg',
      'node-cpu-usage.svg',
      'node-pools.svg',
      'node-pressure.svg',
      'ordinals.svg',
      'pods.svg',
      'policies.svg',
      'priority-levels.svg',
      'queues.svg',
      'quotas.svg',
      'recommendations.svg',
      'revisions.svg',
      'throttling.svg',
      'timeline.svg',
      'training.svg',
    ]);
  });
});

it('draws no PNG when none is wanted, and leaves none of an earlier report', async () => {
  const folder = writeSynthetic({ minutes: 1, nodes: 2, traffic: false }, fresh('vectors'));
  mkdirSync(join(folder, 'charts'));
  for (const name of ['pods.png', 'latency.png', 'mine.png']) writeFileSync(join(folder, 'charts', name), '');
  const [{ summary = '', files }] = await makeReport(folder, { png: false, markdown: true });
  const pictures = readdirSync(join(folder, 'charts'));
  expect(pictures.filter((name) => !name.endsWith('.svg'))).toEqual(['mine.png']);
  expect(files).toHaveLength(pictures.length - 1 + 2);
  const links = [...readFileSync(summary, 'utf8').matchAll(/\]\((charts[^)]+)\)/g)].map(([, link]) =>
    join(folder, link),
  );
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((link) => !files.includes(link))).toEqual([]);
});

it('shows hostile names as text', async () => {
  const hostile = ' <img src=x onerror=alert(1)>&"\'</svg></style><script>alert(2)</script>';
  const folder = writeSynthetic({ hostile }, fresh('hostile'));
  const [report] = await makeReport(folder, { png: false });
  for (const file of report.files.filter((name) => /\.(svg|html)$/.test(name))) {
    const content = readFileSync(file, 'utf8');
    expect(content).not.toMatch(/<script|<img|<\/svg>.*<\/svg>\s*$/);
    expect(content.match(/<\/style>/g)?.length ?? 0).toBeLessThanOrEqual(1);
  }
  expect(readFileSync(report.page, 'utf8')).toContain('&lt;img src=x onerror=alert(1)&gt;&amp;&quot;');
});

it('draws 5,000 nodes as one picture', async () => {
  const folder = writeSynthetic({ nodes: 5000, minutes: 5 }, fresh('large'));
  // A hundred times as many nodes as in a report of 50, and not many times its cost.
  const small = await timed(writeSynthetic({ nodes: 50, minutes: 5 }, fresh('small')), { png: false });
  const { seconds } = await timed(folder, { png: false });
  expect(seconds / small.seconds).toBeLessThan(5);
  expect(readFileSync(join(folder, 'charts', 'node-cpu-usage.svg')).length).toBeLessThan(500_000);
});

it.each([
  ['one interval', { minutes: 1, stepSeconds: 60 }],
  ['a day by the minute', { minutes: 1440, stepSeconds: 60, nodes: 3, services: ['web'] }],
  ['fifty services', { services: Array.from({ length: 50 }, (_, at) => `service-${at}`) }],
])('copes with %s', async (name, shape) => {
  const [report] = await makeReport(writeSynthetic(shape, fresh(name.replaceAll(' ', '-'))), { png: false });
  for (const file of report.files.filter((path) => path.endsWith('.svg'))) {
    expect(readFileSync(file, 'utf8')).not.toMatch(/NaN|undefined|Infinity/);
  }
});

describe('makeReport', () => {
  it('reports every job below a folder', async () => {
    const all = join(root, 'many');
    for (const seed of [1, 2, 10]) writeSynthetic({ seed, minutes: 2, nodes: 3 }, join(all, `seed-${seed}`));
    const reports = await makeReport(all, { out: join(root, 'pages'), png: false });
    expect(reports.map(({ page }) => relative(root, page))).toEqual(
      [1, 2, 10].map((seed) => join('pages', `seed-${seed}`, 'report.html')),
    );
  });

  it('answers with a place and a way out when the results are damaged', async () => {
    const folder = writeSynthetic({ minutes: 1, nodes: 2 }, fresh('damaged'));
    const file = join(folder, 'series.csv');
    const good = readFileSync(file, 'utf8');
    writeFileSync(file, good.replace('requests_per_second', 'rps'));
    await expect(makeReport(folder)).rejects.toThrow(`${file}:1: no column "requests_per_second"`);
    writeFileSync(file, good.replace(/\n10,/, '\nten,'));
    await expect(makeReport(folder)).rejects.toThrow('row 1: expected a number, got "ten"');
    writeFileSync(file, `${good}1,2,3\n`);
    await expect(makeReport(folder)).rejects.toThrow(`${file}:8: expected`);
    writeFileSync(join(folder, 'run.json'), '{"version":"0.1.0"}');
    await expect(makeReport(folder)).rejects.toThrow('run.json: scenario: ');
    writeFileSync(join(folder, 'run.json'), '{');
    await expect(makeReport(folder)).rejects.toThrow('is not JSON');
    await expect(makeReport(join(root, 'nowhere'))).rejects.toThrow('no such folder');
    await expect(makeReport(mkdtempSync(join(root, 'empty-')))).rejects.toThrow('no results here');
  });
});
