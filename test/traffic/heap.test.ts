// A request leaves nothing behind: the heap does not grow while requests pass.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { behavior, call, realLinks, source, TrafficRig } from '../support/traffic-rig.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes in use after a full collection, typed arrays included. */
function used(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

it('grows by at most 2 MB over the last 2 million events', () => {
  const retries = { max: 2, backoffUs: 2000, jitter: 0.5 };
  const { engine, traffic } = new TrafficRig({
    nodes: 20,
    zones: 3,
    services: { front: 100, cart: 60, stock: 60 },
    behaviors: [
      behavior(
        'front',
        { service: { type: 'lognormal', median: 5000, sigma: 0.6 }, concurrency: 16, queue: 64, errorRate: 1 / 128 },
        [
          call('cart', { timeoutUs: 1e6, retries }),
          call('stock', { timeoutUs: 20_000, retries, count: 2, parallel: true }),
          call('cart', { timeoutUs: 1e6, probability: 0.3, parallel: true }),
        ],
      ),
      behavior('cart', { concurrency: 8, queue: 64, errorRate: 1 / 128 }),
      behavior('stock', { service: { type: 'exponential', mean: 5000 }, concurrency: 8, queue: 64 }),
    ],
    traffic: [source('users', 'front', '20000/s', { timeoutUs: 1e6, retries })],
    network: {
      links: realLinks,
      balancer: { name: 'PowerOfTwo', args: {} },
    },
  });
  while (engine.events < 1e6) engine.run(engine.now + 1e6);
  const before = used();
  const start = engine.events;
  while (engine.events < start + 2e6) engine.run(engine.now + 1e6);
  const growth = used() - before;
  traffic.check();
  process.stdout.write(
    `${((engine.events - start) / 1e6).toFixed(1)} million events: the heap grew by ${(growth / 1e6).toFixed(2)} MB\n`,
  );
  expect(growth).toBeLessThan(2e6);
});

it('takes at most 160 bytes for a request in flight', () => {
  // Just below a power of two, where tables that double are full.
  const requests = 2 ** 18 - 100;
  const arrivals = { name: 'constant', args: { rate: `${requests}/s` } };
  const { engine, traffic } = new TrafficRig({
    services: { web: 1 },
    behaviors: [behavior('web', { service: { type: 'exponential', mean: 1e9 }, concurrency: 1e9 })],
    traffic: [source('users', 'web', '', { arrivals, timeoutUs: 1e8 })],
  });
  engine.run(1000);
  const before = used();
  engine.run(1e6);
  const bytes = (used() - before) / traffic.meters.inFlight(0);
  process.stdout.write(`${bytes.toFixed(0)} bytes for a request in flight\n`);
  expect(traffic.meters.inFlight(0)).toBeGreaterThan(requests - 1000);
  expect(bytes).toBeLessThan(160);
});
