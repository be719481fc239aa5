// `wavetank import` of functions of Azure, Alibaba's trace of 2018 and what autoscalers saw: small files that can be counted by hand.
import { describe, expect, it } from 'vitest';
import type { Imported } from '../../src/scenario/import/importer.ts';
import { importOf, sourcesOf, wholeText } from '../support/imports.ts';
import { jobOf, podsOf, runScenario } from '../support/world-rig.ts';

function optionsOf({ files = [] }: Imported) {
  const texts = new Map(files.map(({ name, text }) => [name, wholeText(text)]));
  return { readFile: (file: string) => ({ file, text: texts.get(file) ?? '' }) };
}

const fileOf = ({ files = [] }: Imported, name: string): string[] =>
  wholeText(files.find((one) => one.name === name)?.text ?? '').split('\n');

describe('functions of Azure', () => {
  const minutes = (count: (minute: number) => number) =>
    Array.from({ length: 1440 }, (_, at) => count(at + 1)).join(',');
  const header = `HashOwner,HashApp,HashFunction,Trigger,${minutes((minute) => minute)}\n`;
  const day = `${header}o,a,f,http,${minutes((minute) => (minute === 1 ? 120 : 6))}\n`;
  const durations =
    'HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum,percentile_Average_0,percentile_Average_1,percentile_Average_25,percentile_Average_50,percentile_Average_75,percentile_Average_99,percentile_Average_100\no,a,f,150,9000,10,900,10,20,80,100,160,400,900\no,a,other,1,1,1,1,1,1,1,1,1,1,1\n';
  const made = (texts: Readonly<Record<string, string>>, args: object = {}) =>
    importOf('azure-functions', args, sourcesOf(texts));

  it('are requests at the rate of each minute, over days, and service times by percentiles', () => {
    const two = made({ 'd01.csv': day, 'd02.csv': day.replace('http,120', 'http,60'), 'times.csv': durations });
    const rates = fileOf(two, 'f1.csv');
    expect(rates.slice(0, 3)).toEqual(['time_seconds,rate_per_second', '0,2', '60,0.1']);
    expect(rates[1441]).toBe('86400,1');
    expect(rates).toHaveLength(2 * 1440 + 2);
    // ln(400 / 100) / 2.326348
    expect(two.scenario).toContain(
      'requests: { service: { lognormal: { median: 100000us, sigma: 0.5959 } }, concurrency: 16 }',
    );
    expect(two.scenario).toContain(`duration: ${2 * 86_400 + 30}s`);
    // 2879 minutes: 120 + 60 + 2878 · 6
    expect(two.notes[0]).toMatch(/1 function, chosen .* with 17,?448 invocations in 2 days/);
    expect(jobOf(two.scenario, optionsOf(two)).loaded.scenario.traffic).toHaveLength(1);
  });

  it('are some of many, and of unknown length', () => {
    const many = Array.from({ length: 50 }, (_, at) => `o,a,f${at},http,${minutes(() => 1)}\n`);
    const one = made({ 'd01.csv': header + many.join('') }, { pods: 5 });
    expect(one.files).toHaveLength(5);
    expect(one.notes.at(-1)).toBe('assumed: 5 functions of which no duration is known run 1000 ms');
  });

  it.each([
    ['another header', { 'd.csv': 'a,b\n1,2\n' }, /d\.csv:1: expected the header of invocations/],
    ['a minute too few', { 'd.csv': day.replace(/,6\n$/, '\n') }, /d\.csv:2: expected 1444 fields, got 1443/],
    [
      'a count that is none',
      { 'd.csv': day.replace(/,6\n$/, ',x\n') },
      /d\.csv:2: minute 1440: expected a number, got "x"/,
    ],
    ['durations alone', { 'd.csv': durations }, /has no function that was invoked/],
    ['nothing', { 'd.csv': '' }, /d\.csv: is empty/],
  ])('with %s are refused', (_what, texts, message) => {
    expect(() => made(texts)).toThrow(message);
  });
});

