// Runs pods.yaml at one size until every pod is Running, and says what that took and in which part of the program.
import { readFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector';
import { loadScenario } from '../../src/scenario/load.ts';
import { buildWorld } from '../../src/world/build.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';

/** Arguments: scenario file, nodes, pods a node, this program's own file. */
const [file, nodes, podsPerNode, bundle] = process.argv.slice(2);
const pods = Number(nodes) * Number(podsPerNode);
const DEPLOYMENTS = 10;
const STEP_US = 1e6;

const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.setSamplingInterval', { interval: 5000 });
const started = performance.now();
session.post('Profiler.start');

const deployments = Array.from({ length: DEPLOYMENTS }, (_, i) => i);
const loaded = loadScenario([{ file, text: readFileSync(file, 'utf8') }], {
  families: familySchemas(builtInFamilies),
  set: [
    `spec.cluster.nodePools[name=node].count=${nodes}`,
    ...deployments.map((i) => `Deployment/default/app-${i}:/spec/replicas=${pods / DEPLOYMENTS}`),
  ],
});
const { engine, gauges, api } = buildWorld(loaded, 1, { families: builtInFamilies, check: false });
const RUNNING = 1;
while (gauges.phases[RUNNING] < pods && engine.now < loaded.scenario.durationUs) engine.run(engine.now + STEP_US);

session.post('Profiler.stop', (error, result) => {
  if (error !== null) throw error;
  const { user, system } = process.cpuUsage();
  process.stdout.write(
    `${JSON.stringify({
      virtualSeconds: engine.now / 1e6,
      running: gauges.phases[RUNNING],
      wallSeconds: (performance.now() - started) / 1000,
      cpuSeconds: (user + system) / 1e6,
      peakMebibytes: process.resourceUsage().maxRSS / 1024,
      events: engine.events,
      writes: api.counts.writes,
      shares: shares(result.profile),
      digest: engine.digest(),
    })}\n`,
  );
});

/** The share of samples by folder of src; the bundle names the file before each module. */
function shares({ nodes: frames, samples = [] }: Profiler.Profile): Record<string, number> {
  const folders: string[] = [];
  let folder = 'other';
  for (const line of readFileSync(bundle, 'utf8').split('\n')) {
    const module = /^\/\/ (?:src\/(\w+)\/|(node_modules|bench)\/)/.exec(line);
    if (module !== null) folder = module[1] ?? 'other';
    folders.push(folder);
  }
  const byId = new Map(
    frames.map(({ id, callFrame: { functionName, lineNumber } }) => {
      if (functionName === '(garbage collector)') return [id, 'garbage collection'];
      return [id, lineNumber < 0 ? 'other' : folders[lineNumber]];
    }),
  );
  const counts: Record<string, number> = {};
  for (const sample of samples) {
    const name = byId.get(sample) ?? 'other';
    counts[name] = (counts[name] ?? 0) + 1 / samples.length;
  }
  return Object.fromEntries(Object.entries(counts).toSorted(([, a], [, b]) => b - a));
}
