// Whether what changes over time is known for every place and from the beginning of the run: prices of spot machines, carbon intensities.
import type { Path } from '../lib/path.ts';
import { didYouMean } from '../lib/suggest.ts';
import { timestamp, CALENDAR_START_SECONDS } from '../lib/timestamp.ts';
import type { Steps } from '../model/settings/costs.ts';
import type { References } from './known.ts';
import type { ParsedSpec } from './schema/schema.ts';

export function checkCosts({ cluster, startTime }: ParsedSpec, references: References): void {
  const { carbonIntensity, nodePools } = cluster;
  if (carbonIntensity !== undefined) {
    const regions = nodePools.flatMap(({ power, region }) => (power === undefined ? [] : [region]));
    check(carbonIntensity, 'region', regions, startTime, ['spec', 'cluster', 'carbonIntensity'], references);
  }
  for (const [index, { spot, zones }] of nodePools.entries()) {
    if (spot?.prices === undefined) continue;
    check(spot.prices, 'zone', zones, startTime, ['spec', 'cluster', 'nodePools', index, 'spot', 'prices'], references);
  }
}

function check(
  { file, daily, steps }: Steps,
  kind: string,
  places: readonly string[],
  startSeconds: number,
  path: Path,
  references: References,
): void {
  const known = new Set(steps.map(({ place }) => place));
  for (const place of new Set(places)) {
    const first = steps.find((step) => step.place === place) ?? steps.find((step) => step.place === '');
    if (first === undefined) {
      const near = didYouMean(place, [...known]);
      references.fail(path, `${file} has no rows of the ${kind} ${place}, but of ${[...known].join(', ')}${near}`);
    } else if (!daily && first.fromSeconds > startSeconds) {
      const date = (seconds: number) => timestamp((seconds - CALENDAR_START_SECONDS) * 1e6);
      const whose = first.place === '' ? '' : ` for the ${kind} ${place}`;
      references.fail(
        path,
        `${file} begins at ${date(first.fromSeconds)}${whose}, after the start of the run (startTime: ${date(startSeconds)})`,
      );
    }
  }
}
