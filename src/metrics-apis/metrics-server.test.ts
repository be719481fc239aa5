// When metrics-server asks the kubelets, and what they have measured by then.
import { describe, expect, it } from 'vitest';
import type { PodRow } from '../model/rows.ts';
import { usualAutoscaling } from '../scenario/autoscaling.ts';
import { rig, template } from '../../test/support/cluster-rig.ts';
import { MetricsServer } from './metrics-server.ts';

const POD = 0 as PodRow;

interface Sample {
  /** When it was first answered, when it was measured and the window, all in seconds. */
  readonly seenS: number;
  readonly atS: number;
  readonly windowS: number;
  readonly milli: number;
}

/** What is answered, looked at every second; the container uses one CPU, and from 400 s on two. */
function observed(settings: { readonly resolutionUs: number; readonly housekeepingUs: number }): Sample[] {
  const cluster = rig({ behaviors: { x: { startup: { type: 'constant', value: 0 } } } });
  const { engine, state, kubelets } = cluster;
  cluster.pod('web', template(['x']), 'node-0');
  const used = (): number => engine.now + Math.max(0, engine.now - 400e6);
  const cpu = { podUs: used, containerUs: used, processUs: used, nodeUs: used };
  const server = new MetricsServer(engine, state, cpu, { containerBytes: () => 5 }, kubelets.leases, settings);
  server.start();
  const samples: Sample[] = [];
  const look = engine.kind('test.look', () => {
    const sample = server.read(POD, state.pods.epoch[POD], 'cpu', undefined);
    if (sample !== undefined && sample !== 'container not found' && sample.atUs / 1e6 !== samples.at(-1)?.atS) {
      const { value, atUs, windowUs } = sample;
      samples.push({ seenS: engine.now / 1e6, atS: atUs / 1e6, windowS: windowUs / 1e6, milli: Number(value) });
    }
    engine.after(1e6, look, 0, 0);
  });
  engine.at(0, look, 0, 0);
  engine.run(800e6);
  return samples;
}

const steps = (values: readonly number[]): number[] => values.slice(1).map((value, at) => value - values[at]);
const different = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

describe('kubelets that look when they are asked', () => {
  it.each([15, 60])('are asked every %d s', (seconds) => {
    const samples = observed({ resolutionUs: seconds * 1e6, housekeepingUs: 0 });
    expect(different(steps(samples.map(({ atS }) => atS)))).toEqual([seconds]);
    expect(different(samples.slice(1).map(({ windowS }) => windowS))).toEqual([seconds]);
    expect(samples.length).toBeGreaterThanOrEqual(Math.floor(800 / seconds) - 2);
    // Between the two points of the window in which it rises the average is in between, and nothing else is.
    expect([samples[1].milli, samples.at(-1)?.milli]).toEqual([1000, 2000]);
    expect(samples.slice(1).filter(({ milli }) => milli > 1000 && milli < 2000)).toHaveLength(1);
  });
});

describe('kubelets that look every ten seconds', () => {
  const samples = observed({ resolutionUs: 15e6, housekeepingUs: 10e6 });

  it('are asked as often, and have a point that is up to ten seconds old', () => {
    // Of points that are 10 s apart a scrape every 15 s takes the next one or the next but one, in turns.
    expect(steps(samples.slice(1).map(({ windowS }) => windowS)).every((step) => Math.abs(step) === 10)).toBe(true);
    expect(different(samples.slice(1).map(({ windowS }) => windowS))).toEqual([10, 20]);
    expect(different(steps(samples.map(({ seenS }) => seenS)))).toEqual([15]);
    for (const { seenS, atS } of samples) {
      expect(seenS - atS).toBeGreaterThanOrEqual(0);
      // Both are whole seconds, rounded away from each other.
      expect(seenS - atS).toBeLessThanOrEqual(12);
    }
  });

  it('are late: a rise is seen in full once both points of the window come after it', () => {
    const full = samples.find(({ milli }) => milli === 2000);
    expect(full?.atS).toBeGreaterThanOrEqual(400 + 10);
    expect(full?.seenS).toBeLessThanOrEqual(400 + 15 + 20 + 12);
  });
});

it('asks every 15 s, and kubelets look every 10 s, where nothing else is said', () => {
  expect(usualAutoscaling('default').metricsServer).toEqual({ resolutionUs: 15e6, housekeepingUs: 10e6 });
  expect(usualAutoscaling('ideal').metricsServer).toEqual({ resolutionUs: 15e6, housekeepingUs: 0 });
});
