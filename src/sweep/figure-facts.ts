// What is known of a figure of results by its name: its title, unit, which way it is better, and what it means.
import { type Better, type Column, type Unit } from '../metrics/tables/column.ts';
import { catalogue } from '../metrics/catalogue.ts';
import { type Aggregate, type FigureUnit, partsOf } from '../scenario/expect.ts';
import { figures } from '../world/figures/index.ts';

/** What the figures of expectations are measured in, in results. */
const UNITS: Readonly<Record<FigureUnit, Unit>> = {
  us: 'seconds',
  ratio: 'ratio',
  rate: 'per second',
  count: 'count',
  nines: 'nines',
};

const AGGREGATES: Readonly<Record<Aggregate, string>> = {
  min: 'minimum',
  max: 'maximum',
  mean: 'mean',
  last: 'at the end',
};

export interface FigureFacts {
  /** What a chart of it is called: `Ready pods of web, minimum, 2m to 4m`. Another figure has another title. */
  readonly title: string;
  readonly unit: Unit;
  readonly better: Better;
  readonly meaning: string;
}

/** By a column of summary.csv, or by what an expectation measures: `min(pods.ready) during 2m..4m`. */
export function figureFacts(name: string): FigureFacts {
  const column = (catalogue.summary.columns as Readonly<Record<string, Column>>)[name];
  if (column !== undefined) return { title: name, unit: column.unit, better: column.better, meaning: column.help };
  const parts = partsOf(name, figures);
  if (parts === undefined) return { title: name, unit: 'any', better: 'neither', meaning: '' };
  const { pattern, names, aggregate, during } = parts;
  const title = [
    pattern.title.replaceAll(/<(\w+)>/g, (place, role: string) => names[role] ?? place),
    ...(aggregate === undefined ? [] : [AGGREGATES[aggregate]]),
    ...(during === undefined ? [] : [during.replace('..', ' to ')]),
  ].join(', ');
  return { title, unit: UNITS[pattern.unit], better: pattern.better, meaning: pattern.meaning };
}
