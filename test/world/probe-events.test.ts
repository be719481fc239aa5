// Probes of a healthy process are arithmetic. With every probe of every container as an event, 500 nodes and their pods fare the same.
import { expect, it, vi } from 'vitest';
import type * as RuntimeModule from '../../src/kubelet/simulated-runtime.ts';
import type { ContainerRow } from '../../src/model/rows.ts';
import { eventRows, podRows } from '../../src/world/tables.ts';
import { deployment, FIVE_HUNDRED_NODES, scenarioOf } from '../support/manifests.ts';
import { worldOf } from '../support/world-rig.ts';

const mode = vi.hoisted(() => ({ byEvents: false, lateUs: 0, probes: 0 }));

vi.mock('../../src/kubelet/simulated-runtime.ts', async (importOriginal) => {
  const actual = await importOriginal<typeof RuntimeModule>();
  const { SimulatedRuntime } = actual;
  return {
    ...actual,
    SimulatedRuntime: class extends SimulatedRuntime {
      /** No worker rests. */
      override isSteady(row: ContainerRow): boolean {
        return !mode.byEvents && super.isSteady(row);
      }

      override probe(
        ...args: Parameters<InstanceType<typeof SimulatedRuntime>['probe']>
      ): ReturnType<InstanceType<typeof SimulatedRuntime>['probe']> {
        mode.probes += 1;
        this.probeUs = mode.lateUs;
        return super.probe(...args);
      }
    },
  };
});

const workload = (name: string, replicas: number, probes: string): string =>
  deployment(name, { replicas, fields: `, ${probes}` });

const head = scenarioOf(
  `  duration: 8m
  interval: 10s
  # No delay is drawn: what happens at one instant in another order would draw another one.
  preset: ideal
${FIVE_HUNDRED_NODES}
  behaviors:
    - { image: test/slow, startup: { lognormal: { median: 25s, sigma: 0.3 } } }
    - { image: test/never, startup: 1h }
    - { image: test/late, startup: 40s }
    - { image: test/instant, startup: 0 }
  timeline:
    - { at: 151s, fault: { NodeCrash: { count: 20, for: 102s } } }
    - { at: 203500ms, fault: { PodCrash: { count: 60 } } }`,
  'probes',
);
const SCENARIO = `${head}
${workload('web', 1500, 'readinessProbe: { periodSeconds: 5, httpGet: { path: /, port: 80 } }')}
${workload('twice', 200, 'readinessProbe: { periodSeconds: 7, initialDelaySeconds: 3, successThreshold: 3, tcpSocket: { port: 80 } }, livenessProbe: { periodSeconds: 4, tcpSocket: { port: 80 } }')}
${workload('slow', 200, 'livenessProbe: { periodSeconds: 10, failureThreshold: 3, tcpSocket: { port: 80 } }')}
${workload('never', 100, 'startupProbe: { periodSeconds: 2, failureThreshold: 5, tcpSocket: { port: 80 } }, readinessProbe: { periodSeconds: 5, tcpSocket: { port: 80 } }')}
${workload('late', 100, 'startupProbe: { periodSeconds: 3, failureThreshold: 30, tcpSocket: { port: 80 } }, livenessProbe: { tcpSocket: { port: 80 } }, readinessProbe: { periodSeconds: 20, initialDelaySeconds: 15, tcpSocket: { port: 80 } }')}
${workload('instant', 200, 'readinessProbe: { periodSeconds: 30, tcpSocket: { port: 80 } }, livenessProbe: { initialDelaySeconds: 5, tcpSocket: { port: 80 } }')}
`;

/** What happens at one instant may happen in another order. */
const sorted = (rows: Iterable<object>): string[] => [...rows].map((row) => JSON.stringify(row)).sort();

function run(byEvents: boolean, lateUs = 0) {
  Object.assign(mode, { byEvents, lateUs, probes: 0 });
  const { engine, state, gauges, measure, api } = worldOf(SCENARIO);
  engine.run(8 * 60e6);
  return {
    pods: sorted(podRows(state, gauges)),
    events: sorted(eventRows(state)),
    probes: mode.probes,
    series: measure.series.map((row) => ({ ...row, apiserver_writes_per_second: 0 })),
    nodes: measure.nodes,
    writes: api.counts.writes,
  };
}

const arithmetic = run(false);

it('has the same outcome with every probe as an event', () => {
  const events = run(true);
  expect(events.probes).toBeGreaterThan(200_000);
  expect(arithmetic.probes).toBeLessThan(events.probes / 4);
  expect(events.pods).toEqual(arithmetic.pods);
  expect(events.events).toEqual(arithmetic.events);
  expect(events.series).toEqual(arithmetic.series);
  expect(events.nodes).toEqual(arithmetic.nodes);
  // A status write carries what has changed by then: two changes of one instant share one or not, by their order.
  expect(Math.abs(events.writes / arithmetic.writes - 1)).toBeLessThan(0.001);
});

it('has probes that kill, in the scenario that it compares', () => {
  const { events, pods } = arithmetic;
  const killed = (probe: string) => events.filter((event) => event.includes(`failed ${probe} probe`)).length;
  expect(killed('startup')).toBeGreaterThanOrEqual(300);
  expect(killed('liveness')).toBeGreaterThan(30);
  expect(pods.filter((pod) => !pod.includes('"ready_seconds":null')).length).toBeGreaterThan(2000);
});

it('would notice probes that take 100 ms', () => {
  expect(run(true, 100_000).events).not.toEqual(arithmetic.events);
});
