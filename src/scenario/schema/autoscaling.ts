// `spec.autoscaling`: the HorizontalPodAutoscaler controller, the metrics pipeline, and what custom and external metrics are fed by.
import { z } from 'zod';
import { aggregate, requirementProblems } from '../../model/parse/label-requirement.ts';
import { show } from '../../lib/show.ts';
import { duration, durationFrom, someDuration } from '../../lib/units.ts';
import {
  type Autoscaling,
  type CustomMetricSpec,
  type MetricSubject,
  podFigureNames,
} from '../../model/settings/autoscaling.ts';
import { amount, field, text } from './field.ts';
import { usageCurve } from './usage-curve.ts';

const PARTS = /^([A-Za-z]+)\/(?:([-a-z0-9.]+)\/)?([-a-z0-9.]+)$/;

const subject = z
  .unknown()
  .transform((value, context): MetricSubject => {
    if (value === 'pods' || value === 'external') return { type: value };
    const [, kind, namespace = 'default', name] = (typeof value === 'string' ? PARTS.exec(value) : undefined) ?? [];
    if (kind !== undefined && name !== undefined) return { type: 'object', kind, namespace, name };
    const message = `expected "pods", "external", or an object such as "Service/web" or "Service/shop/web", got ${show(value)}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  })
  .meta({ type: '`pods`, `external`, Kind/name or Kind/namespace/name' });

const customMetric = z
  .strictObject({
    name: field(text, 'The name by which a Pods, Object or External metric of an autoscaler asks for it.'),
    of: field(subject, 'Of what: each pod (Pods), one object (Object), or something outside the cluster (External).'),
    labels: field(
      z.record(text, z.string()),
      "By which an autoscaler's `metric.selector` chooses among several of one name. Of what it matches, and without a selector of all, the sum counts.",
    ),
    figure: field(
      z.enum(podFigureNames),
      'Measured in the simulation: requests sent to a pod or a Service per second, those that it has not answered yet, or those that wait in a pod.',
    ).optional(),
    lag: field(
      z.string().regex(/^[^/]+(\/[^/]+)?$/, 'expected a queue, or queue/group'),
      'Of `external`: messages of a queue that a group has not acknowledged, as KEDA reads it: `orders`, or `orders/workers`.',
    ).optional(),
    over: field(someDuration, 'The window of a figure per second.'),
    value: field(usageCurve, 'An amount given here instead, constant or over the time of the run.').optional(),
  })
  .transform(({ name, of, labels, figure, lag, over, value }, context): CustomMetricSpec => {
    const fail = (message: string, path: string[] = []): never => {
      context.addIssue({ code: 'custom', path, message });
      return z.NEVER;
    };
    for (const [key, label] of Object.entries(labels)) {
      // What no selector could ask for is a mistake.
      const problems = requirementProblems({ key, operator: '=', values: [label] });
      if (problems.length > 0) return fail(aggregate(problems), ['labels', key]);
    }
    if (lag !== undefined) {
      if (figure !== undefined || value !== undefined) return fail('does not go with `figure` or `value`', ['lag']);
      if (of.type !== 'external') return fail('is a metric of `external`', ['lag']);
      const [queue = '', group] = lag.split('/');
      return { name, of, labels, origin: { type: 'lag', queue, group } };
    }
    if ((figure === undefined) === (value === undefined)) return fail('expected either `figure` or `value`');
    if (value !== undefined) return { name, of, labels, origin: { type: 'curve', curve: value } };
    if (figure === undefined) return z.NEVER;
    const isService = of.type === 'object' && of.kind === 'Service';
    if (of.type !== 'pods' && !isService)
      return fail('is measured of `pods` and of a Service: give a `value` instead', ['figure']);
    if (isService && figure === 'requestsWaiting')
      return fail('is measured of `pods`: a Service has no queue', ['figure']);
    return { name, of, labels, origin: { type: 'figure', figure, overUs: over } };
  });

export const autoscaling = z
  .strictObject({
    syncPeriod: field(durationFrom(1e6, '1s'), 'How often each HorizontalPodAutoscaler is looked at.'),
    tolerance: field(
      amount,
      'How far a metric may be from its target, as a ratio, before the number of replicas changes.',
    ),
    downscaleStabilization: field(
      duration,
      'For how long a higher recommendation holds, where `behavior` does not say.',
    ),
    cpuInitializationPeriod: field(duration, 'How long after its start the cpu of a pod counts only once it is ready.'),
    initialReadinessDelay: field(duration, 'How long after its start a pod that is not ready counts as never ready.'),
    metricResolution: field(
      durationFrom(10e6, '10s'),
      'How often metrics-server asks the kubelets for what containers use; as there, at least 10 s.',
    ),
    housekeepingInterval: field(
      duration.refine((us) => us === 0 || us >= 1e6, 'expected 0, or a duration of 1s or more'),
      'How often a kubelet looks at what containers use; `0` is whenever it is asked.',
    ),
    customMetrics: field(z.array(customMetric), 'What custom.metrics.k8s.io and external.metrics.k8s.io know.'),
  })
  .superRefine(({ metricResolution, customMetrics }, context) => {
    const series = new Set<string>();
    for (const [index, { origin, name, of, labels }] of customMetrics.entries()) {
      const key = JSON.stringify([name, of, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);
      if (series.has(key)) {
        const message = 'another one has this name, `of` and `labels`: a series is there once';
        context.addIssue({ code: 'custom', path: ['customMetrics', index], message });
      }
      series.add(key);
      if (origin.type !== 'figure' || origin.figure !== 'requestsPerSecond' || origin.overUs >= metricResolution)
        continue;
      const message = 'is shorter than metricResolution: a rate needs two looks';
      context.addIssue({ code: 'custom', path: ['customMetrics', index, 'over'], message });
    }
  })
  .transform(
    ({ tolerance, customMetrics, ...times }): Autoscaling => ({
      autoscalers: {
        syncPeriodUs: times.syncPeriod,
        tolerance,
        downscaleStabilizationUs: times.downscaleStabilization,
        cpuInitializationPeriodUs: times.cpuInitializationPeriod,
        initialReadinessDelayUs: times.initialReadinessDelay,
      },
      metricsServer: { resolutionUs: times.metricResolution, housekeepingUs: times.housekeepingInterval },
      customMetrics,
    }),
  );
