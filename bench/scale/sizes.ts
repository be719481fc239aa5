// pods.yaml, ten Deployments, at four sizes of the cluster.
import { join } from 'node:path';
import { type BenchOptions, type BenchResult, type Floor, table } from '../bench.ts';
import { ask, whereTheTimeWent } from './question.ts';

interface Size {
  readonly nodes: number;
  readonly podsPerNode: number;
  /** What it may take; in CPU time, which other programs on the machine lengthen less. */
  readonly mostSeconds?: number;
  /** What would be good. */
  readonly goalSeconds?: number;
  readonly mostMebibytes?: number;
  readonly heapMebibytes: number;
}

const SIZES: readonly Size[] = [
  { nodes: 1000, podsPerNode: 30, heapMebibytes: 1024 },
  { nodes: 5000, podsPerNode: 30, mostSeconds: 20, goalSeconds: 10, mostMebibytes: 1536, heapMebibytes: 1024 },
  { nodes: 10_000, podsPerNode: 30, heapMebibytes: 2048 },
  { nodes: 100_000, podsPerNode: 10, mostSeconds: 120, goalSeconds: 60, mostMebibytes: 4096, heapMebibytes: 4096 },
];
const DEPLOYMENTS = Array.from({ length: 10 }, (_, i) => `app-${i}`);

export function runSizes({ benchDir, quick }: BenchOptions, program: string): BenchResult {
  const rows = [
    ['nodes', 'pods', 'simulated', 'wall', 'CPU', 'goal', 'peak memory', 'events', 'writes', 'where the time went'],
  ];
  const floors: Floor[] = [];
  const figures: Record<string, number> = {};
  for (const size of quick ? SIZES.slice(0, 2) : SIZES) {
    const { nodes, podsPerNode, mostSeconds, goalSeconds, mostMebibytes, heapMebibytes } = size;
    const pods = nodes * podsPerNode;
    const answer = ask(`${nodes} nodes`, program, heapMebibytes, {
      file: join(benchDir, 'scale/pods.yaml'),
      set: [
        `spec.cluster.nodePools[name=node].count=${nodes}`,
        ...DEPLOYMENTS.map((name) => `Deployment/default/${name}:/spec/replicas=${pods / DEPLOYMENTS.length}`),
      ],
      running: pods,
      succeeded: 0,
    });
    rows.push([
      nodes.toLocaleString('en'),
      pods.toLocaleString('en'),
      `${answer.virtualSeconds.toFixed(0)} s`,
      `${answer.wallSeconds.toFixed(1)} s`,
      `${answer.cpuSeconds.toFixed(1)} s`,
      goalSeconds === undefined ? '' : `${goalSeconds} s`,
      `${answer.peakMebibytes.toFixed(0)} MiB`,
      answer.events.toLocaleString('en'),
      answer.writes.toLocaleString('en'),
      whereTheTimeWent(answer),
    ]);
    const what = `scale, ${nodes} nodes, ${pods} pods`;
    if (mostSeconds !== undefined) {
      floors.push({ what: `${what}, times ${mostSeconds} s`, actual: mostSeconds / answer.cpuSeconds, floor: 1 });
    }
    if (mostMebibytes !== undefined) {
      const actual = mostMebibytes / answer.peakMebibytes;
      floors.push({ what: `${what}, times ${mostMebibytes} MiB`, actual, floor: 1 });
    }
    figures[`${what}, CPU seconds`] = Number(answer.cpuSeconds.toFixed(1));
    figures[`${what}, peak MiB`] = Math.round(answer.peakMebibytes);
    figures[`${what}, simulated seconds`] = answer.virtualSeconds;
  }
  process.stdout.write(`Until every pod is Running\n\n${table(rows)}\n`);
  return { floors, figures };
}
