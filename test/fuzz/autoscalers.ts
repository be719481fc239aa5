// Random HorizontalPodAutoscalers of the Deployments a and b, and what their metrics are fed by.
import * as fc from 'fast-check';
import type { Manifest } from './workloads.ts';

const one = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const named = { metric: { name: 'm' } };
const average = one('1m', '3', '1k').map((averageValue) => ({ type: 'AverageValue', averageValue }));
const value = one('1m', '3').map((amount) => ({ type: 'Value', value: amount }));
const utilization = one(1, 50, 300).map((averageUtilization) => ({ type: 'Utilization', averageUtilization }));
const described = one('a', 'c').map((name) => ({ apiVersion: 'v1', kind: 'Service', name }));

const metric = fc.oneof(
  fc
    .record({ name: one('cpu', 'memory'), target: fc.oneof(utilization, average) })
    .map((resource) => ({ type: 'Resource', resource })),
  fc
    .record({ name: one('cpu'), container: one('main', 'side'), target: utilization })
    .map((containerResource) => ({ type: 'ContainerResource', containerResource })),
  average.map((target) => ({ type: 'Pods', pods: { ...named, target } })),
  fc
    .record({ describedObject: described, target: fc.oneof(average, value) })
    .map((object) => ({ type: 'Object', object: { ...named, ...object } })),
  fc.oneof(average, value).map((target) => ({ type: 'External', external: { ...named, target } })),
);

const rules = fc.record(
  {
    stabilizationWindowSeconds: one(0, 30, 300),
    selectPolicy: one('Max', 'Min', 'Disabled'),
    tolerance: one('0', '500m'),
    policies: fc.array(
      fc.record({ type: one('Pods', 'Percent'), value: one(1, 4, 100), periodSeconds: one(1, 15, 60) }),
      { minLength: 1, maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
);

const autoscaler = fc
  .tuple(
    one('a', 'b', 'nobody'),
    fc.record(
      {
        minReplicas: one(1, 2),
        metrics: fc.array(metric, { minLength: 1, maxLength: 2 }),
        behavior: fc.record({ scaleUp: rules, scaleDown: rules }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    ),
    one(2, 5, 30),
  )
  .map(([name, rest, maxReplicas]) => ({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name }, maxReplicas, ...rest },
  }));

export const autoscalers: fc.Arbitrary<Manifest[]> = fc.uniqueArray(autoscaler, {
  maxLength: 2,
  selector: ({ metadata }) => metadata.name,
});

const curve = one<unknown>(0, '200m', [
  { at: '10s', value: 0 },
  { at: '1m', value: '40' },
  { at: '1m', value: '1' },
]);

/** Of a behaviour. */
export const usage = fc.record({ cpu: curve, memory: one('1Mi', '1Gi') }, { requiredKeys: [] });

const figure = one('requestsPerSecond', 'requestsInFlight');

export const autoscaling = fc.record(
  {
    syncPeriod: one('1s', '15s'),
    tolerance: one(0, 0.1),
    downscaleStabilization: one<unknown>(0, '1m'),
    cpuInitializationPeriod: one<unknown>(0, '5m'),
    metricResolution: one('10s', '15s'),
    housekeepingInterval: one<unknown>(0, '1s', '10s'),
    customMetrics: fc.tuple(
      fc.oneof(
        figure.map((measured) => ({ name: 'm', of: 'pods', figure: measured })),
        curve.map((given) => ({ name: 'm', of: 'pods', value: given })),
      ),
      figure.map((measured) => ({ name: 'm', of: 'Service/a', figure: measured })),
      fc
        .tuple(curve, one({}, { q: 'a' }))
        .map(([given, labels]) => ({ name: 'm', of: 'external', labels, value: given })),
    ),
  },
  { requiredKeys: [] },
);
