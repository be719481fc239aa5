// What the command line keeps of very many jobs: their answers are recorded ones, so that nothing else takes memory.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expandJobs } from '../../src/scenario/expand.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { SummariesFile } from '../../src/results/summaries.ts';
import { cellsOf, writeIndex } from '../../src/sweep/index-files.ts';
import { runAndSummarise } from '../../src/sweep/job-results.ts';
import { KeptResults } from '../../src/sweep/kept-results.ts';
import { runMany } from '../../src/sweep/run-jobs.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';

const TEXT = `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: tiny }
spec:
  duration: 30s
  cluster: { nodePools: [{ name: node, count: 2 }] }
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 5/s } }, start: 15s }]
  sweep: { "spec.traffic[0].timeout": [100ms, 200ms, 500ms, 1s, 2s] }
  expect: ["requests.error_ratio < 0.5"]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: nginx }] } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`;
const CELLS = 5;

/** Prints the peak of resident memory in MiB after so many jobs; to be called in a process of its own. */
export async function coordinate(count: number): Promise<void> {
  const out = mkdtempSync(join(tmpdir(), 'wavetank-bench-'));
  try {
    const families = familySchemas(builtInFamilies);
    const loaded = loadScenario([{ file: 'tiny.yaml', text: TEXT }], { families });
    const jobs = expandJobs(loaded, { families, seeds: count / CELLS });
    const shared = { out, version: '0', program: '0', inputs: [], file: 'tiny.yaml' };
    const recorded = new Map<unknown, string>();
    for (const job of jobs) {
      if (recorded.has(job.loaded)) continue;
      const options = { ...shared, families: builtInFamilies, check: false, reproduce: '' };
      recorded.set(job.loaded, runAndSummarise(job, options));
    }
    const summaries = new SummariesFile(out);
    const kept = new KeptResults();
    const ends = await runMany(
      jobs.map((job) => ({ job, reproduce: `wavetank run tiny.yaml --seed ${job.seed} --set '${job.set[0]}'` })),
      {
        batch: { ...shared, check: false, summariesOnly: true, plugins: [], reports: 'none', timed: false },
        place: async (planned, _, onEnd) => {
          for (const [at, one] of planned.entries()) {
            // As of another run: every number with a fraction is another one.
            const line = (recorded.get(one.job.loaded) ?? '')
              .replace(/"job":"[^"]*"/, `"job":"${one.job.id}"`)
              .replaceAll(
                /"(\d+\.\d+)"/g,
                (_all, number: string) => `"${(Number(number) * (1 + at / 1e6)).toFixed(6)}"`,
              );
            onEnd(one, { kind: 'summary', line });
            if (at % 1000 === 0) await new Promise(setImmediate);
          }
        },
        stop: new AbortController().signal,
        resume: undefined,
        summaries,
        kept,
      },
    );
    writeIndex(out, { verb: 'sweep', loaded, cells: cellsOf(ends), version: '0', file: 'tiny.yaml', reproduce: '' });
    summaries.settle(ends.map(({ job }) => job.id));
    if (ends.some(({ result }) => result === undefined)) throw new Error('a job has no result');
    process.stdout.write(`${Math.round(process.resourceUsage().maxRSS / 1024)}\n`);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
