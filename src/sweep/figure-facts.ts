// What is known of a figure of results by its name: its unit, which way it is better, and what it means.
import { type Better, type Column, catalogue, type Unit } from '../metrics/catalogue.ts';
import { type FigureUnit, patternOf } from '../scenario/expect.ts';
import { figures } from '../world/figures/index.ts';

/** What the figures of expectations are measured in, in results. */
const UNITS: Readonly<Record<FigureUnit, Unit>> = {
  us: 'seconds',
  ratio: 'ratio',
  rate: 'per second',
  count: 'count',
};

export interface FigureFacts {
  readonly unit: Unit;
  readonly better: Better;
  readonly meaning: string;
}

/** By a column of summary.csv, or by what an expectation measures: `min(pods.ready) during 2m..4m`. */
export function figureFacts(name: string): FigureFacts {
  const column = (catalogue.summary.columns as Readonly<Record<string, Column>>)[name];
  if (column !== undefined) return { unit: column.unit, better: column.better, meaning: column.help };
  const figure = patternOf(name, figures);
  if (figure === undefined) return { unit: 'any', better: 'neither', meaning: '' };
  return { unit: UNITS[figure.unit], better: figure.better, meaning: figure.meaning };
}
