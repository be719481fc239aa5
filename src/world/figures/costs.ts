// Figures of what nodes and messages cost: energy, power, carbon, bytes between zones.
import { rollups, sum } from 'd3-array';
import type { Row } from '../../metrics/catalogue.ts';
import { aggregated, type Figure, rowsWithin } from './figure.ts';

const JOULES_PER_KWH = 3.6e6;

/** A sum over the window, of all pools; undefined where no pool has it. */
const summed = (
  pattern: string,
  title: string,
  meaning: string,
  column: 'energy_joules' | 'carbon_grams',
  per = 1,
): Figure => ({
  pattern,
  title,
  unit: 'count',
  better: 'lower',
  meaning,
  gauge: false,
  wholeRun: false,
  measure({ span }, { measure }) {
    const values = rowsWithin(measure.costs?.rows ?? [], span, measure).flatMap((row) => row[column] ?? []);
    return values.length === 0 ? undefined : sum(values) / per;
  },
});

const paid = (pattern: string, title: string, meaning: string, column: 'sent_bytes' | 'cost'): Figure => ({
  pattern,
  title,
  unit: 'count',
  better: 'lower',
  meaning,
  gauge: false,
  wholeRun: false,
  measure: ({ span }, { measure }) =>
    measure.egress.isPaid ? sum(rowsWithin(measure.egress.rows, span, measure), (row) => row[column]) : undefined,
});

export const costFigures: readonly Figure[] = [
  summed(
    'nodes.energy',
    'Energy of the nodes, kWh',
    'Energy in kWh of the nodes whose pools have a `power`.',
    'energy_joules',
    JOULES_PER_KWH,
  ),
  {
    pattern: 'nodes.power',
    title: 'Power of the nodes, W',
    unit: 'count',
    better: 'lower',
    meaning: 'Power in watts of the nodes whose pools have a `power`, mean of the interval.',
    gauge: true,
    wholeRun: false,
    measure({ span, aggregate }, { measure }) {
      const rows = rowsWithin(measure.costs?.rows ?? [], span, measure).filter(
        (row): row is Row<'costs'> & { watts: number } => row.watts !== null,
      );
      const byInterval = rollups(
        rows,
        (some) => sum(some, ({ watts }) => watts),
        ({ time_seconds }) => time_seconds,
      );
      return aggregated(
        byInterval.map(([, watts]) => watts),
        aggregate,
      );
    },
  },
  summed(
    'nodes.carbon',
    'Carbon dioxide of the nodes, g',
    'Carbon dioxide in grams of the energy of the nodes, by `cluster.carbonIntensity`.',
    'carbon_grams',
  ),
  paid(
    'egress.bytes',
    'Bytes between zones',
    'Bytes of messages from zone to zone, where they are paid for (`connections.egress`).',
    'sent_bytes',
  ),
  paid('egress.cost', 'Cost of bytes between zones', 'What these cost.', 'cost'),
];
