// Writes what a chart shows beside its picture: a CSV file, and the specification of Vega-Lite that draws it.
import { join } from 'node:path';
import { dataCsv, vegaLite } from './chart-data.ts';
import type { Drawing } from './drawing.ts';
import { write } from './write.ts';

/** `version` is in the caption, beside what the heading of the chart says of seeds and intervals. Returns the files; none of a chart that is no chart of numbers, such as the map of Services. */
export async function writeData({ data }: Drawing, folder: string, name: string, version: string): Promise<string[]> {
  if (data === undefined) return [];
  const made = data();
  const { text, subtitle } = made.spec.title;
  const caption = `${text}. ${subtitle}. wavetank ${version}.`;
  return [
    await write(join(folder, `${name}.csv`), dataCsv(made)),
    await write(join(folder, `${name}.vl.json`), vegaLite(made, `${name}.csv`, caption)),
  ];
}
