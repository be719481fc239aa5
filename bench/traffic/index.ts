// Requests per second of the real components: 1,000 pods of 4 slots behind PowerOfTwo, delays both ways, timeouts, errors and retries.
import { behavior, source, TrafficRig } from '../../test/support/traffic-rig.ts';
import { Tally } from '../../src/traffic/meters.ts';
import { type BenchOptions, type BenchResult, median, table } from '../bench.ts';

const RATE_PER_SECOND = 280_000;
const FLOOR = 300_000;

/** At a utilisation of 0.7: 280,000/s × 10 ms / (1,000 × 4). */
function rig(pods: number): TrafficRig {
  const perSecond = RATE_PER_SECOND * (pods / 1000);
  return new TrafficRig({
    nodes: pods / 10,
    zones: 3,
    services: { web: pods },
    behaviors: [
      behavior('web', {
        service: { type: 'exponential', mean: 10_000 },
        concurrency: 4,
        queue: 128,
        errorRate: 1 / 128,
      }),
    ],
    traffic: [
      source('users', 'web', `${perSecond}/s`, {
        timeoutUs: 1e6,
        retries: { max: 3, backoffUs: 10_000, jitter: 0.5 },
      }),
    ],
    network: {
      links: {
        sameNode: { type: 'lognormal', median: 30, sigma: 0.25 },
        sameZone: { type: 'lognormal', median: 150, sigma: 0.25 },
        otherZone: { type: 'lognormal', median: 600, sigma: 0.25 },
        otherRegion: { type: 'lognormal', median: 30_000, sigma: 0.25 },
        client: { type: 'lognormal', median: 600, sigma: 0.25 },
      },
      balancer: { name: 'PowerOfTwo', args: {} },
    },
  });
}

function measure(pods: number, requests: number, rounds: number): { perSecond: number; row: string[] } {
  const { engine, traffic } = rig(pods);
  const stepUs = Math.round((requests / (RATE_PER_SECOND * (pods / 1000))) * 1e6);
  engine.run(stepUs);
  const perSecond: number[] = [];
  const eventsAtStart = engine.events;
  const begunAtStart = traffic.meters.total(0, Tally.Begun);
  for (let round = 0; round < rounds; round += 1) {
    const begun = traffic.meters.total(0, Tally.Begun);
    const start = process.cpuUsage();
    engine.run(engine.now + stepUs);
    const { user, system } = process.cpuUsage(start);
    perSecond.push((traffic.meters.total(0, Tally.Begun) - begun) / ((user + system) / 1e6));
  }
  traffic.check();
  const { meters } = traffic;
  const latencies = meters.interval(0);
  const events = (engine.events - eventsAtStart) / (meters.total(0, Tally.Begun) - begunAtStart);
  const figure = median(perSecond);
  return {
    perSecond: figure,
    row: [
      `${pods} pods`,
      Math.round(figure).toLocaleString('en'),
      events.toFixed(2),
      `${(1e9 / figure / events).toFixed(0)} ns`,
      `${(latencies.quantile(0.5) / 1e3).toFixed(1)} ms`,
      `${(latencies.quantile(0.99) / 1e3).toFixed(1)} ms`,
    ],
  };
}

export function run(options: BenchOptions): Promise<BenchResult> {
  const requests = options.quick ? 200_000 : 2_000_000;
  const small = measure(1000, requests, options.quick ? 1 : 5);
  const large = measure(10_000, requests, options.quick ? 1 : 3);
  process.stdout.write(
    table([['request path', 'requests/s', 'events', 'an event', 'p50', 'p99'], small.row, large.row]),
  );
  return Promise.resolve({ floors: [{ what: 'requests/s at 1,000 pods', actual: small.perSecond, floor: FLOOR }] });
}