describe('Alibaba’s trace of 2018', () => {
  // Two instances from 100 s to 160 s with half a core and 1 %; one that did not run; a container with 4 cores and 2 %, twice.
  const tasks =
    'task_1,2,j_1,1,Terminated,100,160,50,1\ntask_2,1,j_1,1,Failed,0,0,100,1\ntask_3,1,j_2,1,Terminated,120,130,,\n';
  const containers = 'c_1,m_1,90,app,started,400,800,2\nc_1,m_1,95,app,started,400,800,2\n';

  it('is a pod for each instance and each container', () => {
    const made = importOf('alibaba-2018', {}, sourcesOf({ 'batch_task.csv': tasks, 'container_meta.csv': containers }));
    const rows = podsOf(runScenario(made.scenario)).map(({ created_seconds, deleted_seconds }) => [
      created_seconds,
      deleted_seconds,
    ]);
    expect(rows.toSorted((a, b) => Number(a[0]) - Number(b[0]))).toEqual([
      [0, null],
      [10, 70],
      [10, 70],
    ]);
    const [stream] = jobOf(made.scenario).loaded.scenario.podArrivals ?? [];
    const requests = (stream?.pods ?? []).map(
      ({ object }) =>
        (object.spec as { containers: [{ resources: { requests: unknown } }] }).containers[0].resources.requests,
    );
    // 1 % of 384 GiB are 3932 MiB, 2 % 7864, in two digits.
    expect(requests).toEqual([
      { cpu: '4', memory: '7900Mi' },
      { cpu: '500m', memory: '3900Mi' },
    ]);
    expect(made.notes.join('\n')).toMatch(/2 tasks that did not run/);
  });

  it.each([
    ['too few fields', 'a,b\n', /:1: expected 9 fields \(batch_task\.csv\) or 8/],
    ['a time that is none', tasks.replace('100,160', 'x,160'), /:1: start_time: expected a number, got "x"/],
    ['half an instance', tasks.replace('task_1,2', 'task_1,2.5'), /:1: instance_num: expected a whole number/],
    ['nothing', '', /has no pod in the time/],
  ])('with %s is refused', (_what, text, message) => {
    expect(() => importOf('alibaba-2018', {}, sourcesOf({ file: text }))).toThrow(message);
  });
});

describe('what autoscalers saw', () => {
  const TIMES = [0, 30, 60];
  const series = (labels: object, values: readonly number[]) => ({
    metric: labels,
    values: TIMES.map((s, at) => [1_772_323_200 + s, String(values[at])]),
  });
  const answer = (...result: object[]) => JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });
  const hpa = { horizontalpodautoscaler: 'keda-hpa-web', namespace: 'shop' };
  const replicas = series({ __name__: 'kube_horizontalpodautoscaler_status_current_replicas', ...hpa }, [2, 2, 4]);
  const average = series(
    {
      __name__: 'kube_horizontalpodautoscaler_status_target_metric',
      metric_name: 'rps',
      metric_target_type: 'average',
      ...hpa,
    },
    [10, 30, 20],
  );
  const cpu = series(
    {
      __name__: 'kube_horizontalpodautoscaler_status_target_metric',
      metric_name: 'cpu',
      metric_target_type: 'utilization',
      ...hpa,
    },
    [50, 60, 70],
  );
  const keda = series(
    { __name__: 'keda_scaler_metrics_value', scaledObject: 'web', metric: 's0-prometheus' },
    [20, 60, 80],
  );
  const made = (text: string, file = 'range.json', args: object = {}) =>
    importOf('autoscaler', args, sourcesOf({ [file]: text }));
  const RATES = ['time_seconds,rate_per_second', '0,20', '30,60', '60,80', ''];

  it.each([
    ['a metric for each pod, times the pods', answer(replicas, average, cpu), 'range.json', 'web'],
    ['the value of KEDA, which is of all', answer(keda), 'range.json', 'web'],
    ['a table', 'time_seconds,metric,replicas\n0,10,2\n30,30,2\n60,20,4\n', 'a.csv', 'autoscaled'],
  ])('are requests: %s', (_what, text, file, name) => {
    const one = made(text, file);
    expect(fileOf(one, `${name}.csv`)).toEqual(RATES);
    expect(one.scenario).toContain('duration: 120s');
    const run = runScenario(one.scenario, optionsOf(one));
    // 20, 60 and 80 a second for 30 s each, with a deviation of √4800.
    expect(Math.abs(run.summary.requests_total - 4800)).toBeLessThan(4 * Math.sqrt(4800));
  });

  it('has the replicas beside it', () => {
    expect(fileOf(made(answer(replicas, average)), 'recorded-replicas.csv')).toEqual([
      'workload,time_seconds,replicas',
      'web,30,2',
      'web,60,2',
      'web,90,4',
      '',
    ]);
  });

  it.each([
    ['only shares', answer(replicas, cpu), 'range.json', {}, /has no metric of an autoscaler that is no share/],
    ['a metric that is not', answer(keda), 'range.json', { metric: 'rpm' }, /has no metric of an autoscaler named rpm/],
    [
      'two metrics',
      answer(keda, replicas, average),
      'range.json',
      {},
      /web has several metrics: name one with --metric/,
    ],
    [
      'times that go back',
      'time_seconds,metric,replicas\n9,1,1\n8,1,1\n',
      'a.csv',
      {},
      /a\.csv:3: time_seconds: expected a later time/,
    ],
    ['no column', 'time_seconds,replicas\n9,1\n', 'a.csv', {}, /has no column "metric"/],
  ])('are refused with %s', (_what, text, file, args, message) => {
    expect(() => made(text, file, args)).toThrow(message);
  });
});
