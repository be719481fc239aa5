// Nothing has become several times slower: costs as multiples of a calibration loop on the same machine, with wide margins.
import { expect, it } from 'vitest';
import { calibrate, cost } from '../../bench/calibration.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Tally } from '../../src/traffic/meters.ts';
import { behavior, source, TrafficRig } from '../support/traffic-rig.ts';

const unit = calibrate();

function gate(what: string, nanoseconds: number, most: number): void {
  const ratio = nanoseconds / unit;
  process.stdout.write(`${what}: ${nanoseconds.toFixed(0)} ns, ${ratio.toFixed(1)} calibration steps, gate ${most}\n`);
  expect(ratio).toBeLessThan(most);
}

it('an event', () => {
  const engine = new Engine({ seed: 1 });
  const random = engine.stream('delays');
  const delays = Float64Array.from({ length: 1 << 16 }, () => random.exponential() * 1e6);
  let next = 0;
  const hold = engine.kind('hold', (a) => engine.after(delays[next++ & 0xffff], hold, a, 0));
  for (let a = 0; a < 10_000; a += 1) engine.after(delays[next++ & 0xffff], hold, a, 0);
  const run = (): number => {
    const before = engine.events;
    engine.run(engine.now + 80e6);
    return engine.events - before;
  };
  run();
  gate('HOLD at 10,000 pending, an event', cost(run), 50);
});

it('a request', () => {
  const { engine, traffic } = new TrafficRig({
    nodes: 100,
    zones: 3,
    services: { web: 1000 },
    behaviors: [behavior('web', { concurrency: 4, queue: 128, errorRate: 1 / 128 })],
    traffic: [
      source('users', 'web', '280000/s', {
        timeoutUs: 1e6,
        retries: { max: 3, backoffUs: 10_000, jitter: 0.5 },
      }),
    ],
    network: { balancer: { name: 'PowerOfTwo', args: {} } },
  });
  const run = (): number => {
    const before = traffic.meters.total(0, Tally.Begun);
    engine.run(engine.now + 1e6);
    return traffic.meters.total(0, Tally.Begun) - before;
  };
  run();
  gate('a request through two-choices balancing', cost(run), 700);
  traffic.check();
});
