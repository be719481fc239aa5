// Every kind of workload on 5,000 nodes, alone and all of them together, beside Deployments of as many objects with as many pods.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchOptions, type BenchResult, type Floor, table } from '../bench.ts';
import {
  cronJobs,
  daemonSets,
  deployments,
  NODES,
  type Objects,
  scenarioText,
  statefulSets,
  together,
} from './manifests.ts';
import { ask, whereTheTimeWent } from './question.ts';

/** What a pod may cost, as a multiple of what a pod of a Deployment costs. */
const MOST = 1.5;
const HEAP_MEBIBYTES = 4096;

interface Pair {
  readonly name: string;
  readonly objects: Objects;
  readonly peers: Objects;
}

function pairs(share: number): readonly Pair[] {
  const sets = 2000 * share;
  const agents = 200 * share;
  const jobs = 10_000 * share;
  const kinds: readonly Pair[] = [
    {
      name: `${sets.toLocaleString('en')} StatefulSets of 3`,
      objects: statefulSets(sets, 3),
      peers: deployments('set', sets, 3),
    },
    {
      name: `${agents} DaemonSets on 250 nodes each`,
      objects: daemonSets(agents),
      peers: deployments('agent', agents, 250),
    },
    {
      name: `${jobs.toLocaleString('en')} CronJobs, each due once`,
      objects: cronJobs(jobs),
      peers: deployments('cron', jobs, 1),
    },
  ];
  const all: Pair = {
    name: 'all of them in one run',
    objects: together(...kinds.map(({ objects }) => objects)),
    peers: together(...kinds.map(({ peers }) => peers)),
  };
  return [...kinds, all];
}

export function runWorkloads({ cacheDir, quick }: BenchOptions, program: string): BenchResult {
  const rows = [
    ['', 'pods', 'simulated', 'load', 'CPU', 'peak memory', 'a pod', "a Deployment's", 'times', 'where the time went'],
  ];
  const floors: Floor[] = [];
  const figures: Record<string, number> = {};
  const file = join(cacheDir, 'workloads.yaml');
  const measure = (what: string, objects: Objects) => {
    writeFileSync(file, scenarioText(objects));
    const { running, succeeded } = objects;
    const answer = ask(what, program, HEAP_MEBIBYTES, { file, set: [], running, succeeded });
    return { answer, seconds: answer.cpuSeconds - answer.loadSeconds };
  };
  // What 5,000 nodes cost without a pod is not a pod's.
  const empty = measure('no workload', together()).seconds;
  for (const { name, objects, peers } of pairs(quick ? 0.1 : 1)) {
    const { answer, seconds } = measure(name, objects);
    const pods = objects.running + objects.succeeded;
    const micros = (1e6 * (seconds - empty)) / pods;
    const peer = (1e6 * (measure(`Deployments instead of ${name}`, peers).seconds - empty)) / peers.running;
    rows.push([
      name,
      pods.toLocaleString('en'),
      `${answer.virtualSeconds.toFixed(0)} s`,
      `${answer.loadSeconds.toFixed(1)} s`,
      `${answer.cpuSeconds.toFixed(1)} s`,
      `${answer.peakMebibytes.toFixed(0)} MiB`,
      `${micros.toFixed(0)} µs`,
      `${peer.toFixed(0)} µs`,
      (micros / peer).toFixed(2),
      whereTheTimeWent(answer),
    ]);
    const what = `scale, ${name}`;
    floors.push({
      what: `${what}, a pod costs at most ${MOST} times a Deployment's`,
      actual: (MOST * peer) / micros,
      floor: 1,
    });
    figures[`${what}, CPU seconds`] = Number(answer.cpuSeconds.toFixed(1));
    figures[`${what}, peak bytes`] = Math.round(answer.peakMebibytes * 1024 * 1024);
    figures[`${what}, times a Deployment's pod`] = Number((micros / peer).toFixed(2));
  }
  process.stdout.write(
    `Workloads on ${NODES.toLocaleString('en')} nodes, until every pod is Running or has Succeeded\n\n${table(rows)}\n`,
  );
  return { floors, figures };
}
