// Where the time of requests goes, against arithmetic; and that the phases of every kind of call add up to its latency.
import { describe, expect, it } from 'vitest';
import { phaseNames } from '../../src/world/traced/phase-columns.ts';
import type { PhaseName } from '../../src/world/traced/phase-columns.ts';
import { deployment, scenarioOf, service } from '../support/manifests.ts';
import { type FinishedRun, runScenario } from '../support/world-rig.ts';

const LINKS = '{ sameNode: 1ms, sameZone: 1ms, otherZone: 1ms, otherRegion: 1ms, client: 5ms }';

/** Ten requests a second for 10 s, of two sources at the same instants if `twice`; links of 1 ms, 5 ms from outside. */
function run(
  behaviors: string,
  twice = false,
  more = '',
  objects = deployment('web') + service('web'),
  rate = '10/s',
  ofSource = '',
): FinishedRun {
  const source = (name: string) =>
    `    - { name: ${name}, to: web, arrivals: { constant: { rate: ${rate} } }, start: 20s, stop: 30s, timeout: 5s${ofSource} }`;
  return runScenario(
    scenarioOf(`  duration: 40s
  interval: 10s
  preset: ideal
  cluster: { nodePools: [{ name: node, count: 2, capacity: { cpu: 8 } }] }
  network: { links: ${LINKS} }
  tracing: { sample: 1 }
${more}  behaviors:
${behaviors}
  traffic:
${[...(twice ? ['early'] : []), 'users'].map(source).join('\n')}`) + objects,
  );
}

/** Means over all requests, in ms. */
function breakdown({ world }: FinishedRun): Partial<Record<PhaseName, number>> {
  const rows = world.measure.traced!.breakdown.intervals.filter(({ row }) => row.scope === 'source');
  const requests = rows.reduce((all, { sum }) => all + sum.count, 0);
  const us = (phase: number) => rows.reduce((all, { sum }) => all + sum.us[phase], 0);
  const means = phaseNames.map((name, phase) => [name, Math.round(us(phase) / requests) / 1000] as const);
  return Object.fromEntries(means.filter(([, ms]) => ms !== 0));
}

const MESHED = {
  fields: ', ports: [{ containerPort: 80 }] }, { name: proxy, image: test/proxy, ports: [{ containerPort: 15090 }]',
};
const CALLED =
  deployment('web') + service('web') + deployment('db') + service('db') + deployment('cache') + service('cache');
const web = (fields: string, rest = '') => `    - { image: test/web, startup: 0s, requests: { ${fields} }${rest} }`;
const db = '    - { image: test/db, startup: 0s, requests: { service: 4ms } }';
const cache = '    - { image: test/cache, startup: 0s, requests: { service: 9ms } }';

describe('the time of a request, by arithmetic', () => {
  it.each<[string, () => FinishedRun, Partial<Record<PhaseName, number>>]>([
    ['work, and the way of 5 ms there and back', () => run(web('service: 10ms')), { network: 10, service: 10 }],
    [
      'one slot and two requests at once: the second waits for 10 ms',
      () => run(web('service: 10ms, concurrency: 1'), true),
      { network: 10, queue: 5, service: 10 },
    ],
    [
      'one processor for two: each has a half of it',
      () => run(web('service: 10ms, compute: podShared'), true),
      { network: 10, cpu_wait: 10, service: 10 },
    ],
    [
      'one event loop for two: the second waits for 10 ms; what they wait for beside it is work',
      () => run(web('service: { cpu: 10ms, wait: 30ms }, model: eventLoop'), true),
      { network: 10, cpu_wait: 5, service: 40 },
    ],
    [
      'a call three times in turn: 2 ms on the way and 4 ms of work each',
      () => run([web('service: 10ms', ', calls: [{ service: db, count: 3 }]'), db].join('\n'), false, '', CALLED),
      { network: 16, service: 22 },
    ],
    [
      'calls at once: the longer one is waited for',
      () =>
        run(
          [
            web(
              'service: 10ms',
              ', calls: [{ service: db, count: 5, parallel: true }, { service: cache, parallel: true }]',
            ),
            db,
            cache,
          ].join('\n'),
          false,
          '',
          CALLED,
        ),
      { network: 12, service: 19 },
    ],
    [
      'a client that takes 20 kB at 1 MB/s, for which the slot is kept: 20 ms, and the way',
      () =>
        run(
          web('service: 10ms, size: { request: 0B, response: 20kB }'),
          false,
          '',
          undefined,
          '10/s',
          ', bandwidth: 1MB/s',
        ),
      { network: 10, service: 10, client: 20 },
    ],
    [
      'sidecars that take 1 ms each time: in and out of the first pod, and four times for its call',
      () =>
        run(
          [
            web('service: 10ms', ', calls: [{ service: db }]'),
            db,
            '    - { image: test/proxy, startup: 0s, mesh: { place: sidecar, work: 1ms, workers: 1 } }',
          ].join('\n'),
          false,
          '',
          deployment('web', MESHED) + service('web') + deployment('db', MESHED) + service('db'),
        ),
      // The first call of a hundred opens a connection: two round trips, and 1.3 ms of encryption.
      { connect: 0.053, network: 12, mesh: 6, service: 14 },
    ],
  ])('%s', (_, simulate, expected) => {
    expect(breakdown(simulate())).toEqual(expected);
  });

  it('a limit of 100m: 10 ms in each period of 100 ms, so that 30 ms rest twice', () => {
    const limited = deployment('web', { cpu: '100m }, limits: { cpu: 100m' }) + service('web');
    const found = breakdown(run(web('service: 30ms, compute: nodeShared'), false, '', limited, '1/s'));
    const { throttled = 0, ...rest } = found;
    expect(rest).toEqual({ network: 10, service: 30 });
    // The first part of a period that is over is not waited for.
    expect(throttled).toBeGreaterThanOrEqual(90);
    expect(throttled).toBeLessThanOrEqual(180);
  });
});
