// `wavetank import openb`: what becomes of the trace's files, and what is said of files that are something else.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/lib/errors.ts';
import { importers } from '../../src/scenario/import/index.ts';
import { wavetank } from '../support/command.ts';
import { importOf, sourcesOf } from '../support/imports.ts';
import { jobOf, podsOf, runScenario } from '../support/world-rig.ts';
import { complaints, load } from './tank.ts';

const NODES = `sn,cpu_milli,memory_mib,gpu,model
node-0,64000,262144,2,P100
node-1,8000,32768,1,V100M16
node-2,64000,262144,2,P100
node-3,32500,131072,0,
`;
const PODS = `name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time
pod-2,4000,1024,1,1000,V100M16|P100,LS,Running,130,190,130
pod-0,1500,2048,1,460,,BE,Running,100,160,100
pod-1,1500,2048,1,460,,LS,Running,110,,110
pod-3,1000,2048,0,0,,BE,Pending,100,100,100
`;
const ORDER = 'arrival,seed1,seed2\n0,3,0\n1,3,2\n2,,0\n';

function imported(args: object, nodes = NODES, pods = PODS, order = ORDER): string {
  const texts: Record<string, string> = { 'a/nodes.csv': nodes, 'pods.csv': pods, 'order.csv': order };
  return importOf('openb', args, sourcesOf(texts, ['a/nodes.csv', 'pods.csv'])).scenario;
}

describe('a scenario of the trace', () => {
  it('has the nodes by make, and the pods when they came', () => {
    const text = imported({});
    const { scenario, notes } = jobOf(text).loaded;
    expect(notes).toEqual([]);
    expect(
      scenario.cluster.nodePools.map(({ count, allocatable, labels }) => ({ count, allocatable, labels })),
    ).toEqual([
      {
        count: 2,
        allocatable: expect.objectContaining({
          cpuMilli: 64_000,
          memoryBytes: 262_144 * 2 ** 20,
          pods: 1001,
          extended: { 'alibabacloud.com/gpu-count': 2 },
        }) as object,
        labels: { 'alibabacloud.com/gpu-card-model': 'P100' },
      },
      expect.objectContaining({ count: 1, labels: { 'alibabacloud.com/gpu-card-model': 'V100M16' } }),
      expect.objectContaining({ count: 1, labels: {} }),
    ]);
    const outcome = runScenario(text);
    expect(
      podsOf(outcome).map((pod) => [pod.pod, pod.created_seconds, pod.deleted_seconds, pod.gpu_index !== '']),
    ).toEqual([
      ['openb-1', 0, 0, false],
      ['openb-0', 0, 60, true],
      ['openb-3', 30, 90, true],
      ['openb-2', 10, null, true],
    ]);
  });

  it('may be faster, or let them come one after the other, in a published order', () => {
    expect(load(imported({ speed: 10 })).scenario.podArrivals?.[0].atUs).toEqual([0, 0, 1e6, 3e6]);
    const [stream] = load(imported({ every: '100ms', order: 'order.csv', column: 'seed2' })).scenario.podArrivals ?? [];
    expect(stream.atUs).toEqual([0, 1e5, 2e5]);
    // Rows of the pods sorted by name: pod-0, pod-2, pod-0.
    const cpu = ({ object }: (typeof stream.pods)[number]): unknown =>
      (object['spec'] as { containers: { resources: { requests: { cpu: unknown } } }[] }).containers[0].resources
        .requests.cpu;
    expect(stream.template.map((index) => cpu(stream.pods[index]))).toEqual(['1500m', '4', '1500m']);
    // The first column ends earlier.
    expect(load(imported({ every: '100ms', order: 'order.csv' })).scenario.podArrivals?.[0].atUs).toHaveLength(2);
  });

  it('names the plugin, and gives FGD the workload', () => {
    const { scheduler } = load(imported({ scheduler: 'BestFit' })).scenario;
    const [profile] = scheduler.profiles ?? [];
    expect(profile.plugins?.['multiPoint']?.enabled?.map(({ name }) => name)).toContain('BestFit');
    expect(profile.pluginConfig?.[0].args).toEqual({
      typicalPods: [
        { pods: 2, cpu: '1500m', gpuCount: 1, gpuMilli: 460 },
        { pods: 1, cpu: '4000m', gpuCount: 1, gpuMilli: 1000, gpuModel: 'V100M16|P100' },
        { pods: 1, cpu: '1000m' },
      ],
    });
  });
});

