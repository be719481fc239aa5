// How often the 95 % intervals of `wavetank calibrate` hold the truth, on data that it has not seen: two Services that depend on each other, at random loads.
import { CounterRandom } from '../../src/engine/counter.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { calibrate } from '../../src/sweep/calibrate/calibrate.ts';
import { type Durations, ofHistogram } from '../../src/sweep/calibrate/durations.ts';
import { documentsOf } from '../../src/sweep/calibrate/written-scenario.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';
import { runJob } from '../../src/world/run.ts';

interface Truth {
  readonly medianMs: number;
  readonly sigma: number;
  readonly concurrency: number;
}

/** `web` calls `cart` with each request; both have one pod. Thirty seconds count. */
function scenario(perSecond: number, web: Truth, cart: Truth, seed: number): string {
  const behavior = (image: string, { medianMs, sigma, concurrency }: Truth, calls: object[]): string =>
    JSON.stringify({
      image,
      startup: '1s',
      requests: { service: { lognormal: { median: `${Math.round(medianMs * 1000)}us`, sigma } }, concurrency },
      calls,
    });
  const workload = (name: string): string =>
    `---\n${JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name, image: name }] } } } })}\n---\n${JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app: name }, ports: [{ port: 80 }] } })}\n`;
  return `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: coverage }
spec:
  seed: ${seed}
  duration: 47s
  warmup: 17s
  interval: 15s
  cluster: { nodePools: [{ name: node, count: 1 }] }
  network: { links: { sameNode: 0, sameZone: 0, otherZone: 0, otherRegion: 0, client: 0 } }
  behaviors: [${behavior('web', web, [{ service: 'cart' }])}, ${behavior('cart', cart, [])}]
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: ${perSecond}/s } }, start: 15s, timeout: 10s }]
${workload('web')}${workload('cart')}`;
}

function loadedFrom(text: string) {
  return loadScenario([{ file: 'coverage.yaml', text }], { families: familySchemas(builtInFamilies) });
}

function measured(text: string): Map<string, Durations> {
  const loaded = loadedFrom(text);
  const { seed } = loaded.scenario;
  const job = { id: `seed-${seed}`, seed, axes: [], set: [], loaded };
  const { traffic } = runJob(job, { families: builtInFamilies, check: false }).world;
  const byName = new Map<string, Durations>();
  for (let service = 0; service < traffic.services.length; service += 1) {
    const meter = traffic.serviceMeter(service);
    byName.set(traffic.meters.names[meter], ofHistogram(traffic.meters.latencies(meter)));
  }
  return byName;
}

/** Prints a line for each data set, and how many of the truths were in their intervals. `sets` data sets, with numbers from `from` on. */
export function coverage(sets: number, from: number): number {
  const counts = { median: [0, 0], sigma: [0, 0], concurrency: [0, 0], agrees: [0, 0] };
  const count = (what: keyof typeof counts, holds: boolean): void => {
    counts[what][0] += holds ? 1 : 0;
    counts[what][1] += 1;
  };
  for (let set = from; set < from + sets; set += 1) {
    const random = new CounterRandom(set, 'coverage');
    const between = (low: number, high: number): number => low + (high - low) * random.uniform();
    const truth = (): Truth => ({
      medianMs: between(5, 25),
      sigma: between(0.2, 0.7),
      concurrency: 2 + random.int(5),
    });
    const cart = truth();
    // Requests of web hold their place while they wait for cart.
    const web = { ...truth(), concurrency: 12 };
    const perSecond = Math.round(
      (between(0.35, 0.7) * cart.concurrency * 1000) / (cart.medianMs * Math.exp(cart.sigma ** 2 / 2)),
    );
    const guess: Truth = { medianMs: 10, sigma: 0.4, concurrency: 4 };
    const durations = measured(scenario(perSecond, web, cart, 50_000 + set));
    const loaded = loadedFrom(scenario(perSecond, { ...guess, concurrency: 12 }, guess, 1));
    const { scenario: document } = documentsOf(loaded);
    const { services } = calibrate(
      loaded,
      document,
      { durations, startups: new Map(), pulls: [] },
      { families: builtInFamilies, seenBy: 'servers', seeds: 1, onRun: () => undefined },
    );
    const holds = (value: number, low: number | undefined, high: number | undefined): boolean =>
      value >= (low ?? -Infinity) && value <= (high ?? Infinity);
    const said = services.map(({ service, median, sigma, concurrency, agrees }) => {
      const is = service.endsWith('/web') ? web : cart;
      const found = {
        median: holds(is.medianMs / 1000, median.low, median.high),
        sigma: holds(is.sigma, sigma.low, sigma.high),
        concurrency: holds(is.concurrency, concurrency.low, concurrency.high),
        agrees,
      };
      for (const what of Object.keys(counts) as (keyof typeof counts)[]) count(what, found[what]);
      return `${service.slice(8)} ${Object.entries(found)
        .map(([what, one]) => `${what} ${one ? 'in' : 'OUT'}`)
        .join(', ')}`;
    });
    process.stdout.write(`${set}: ${perSecond}/s; ${said.join('; ')}\n`);
  }
  for (const [what, [held, of]] of Object.entries(counts)) process.stdout.write(`${what}: ${held} of ${of}\n`);
  // 95 % of 2 · 20 is 38; fewer than 33 has a probability below 1 %.
  return Math.min(...Object.values(counts).map(([held, of]) => held / of));
}
