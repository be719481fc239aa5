// `spec.autoscaling` and `behaviors[].usage`: when they are there, what they mean, and what is wrong with them.
import { describe, expect, it } from 'vitest';
import { complaints, HEADER, load } from '../../test/scenario/tank.ts';
import { hasAutoscalers, usualAutoscaling } from './autoscaling.ts';

const AUTOSCALER = `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, maxReplicas: 3 }
`;

const scenario = (body = ''): string => `${HEADER}  duration: 5m\n${body}\n`;

describe('autoscaling', () => {
  it('is there when an object is an autoscaler, with assumptions to name', () => {
    const without = load(scenario());
    expect([without.scenario.autoscaling, hasAutoscalers(without)]).toEqual([undefined, false]);
    const one = load(scenario() + AUTOSCALER);
    expect([one.scenario.autoscaling, hasAutoscalers(one)]).toEqual([usualAutoscaling('default'), true]);
    expect(one.assumptions.filter(({ field }) => field.startsWith('spec.autoscaling')).length).toBe(7);
    expect(one.ignored).toEqual([]);
  });

  it('is asked of what the timeline applies, too', () => {
    const inline = AUTOSCALER.replace('---\n', '')
      .replace(/\n(?=.)/g, ', ')
      .replace(/\n$/, '');
    const applied = load(scenario(`  timeline: [{ at: 1m, apply: { ${inline} } }]`));
    expect([applied.scenario.autoscaling, hasAutoscalers(applied)]).toEqual([undefined, true]);
  });

  it('says what a metric is measured of', () => {
    const body = `  autoscaling:
    tolerance: 0
    customMetrics:
      - { name: rate, of: pods, figure: requestsPerSecond }
      - { name: rate, of: Service/shop/cart, figure: requestsInFlight, over: 2m }
      - { name: queue, of: external, labels: { queue: mail }, value: [{ at: 0, value: 1k }, { at: 90s, value: 1500m }] }`;
    const { autoscaling } = load(scenario(body)).scenario;
    expect(autoscaling?.autoscalers.tolerance).toBe(0);
    expect(autoscaling?.customMetrics).toEqual([
      {
        name: 'rate',
        of: { type: 'pods' },
        labels: {},
        origin: { type: 'figure', figure: 'requestsPerSecond', overUs: 60e6 },
      },
      {
        name: 'rate',
        of: { type: 'object', kind: 'Service', namespace: 'shop', name: 'cart' },
        labels: {},
        origin: { type: 'figure', figure: 'requestsInFlight', overUs: 120e6 },
      },
      {
        name: 'queue',
        of: { type: 'external' },
        labels: { queue: 'mail' },
        origin: {
          type: 'curve',
          curve: [
            { atUs: 0, amount: 1000 },
            { atUs: 90e6, amount: 1.5 },
          ],
        },
      },
    ]);
  });

  it.each([
    ['{ name: a, of: pods }', 'expected either `figure` or `value`'],
    ['{ name: a, of: pods, figure: requestsWaiting, value: 1 }', 'expected either `figure` or `value`'],
    [
      '{ name: a, of: external, figure: requestsWaiting }',
      'is measured of `pods` and of a Service: give a `value` instead',
    ],
    ['{ name: a, of: Service/web, figure: requestsWaiting }', 'is measured of `pods`: a Service has no queue'],
    ['{ name: a, of: pod, value: 1 }', 'expected "pods", "external", or an object such as "Service/web"'],
    ['{ name: a, of: pods, value: -1 }', 'expected a quantity such as "250m" or "200Mi"'],
    ['{ name: a, of: pods, value: [] }', 'got an empty list'],
    ['{ name: a, of: pods, value: [{ at: 1m }] }', 'expected { at: duration, value: quantity }'],
    [
      '{ name: a, of: pods, value: [{ at: 1m, value: 1 }, { at: 30s, value: 2 }] }',
      'must not be before the point above it',
    ],
    ['{ name: a, of: pods, figure: requests }', '"requests"'],
    ['{ name: a, of: pods, value: 1, labels: { q: "a b" } }', 'Invalid value: "a b"'],
    ['{ name: a, of: pods, value: 1, labels: { q: 1 } }', 'expected text, got 1'],
    ['{ of: pods, value: 1 }', 'name'],
    ['{ name: a, of: pods, figure: requestsPerSecond, over: 10s }', 'is shorter than metricResolution'],
  ])('%s is refused', (metric, message) => {
    const text = complaints(() => load(scenario(`  autoscaling: { customMetrics: [${metric}] }`)));
    expect(text).toMatch(/^s\.yaml:6:\d+: spec\.autoscaling\.customMetrics\[0\]/);
    expect(text).toContain(message);
    expect(text.split('\n')).toHaveLength(1);
  });

  it('knows each series once', () => {
    const metrics = (labels: string): string =>
      scenario(
        `  autoscaling: { customMetrics: [${[`{ a: "1", b: "2" }`, labels].map((one) => `{ name: a, of: pods, value: 1, labels: ${one} }`).join()}] }`,
      );
    expect(load(metrics('{ a: "1" }')).scenario.autoscaling?.customMetrics).toHaveLength(2);
    expect(complaints(() => load(metrics('{ b: "2", a: "1" }')))).toMatch(
      /^s\.yaml:6:\d+: spec\.autoscaling\.customMetrics\[1\]: another one has this name, `of` and `labels`/,
    );
  });

  it.each(['syncPeriod: 0', 'metricResolution: 9s', 'housekeepingInterval: 1us', 'tolerance: -1', 'syncperiod: 15s'])(
    '%s is refused',
    (field) => {
      expect(complaints(() => load(scenario(`  autoscaling: { ${field} }`)))).toMatch(
        /^s\.yaml:6:\d+: spec\.autoscaling/,
      );
    },
  );
});

describe('usage', () => {
  it('is nothing of the CPU, and some memory', () => {
    expect(load(scenario()).scenario.defaultBehavior.usage).toMatchObject({
      cpu: [{ atUs: 0, amount: 0 }],
      memoryBytes: [{ atUs: 0, amount: 64 * 2 ** 20 }],
    });
  });

  it('is an amount, or points over the time since the process listens', () => {
    const body =
      '  behaviors: [{ image: shop/web, usage: { cpu: [{ at: 0s, value: 2 }, { at: 1m, value: 50m }], memory: 1Gi } }]';
    expect(load(scenario(body)).scenario.behaviors[0].usage).toMatchObject({
      cpu: [
        { atUs: 0, amount: 2 },
        { atUs: 60e6, amount: 0.05 },
      ],
      memoryBytes: [{ atUs: 0, amount: 2 ** 30 }],
    });
  });
});
