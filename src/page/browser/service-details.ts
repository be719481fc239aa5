// A Service: how it does, who calls it and whom it calls.
import { formatCount, formatRatio, formatSeconds } from '../../report/format.ts';
import type { DetailsContext } from './details-view.ts';
import { element, link } from './dom.ts';

/** Rate, share of errors, median and p99, as words. */
function words([rate, errors, p50, p99]: readonly number[]): string {
  const parts = [`${formatCount(rate)} calls a second`];
  if (!Number.isNaN(errors)) parts.push(`${formatRatio(errors)} errors`);
  if (!Number.isNaN(p50)) parts.push(`median ${formatSeconds(p50)}`);
  if (!Number.isNaN(p99)) parts.push(`p99 ${formatSeconds(p99)}`);
  return parts.join(', ');
}

export function serviceDetails(context: DetailsContext, service: number): Node[] {
  const { recording, moment } = context;
  const loads = recording.serviceLoads.of(service, moment.time);
  const own = element('p', {}, loads === undefined ? 'No calls in this interval.' : words(loads));
  const callers = edgesOf(context, (edge) => edge.service === service, true);
  const callees = edgesOf(context, (edge) => edge.caller === service, false);
  return [own, ...section('Called by', callers), ...section('Calls', callees)];
}

function section(title: string, items: readonly HTMLElement[]): Node[] {
  return items.length === 0 ? [] : [element('h3', {}, title), element('ul', { class: 'pods' }, ...items)];
}

function edgesOf(
  { recording, moment, select }: DetailsContext,
  wanted: (edge: DetailsContext['recording']['edges'][number]) => boolean,
  byCaller: boolean,
): HTMLElement[] {
  const { edges, services, edgeLoads } = recording;
  return [...edges.entries()]
    .filter(([, edge]) => wanted(edge))
    .map(([row, { source, caller, service }]) => {
      const other = byCaller ? caller : service;
      const loads = edgeLoads.of(row, moment.time);
      const name =
        other < 0
          ? element('strong', {}, source)
          : link(`${services[other].namespace}/${services[other].name}`, () => select({ kind: 'service', row: other }));
      return element(
        'li',
        {},
        name,
        element('span', { class: 'muted' }, ` ${loads === undefined ? 'no calls' : words(loads)}`),
      );
    });
}
