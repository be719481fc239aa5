// One feature as a user has it: the scenario beside this file with the changes that are asked for, loaded, built and run by the real components.
import { readFileSync } from 'node:fs';
import { loadScenario } from '../../src/scenario/load.ts';
import { tuneCompiler } from '../../src/sweep/compiler.ts';
import { Tally } from '../../src/traffic/meters.ts';
import { buildWorld } from '../../src/world/build.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';

tuneCompiler();

/** Arguments: scenario file, further documents, warm-up and measured simulated seconds, then `path=value` as with `--set`. */
const [file, documents, warmUpSeconds, seconds, ...set] = process.argv.slice(2);
const START_SECONDS = 10;

const loaded = loadScenario([{ file, text: readFileSync(file, 'utf8') + documents }], {
  families: familySchemas(builtInFamilies),
  set,
});
const { engine, traffic } = buildWorld(loaded, 1, { families: builtInFamilies, check: false });

engine.run(Math.round((START_SECONDS + Number(warmUpSeconds)) * 1e6));
traffic.meters.warmUp();
const start = process.cpuUsage();
engine.run(engine.now + Math.round(Number(seconds) * 1e6));
const { user, system } = process.cpuUsage(start);
traffic.check();
process.stdout.write(
  `${JSON.stringify({
    cpuSeconds: (user + system) / 1e6,
    requests: traffic.meters.warmed(0, Tally.Begun),
    failed: traffic.meters.warmed(0, Tally.Begun) - traffic.meters.warmed(0, 0),
  })}\n`,
);
