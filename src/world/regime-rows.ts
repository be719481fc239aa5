// The rows of regimes.csv: what became of each component of sampled requests, and why.
import type { Row } from '../metrics/catalogue.ts';
import type { SampledRecord } from '../metrics/sampled-record.ts';
import { Tally } from '../traffic/meters.ts';
import { Phase } from '../traffic/sampled/component.ts';
import type { Traffic } from '../traffic/traffic.ts';

const STATES: Readonly<Record<number, string>> = {
  [Phase.Full]: 'simulated',
  [Phase.Measured]: 'measured',
  [Phase.Silent]: 'expected',
};

/** None where requests were not to be sampled; one where they were, and could not be. */
export function* regimeRows(
  traffic: Traffic,
  sampled: SampledRecord | undefined,
  durationUs: number,
): Generator<Row<'regimes'>, void, undefined> {
  if (sampled === undefined) return;
  if (traffic.sampling === undefined) {
    const requests = traffic.sources.reduce((sum, _, source) => sum + traffic.meters.total(source, Tally.Begun), 0);
    yield {
      from_seconds: 0,
      to_seconds: durationUs / 1e6,
      services: traffic.services.names
        .map((name, service) => `${traffic.services.namespaces[service]}/${name}`)
        .join(' '),
      state: STATES[Phase.Full],
      cause: 'start',
      requests,
      requests_per_second: (1e6 * requests) / durationUs,
      mean_error_ratio: null,
    };
    return;
  }
  for (const { component, fromUs, toUs, phase, cause, requests, error } of traffic.sampling.spans.all()) {
    if (toUs === fromUs) continue;
    yield {
      from_seconds: fromUs / 1e6,
      to_seconds: toUs / 1e6,
      services: component.group.services
        .map((service) => traffic.meters.names[traffic.serviceMeter(service)])
        .join(' '),
      state: STATES[phase],
      cause,
      requests,
      requests_per_second: (1e6 * requests) / (toUs - fromUs),
      mean_error_ratio: error ?? null,
    };
  }
}
