// `spec.tracing`: requests are followed on their way. Without it nobody looks, at no cost.
import { z } from 'zod';
import type { Tracing } from '../../model/settings/tracing.ts';
import { count, field, ratio } from './field.ts';

/** So that the files can be opened. */
const MOST_TRACES = 1000;
const MOST_SLOWEST = 10;
const someOrNone = count.min(0);

export const tracing = z
  .strictObject({
    sample: field(
      ratio,
      'The share of requests whose time is divided into phases. Rates, errors, latencies and how busy pods are count all.',
    ),
    traces: field(
      someOrNone.max(MOST_TRACES),
      'How many of these are kept whole, spread evenly over the run: `traces.otlp.json` for OpenTelemetry and Jaeger, `traces.perfetto.json` for ui.perfetto.dev.',
    ),
    slowest: field(someOrNone.max(MOST_SLOWEST), 'How many more are kept of each interval: those that took longest.'),
  })
  .transform((given): Tracing => given);
