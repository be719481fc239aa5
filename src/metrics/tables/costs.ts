// Tables of what nodes and messages cost: money, energy, carbon.
import { bytes, count, END, number, someNumber, someRatio, text, type Table, seconds } from './column.ts';

export const costs = {
  file: 'costs.csv',
  help: 'What node pools cost and draw in each interval, where one has a `power` or prices of spot machines; empty without. Power is that of the mean utilisation of each node in the interval.',
  columns: {
    time_seconds: seconds(END),
    pool: text('Name of the pool; empty for nodes of no pool.'),
    region: text('Region of the pool.'),
    nodes: count('Nodes that have registered, at the end of the interval.'),
    cpu_usage_ratio: someRatio('CPU used as a share of what its nodes have. Empty while there are none.'),
    cost: number('Cost of its nodes, by their time in the interval.', 'lower'),
    watts: someNumber('Power of its nodes, mean of the interval. Empty where the pool has none.', 'lower'),
    energy_joules: someNumber('Energy of its nodes. Empty where the pool has no power.', 'lower'),
    carbon_grams: someNumber('Carbon dioxide of that energy. Empty where nothing is known of it.', 'lower'),
  },
} as const satisfies Table;

export const egress = {
  file: 'egress.csv',
  help: 'Bytes of messages from zone to zone in each interval, where they are paid for (`connections.egress`): a row for each pair of zones between which some went.',
  columns: {
    time_seconds: seconds(END),
    from_zone: text('Zone that they leave, as `region/zone`.'),
    to_zone: text('Zone that they enter.'),
    sent_bytes: bytes('Bytes.', 'lower'),
    cost: number('What they cost.', 'lower'),
  },
} as const satisfies Table;
