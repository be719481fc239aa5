// The request path as a user has it: the scenario file beside this one, loaded, built and run by the real components.
import { readFileSync } from 'node:fs';
import { loadScenario } from '../../src/scenario/load.ts';
import { tuneCompiler } from '../../src/sweep/compiler.ts';
import { Tally } from '../../src/traffic/meters.ts';
import { buildWorld } from '../../src/world/build.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';

tuneCompiler();

/** Arguments: scenario file, pods, warm-up and measured simulated seconds. Prints what every contestant prints, see index.ts. */
const [file, pods, warmUpSeconds, seconds] = process.argv.slice(2);
const START_SECONDS = 30;

const loaded = loadScenario([{ file, text: readFileSync(file, 'utf8') }], {
  families: familySchemas(builtInFamilies),
  set: [
    `spec.cluster.nodePools[name=node].count=${Number(pods) / 10}`,
    `spec.traffic[name=users].arrivals.poisson.rate=${280 * Number(pods)}/s`,
    `Deployment/default/web:/spec/replicas=${pods}`,
  ],
});
const { engine, traffic } = buildWorld(loaded, 1, { families: builtInFamilies, check: false });
const { meters, services, serviceMeter } = {
  meters: traffic.meters,
  services: traffic.services,
  serviceMeter: traffic.serviceMeter(0),
};
if (services.length !== 1) throw new Error(`${services.length} Services are called`);

engine.run(Math.round((START_SECONDS + Number(warmUpSeconds)) * 1e6));
meters.warmUp();
const events = engine.events;
const start = process.cpuUsage();
engine.run(engine.now + Math.round(Number(seconds) * 1e6));
const { user, system } = process.cpuUsage(start);

traffic.check();
meters.roll(0);
const latencies = meters.latencies(0);
process.stdout.write(
  `${JSON.stringify({
    cpuSeconds: (user + system) / 1e6,
    requests: meters.warmed(0, Tally.Begun),
    attempts: meters.warmed(serviceMeter, Tally.Attempts),
    events: engine.events - events,
    meanUs: latencies.mean,
    p99Us: latencies.quantile(0.99),
    digest: engine.digest(),
  })}\n`,
);
