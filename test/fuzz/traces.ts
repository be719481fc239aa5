// What a run leaves behind, in few bytes: its digest, and a hash of every table.
import { createHash } from 'node:crypto';
import { header, lines } from '../../src/results/csv.ts';
import { type FinishedRun, writeTables } from '../../src/world/run.ts';

/** By name; the digest of the events is among them. */
export function tracesOf(run: FinishedRun): Map<string, string> {
  const traces = new Map([['the order of events', run.digest]]);
  writeTables(run, {
    write(table, rows) {
      const text = header(table) + lines(table, [...rows]);
      traces.set(`${table}.csv`, createHash('sha256').update(text).digest('hex'));
    },
  });
  return traces;
}

/** What is not the same in both; empty when everything is. */
export function different(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): string[] {
  return [...one].filter(([name, hash]) => other.get(name) !== hash).map(([name]) => name);
}
