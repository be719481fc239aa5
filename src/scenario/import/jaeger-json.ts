// Traces in Jaeger's own JSON: what its UI downloads and `/api/traces` answers, `{ "data": [{ "traceID", "spans", "processes" }] }`.
import { z } from 'zod';
import { InputError } from '../../lib/errors.ts';
import { check } from '../../lib/explain.ts';
import type { Imported, ImportSources } from './importer.ts';
import { jsonItems } from './json-items.ts';
import { Traces } from './trace-spans.ts';

const trace = z.object({
  traceID: z.string().min(1),
  spans: z.array(
    z.object({
      spanID: z.string().min(1),
      processID: z.string(),
      /** µs since 1970, and µs. */
      startTime: z.number().nonnegative(),
      duration: z.number().nonnegative(),
      /** Of spans that the older form has instead of references. */
      parentSpanID: z.string().optional(),
      references: z.array(z.object({ refType: z.string(), traceID: z.string(), spanID: z.string() })).nullish(),
    }),
  ),
  processes: z.record(z.string(), z.object({ serviceName: z.string().min(1) })),
});

/** Throws an InputError. */
export function jaegerJson(name: string, rate: string, sources: ImportSources): Imported {
  const traces = new Traces();
  for (const file of sources.files) {
    for (const { line, value } of jsonItems(file, sources.lines(file), 1)) {
      const checked = check(trace, value);
      if (!checked.ok) {
        const [{ path, message }] = checked.flaws;
        throw new InputError({ file, line, path: `data[].${path.join('.')}`, message });
      }
      const { traceID, spans, processes } = checked.value;
      for (const one of spans) {
        const process = processes[one.processID];
        if (process === undefined)
          throw new InputError({ file, line, path: 'data[].processes', message: `has no ${one.processID}` });
        const reference = one.references?.find(({ refType }) => refType === 'CHILD_OF') ?? one.references?.[0];
        traces.add(traceID, {
          id: one.spanID,
          parent: reference?.spanID ?? one.parentSpanID ?? '',
          service: process.serviceName,
          startUs: one.startTime,
          endUs: one.startTime + one.duration,
        });
      }
    }
  }
  return traces.scenario(name, rate, sources.files);
}
