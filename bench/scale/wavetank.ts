// Runs a scenario until so many pods are Running and so many have Succeeded, and says what that took and in which part of the program.
import { readFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector';
import { loadScenario } from '../../src/scenario/load.ts';
import { buildWorld } from '../../src/world/build.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';
import type { Answer, Question } from './question.ts';

/** Arguments: this program's own file, the question. */
const [bundle, question] = process.argv.slice(2);
const { file, set, running, succeeded } = JSON.parse(question) as Question;
const STEP_US = 1e6;
const RUNNING = 1;
const SUCCEEDED = 2;

const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.setSamplingInterval', { interval: 5000 });
const started = performance.now();
session.post('Profiler.start');

const loaded = loadScenario([{ file, text: readFileSync(file, 'utf8') }], {
  families: familySchemas(builtInFamilies),
  set,
});
const loadSeconds = cpuSeconds();
const { engine, gauges, api } = buildWorld(loaded, 1, { families: builtInFamilies, check: false });
const { phases } = gauges;
while ((phases[RUNNING] < running || phases[SUCCEEDED] < succeeded) && engine.now < loaded.scenario.durationUs) {
  engine.run(engine.now + STEP_US);
}

session.post('Profiler.stop', (error, result) => {
  if (error !== null) throw error;
  const answer: Answer = {
    virtualSeconds: engine.now / 1e6,
    running: phases[RUNNING],
    succeeded: phases[SUCCEEDED],
    wallSeconds: (performance.now() - started) / 1000,
    loadSeconds,
    cpuSeconds: cpuSeconds(),
    peakMebibytes: process.resourceUsage().maxRSS / 1024,
    events: engine.events,
    writes: api.counts.writes,
    shares: shares(result.profile),
    digest: engine.digest(),
  };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});

/** CPU time of this process so far. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

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
