// `spec.podArrivals`: pods of a few templates that arrive over time, and leave again or stay.
import { z } from 'zod';
import { unknownName } from '../../lib/explain.ts';
import { duration, parseDurationUs, someDuration } from '../../lib/units.ts';
import { field, objectName, text } from './field.ts';

const MOST_ARRIVALS = 1_000_000;
/** A mistake in a long list is often repeated on every line. */
const MOST_REPORTED = 5;

const mapping = z.record(z.string(), z.unknown()).meta({ type: 'mapping' });

const template = z.strictObject({
  name: field(objectName, 'Its name in the lists below.'),
  metadata: field(mapping, 'Labels and annotations of its pods.').optional(),
  spec: field(mapping, "Their spec, as a pod's."),
});

/** Who comes when, in the order of time. Times in µs; a lifetime of -1 has no end. */
export interface PodArrivalTimes {
  readonly atUs: readonly number[];
  /** Index of the template. */
  readonly template: readonly number[];
  readonly lifetimeUs: readonly number[];
}

export const podArrivals = z
  .strictObject({
    name: field(objectName, 'Name of the stream; its pods are `<name>-0`, `<name>-1`, …'),
    namespace: field(objectName, 'Their namespace.').default('default'),
    templates: field(z.array(template).min(1), 'The kinds of pods.'),
    sequence: field(
      text,
      'Names of templates in the order of arrival, separated by spaces: one pod `every` so often.',
    ).optional(),
    every: field(someDuration, 'Time from one pod of the sequence to the next.').optional(),
    arrivals: field(
      text,
      'Instead of a sequence, one line per pod: time, name of the template and, for a pod that is deleted, how long after its creation: `1m30s web 2h`.',
    ).optional(),
    start: field(duration, 'Time from which these times count.').default(0),
  })
  .superRefine(({ templates, sequence, every, arrivals }, context) => {
    const names = templates.map(({ name }) => name);
    const second = names.findIndex((name, index) => names.indexOf(name) !== index);
    const add = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (second !== -1) add(['templates', second, 'name'], `duplicate "${names[second]}"`);
    if ((sequence === undefined) === (arrivals === undefined)) add([], 'expected either a sequence or arrivals');
    if ((sequence === undefined) !== (every === undefined)) {
      add(every === undefined ? ['sequence'] : ['every'], '`sequence` and `every` go together');
    }
  })
  .transform(({ sequence, every, arrivals, start, ...rest }, context) => {
    const flaws: string[] = [];
    const names = rest.templates.map(({ name }) => name);
    const found =
      sequence === undefined
        ? readArrivals(arrivals ?? '', start, names, flaws)
        : readSequence(sequence, start, every ?? 0, names, flaws);
    const path = [sequence === undefined ? 'arrivals' : 'sequence'];
    for (const message of flaws.slice(0, MOST_REPORTED)) context.addIssue({ code: 'custom', path, message });
    if (flaws.length > MOST_REPORTED) {
      context.addIssue({ code: 'custom', path, message: `… and ${flaws.length - MOST_REPORTED} more` });
    }
    if (found.atUs.length > MOST_ARRIVALS) {
      context.addIssue({ code: 'custom', path, message: `${found.atUs.length} pods, more than ${MOST_ARRIVALS}` });
    }
    return { ...rest, ...found };
  });

function readSequence(
  written: string,
  startUs: number,
  everyUs: number,
  names: readonly string[],
  flaws: string[],
): PodArrivalTimes {
  const words = written.split(/\s+/).filter((word) => word !== '');
  const indexes = new Map(names.map((name, index) => [name, index]));
  const template = words.map((word, index) => {
    const at = indexes.get(word);
    if (at === undefined) flaws.push(`pod ${index + 1}: ${unknownName('template', word, names)}`);
    return at ?? 0;
  });
  return {
    template,
    atUs: template.map((_, index) => startUs + index * everyUs),
    lifetimeUs: template.map(() => -1),
  };
}

function readArrivals(written: string, startUs: number, names: readonly string[], flaws: string[]): PodArrivalTimes {
  const indexes = new Map(names.map((name, index) => [name, index]));
  const rows: { readonly atUs: number; readonly template: number; readonly lifetimeUs: number }[] = [];
  for (const [number, line] of written.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [time = '', name = '', lifetime, ...more] = line.trim().split(/\s+/);
    const atUs = parseDurationUs(time);
    const lifetimeUs = lifetime === undefined ? -1 : parseDurationUs(lifetime);
    const index = indexes.get(name);
    const fail = (message: string) => flaws.push(`line ${number + 1}: ${message}`);
    if (atUs === undefined || name === '' || more.length > 0 || lifetimeUs === undefined) {
      fail(`expected a time, a template and perhaps a lifetime, such as "1m30s web 2h", got ${JSON.stringify(line)}`);
    } else if (index === undefined) {
      fail(unknownName('template', name, names));
    } else {
      rows.push({ atUs: startUs + atUs, template: index, lifetimeUs });
    }
  }
  rows.sort((a, b) => a.atUs - b.atUs);
  return {
    atUs: rows.map((row) => row.atUs),
    template: rows.map((row) => row.template),
    lifetimeUs: rows.map((row) => row.lifetimeUs),
  };
}