describe('files that are something else', () => {
  const swapped = (text: string, from: string, to: string): string => text.replace(from, to);
  it.each([
    [
      'a number',
      () => imported({}, swapped(NODES, '8000,32768', '8k,32768')),
      'a/nodes.csv:3: cpu_milli: expected a whole number of at least 1, got "8k"',
    ],
    [
      'too many GPUs',
      () => imported({}, swapped(NODES, '262144,2,P100', '262144,64,P100')),
      'a/nodes.csv:2: gpu: expected a whole number from 0 to 30, got "64"',
    ],
    ['a cell too few', () => imported({}, `${NODES}node-4,1,2\n`), /a\/nodes.csv:6: not valid CSV: .*/],
    [
      'a missing column',
      () => imported({}, swapped(NODES, 'memory_mib', 'memory_mb')),
      /a\/nodes.csv:1: has no column "memory_mib" \(did you mean "memory_mb"\?\), expected cpu_milli/,
    ],
    ['no rows', () => imported({}, 'sn,cpu_milli,memory_mib,gpu,model\n'), 'a/nodes.csv: has a header and no rows'],
    ['nothing', () => imported({}, ''), 'a/nodes.csv: is empty, expected a CSV file with a header'],
    ['the other file', () => imported({}, PODS, NODES), /a\/nodes.csv:1: has no column "gpu"/],
    [
      'a share of nothing',
      () => imported({}, NODES, swapped(PODS, ',0,0,', ',0,500,')),
      'pods.csv:5: gpu_milli: 0 GPUs with 500 thousandths of each: both are 0, or neither is',
    ],
    [
      'a model',
      () => imported({}, swapped(NODES, 'V100M16', 'V100: M16')),
      /a\/nodes.csv:3: model: expected names of GPUs/,
    ],
    [
      'a deletion before the creation',
      () => imported({}, NODES, swapped(PODS, '100,160,', '100,60,')),
      'pods.csv:3: deletion_time: 60 is before the creation at 100',
    ],
    [
      'no times',
      () => imported({}, NODES, 'name,cpu_milli,memory_mib,num_gpu,gpu_milli\na,1,1,0,0\n'),
      /pods.csv:1: has no column "creation_time": say when pods come, --every 1s/,
    ],
    [
      'an order beyond the pods',
      () => imported({ every: '1s', order: 'order.csv' }, NODES, PODS, 'n,a\n0,4\n'),
      'order.csv:2: a: 4 is beyond the 4 pods of pods.csv, which count from 0',
    ],
    [
      'an unknown column of the order',
      () => imported({ every: '1s', order: 'order.csv', column: 'seed3' }),
      /order.csv:1: has no column "seed3" \(did you mean "seed1"\?\)/,
    ],
    ['an order without a pace', () => imported({ order: 'order.csv' }), /--order .*: add --every 1s/],
    [
      'a column without an order',
      () => imported({ column: 'seed1' }),
      '--column names a column of the file of --order',
    ],
    ['a speed of nothing', () => imported({ speed: 0 }), /openb.speed: /],
    ['another kind', () => importers.create('azur', {}, sourcesOf({})), /unknown name "azur", expected one of cluster/],
  ])('%s', (_what, make, message) => {
    expect(make).toThrow(InputError);
    if (typeof message === 'string') expect(complaints(make)).toBe(message);
    else expect(complaints(make)).toMatch(message);
  });
});

describe('wavetank import', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wavetank-import-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'nodes.csv'), NODES);
  writeFileSync(join(folder, 'pods.csv'), PODS);

  it('prints a scenario that runs, writes a new file, and never one that is there', async () => {
    const line = ['import', 'openb', 'nodes.csv', 'pods.csv', '--every', '1s'];
    const printed = await wavetank(line, folder);
    expect([printed.status, printed.stderr]).toEqual([0, '']);
    expect((await wavetank([...line, '--out', 'own.yaml'], folder)).status).toBe(0);
    expect(readFileSync(join(folder, 'own.yaml'), 'utf8')).toBe(printed.stdout);
    const again = await wavetank([...line, '--out', 'own.yaml', '--scheduler', 'BestFit'], folder);
    expect([again.status, again.stderr]).toEqual([
      2,
      'own.yaml: exists already: remove it, or write to another file\n',
    ]);
    expect(readFileSync(join(folder, 'own.yaml'), 'utf8')).toBe(printed.stdout);
    expect((await wavetank(['run', 'own.yaml', '--no-report'], folder)).stdout).toMatch(/pods created +4\n/);
  });

  it('refuses what it cannot read, and one file too few', async () => {
    const missing = await wavetank(['import', 'openb', 'nodes.csv', 'no.csv'], folder);
    expect([missing.status, missing.stderr]).toEqual([2, expect.stringMatching(/^no\.csv: /)]);
    const one = await wavetank(['import', 'openb', 'nodes.csv'], folder);
    expect([one.status, one.stderr]).toEqual([
      2,
      expect.stringMatching(/two files, a list of nodes and a list of pods; 1 were/),
    ]);
  });
});
