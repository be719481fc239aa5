// Probes are arithmetic. With every probe of every container as an event, 500 nodes and their pods fare the same.
import { expect, it, vi } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import type { PodRuntimes } from '../../src/kubelet/pod-runtimes.ts';
import { type ProbePlan, probeFrom } from '../../src/kubelet/probe-times.ts';
import type * as ProbesModule from '../../src/kubelet/probes.ts';
import type { ContainerPlan } from '../../src/kubelet/runtime-plan.ts';
import type { ClusterState } from '../../src/model/state.ts';
import { eventRows, podRows } from '../../src/world/tables.ts';
import { deployment, FIVE_HUNDRED_NODES, scenarioOf } from '../support/manifests.ts';
import { worldOf } from '../support/world-rig.ts';
import type { ContainerRow, PodRow } from '../../src/model/rows.ts';

const mode = vi.hoisted(() => ({ byEvents: false, lateUs: 0, probes: 0 }));

vi.mock('../../src/kubelet/probes.ts', async (importOriginal) => {
  const { Probes } = await importOriginal<typeof ProbesModule>();
  return {
    Probes: function make(...parts: ConstructorParameters<typeof Probes>) {
      return mode.byEvents ? new ProbesByEvents(...parts) : new Probes(...parts);
    },
  };
});

const probeNames = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const;
type ProbeName = (typeof probeNames)[number];

/** A prober a container and probe, as the kubelet has them: it asks at each period, and counts answers of one kind in a row. */
class ProbesByEvents {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #runtimes: PodRuntimes;
  readonly #verdicts: ProbesModule.ProbeVerdicts;
  readonly #ticks: Readonly<Record<ProbeName, number>>;
  /** By probe and container: answers in a row, positive where it listens. */
  readonly #inARow = new Map<string, number>();

  constructor(engine: Engine, state: ClusterState, runtimes: PodRuntimes, verdicts: ProbesModule.ProbeVerdicts) {
    this.#engine = engine;
    this.#state = state;
    this.#runtimes = runtimes;
    this.#verdicts = verdicts;
    const tick = (name: ProbeName): number =>
      runtimes.containerKind(`test.${name}`, (row, pod) => {
        if (this.#ask(name, row, pod)) this.#book(name, row, pod, engine.now + 1);
      });
    this.#ticks = {
      startupProbe: tick('startupProbe'),
      livenessProbe: tick('livenessProbe'),
      readinessProbe: tick('readinessProbe'),
    };
  }

  begin(row: ContainerRow, pod: PodRow, listensUs: number): void {
    this.#runtimes.listensAt[row] = listensUs;
    this.#runtimes.started[row] = 0;
    for (const name of probeNames) this.#inARow.set(`${name} ${row}`, 0);
    const { startupProbe } = this.#planOf(row, pod);
    if (startupProbe.periodUs === 0) this.#started(row, pod);
    else this.#book('startupProbe', row, pod, this.#engine.now + startupProbe.initialDelayUs);
  }

  /** A worker asks at once when its container starts; a process that listens by then is found. */
  listens(row: ContainerRow, pod: PodRow): void {
    const { readinessProbe } = this.#planOf(row, pod);
    const atOnce = this.#engine.now === this.#state.containers.startedAt[row];
    if (atOnce && this.#runtimes.started[row] === 1) this.#askReadinessNow(readinessProbe, row, pod);
  }

  #started(row: ContainerRow, pod: PodRow): void {
    const { startupProbe, livenessProbe, readinessProbe } = this.#planOf(row, pod);
    const { containers } = this.#state;
    const { now } = this.#engine;
    this.#runtimes.started[row] = 1;
    const from = (probe: ProbePlan) => Math.max(now, containers.startedAt[row] + probe.initialDelayUs);
    if (livenessProbe.periodUs > 0) this.#book('livenessProbe', row, pod, from(livenessProbe));
    if (readinessProbe.periodUs === 0) containers.ready[row] = 1;
    else {
      this.#book('readinessProbe', row, pod, from(readinessProbe));
      if (startupProbe.periodUs > 0) this.#askReadinessNow(readinessProbe, row, pod);
    }
    this.#verdicts.started(row, pod);
  }

  #askReadinessNow(probe: ProbePlan, row: ContainerRow, pod: PodRow): void {
    const { now } = this.#engine;
    if (probe.periodUs > 0 && now >= this.#state.containers.startedAt[row] + probe.initialDelayUs) {
      this.#ask('readinessProbe', row, pod);
    }
  }

  /** False when there is nothing more to ask. */
  #ask(name: ProbeName, row: ContainerRow, pod: PodRow): boolean {
    mode.probes += 1;
    const probe = this.#planOf(row, pod)[name];
    const listens = this.#runtimes.listening[row] === 1;
    const key = `${name} ${row}`;
    const before = this.#inARow.get(key) ?? 0;
    const inARow = listens ? Math.max(0, before) + 1 : Math.min(0, before) - 1;
    this.#inARow.set(key, inARow);
    if (inARow === -probe.failures && name !== 'readinessProbe') {
      this.#verdicts.failed(row, pod, name === 'startupProbe' ? 'Startup' : 'Liveness');
      return false;
    }
    if (name === 'startupProbe' && listens) {
      this.#started(row, pod);
      return false;
    }
    if (name === 'readinessProbe' && inARow === probe.successes) {
      this.#state.containers.ready[row] = 1;
      this.#verdicts.ready(row, pod);
    }
    return true;
  }

  #book(name: ProbeName, row: number, pod: PodRow, fromUs: number): void {
    const probe = this.#planOf(row, pod)[name];
    const timeUs = probeFrom(probe, this.#runtimes.seenAt[pod], fromUs) + mode.lateUs;
    this.#engine.at(timeUs, this.#ticks[name], row, this.#runtimes.generation[row]);
  }

  #planOf(row: number, pod: PodRow): ContainerPlan {
    return this.#runtimes.planOf(pod).containers[row - this.#state.pods.firstContainer[pod]];
  }
}

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
    - { at: 150s, fault: { NodeCrash: { count: 20, for: 100s } } }
    - { at: 200s, fault: { PodCrash: { count: 60 } } }`,
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
    series: measure.series.map((row) => ({ ...row, apiserver_writes_per_second: 0 })),
    nodes: measure.nodes,
    writes: api.counts.writes,
  };
}

const arithmetic = run(false);

it('has the same outcome with every probe as an event', () => {
  const events = run(true);
  expect(mode.probes).toBeGreaterThan(200_000);
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

it('would notice probes that come 100 ms late', () => {
  expect(run(true, 100_000).events).not.toEqual(arithmetic.events);
});
