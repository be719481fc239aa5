// What the JavaScript contestants share: the command line, the delays, the warm-up and the clock.
import { readFileSync } from 'node:fs';

export type Model = 'hold' | 'mm1';

/** A model that can be driven for a number of events (of customers, for M/M/1); `now` is the simulated time it has reached. */
export interface Run {
  advance(count: number): void;
  now(): number;
}

export type Build = (model: Model, delaysUs: Float64Array, pending: number) => Run;

/** Arguments: model, pending events, warm-up, measured events, file of delays. Prints CPU seconds and the time reached. */
export function contest(build: Build): void {
  const [model, pending, warmUp, events, file] = process.argv.slice(2);
  const scale = model === 'hold' ? (100 * Number(pending)) / 2 ** 20 : 1;
  const delaysUs = Float64Array.from(readFileSync(file, 'utf8').trim().split('\n'), (line) =>
    Math.floor(Number(line) * scale),
  );
  const run = build(model as Model, delaysUs, Number(pending));
  run.advance(Number(warmUp));
  const start = process.cpuUsage();
  run.advance(Number(events));
  const { user, system } = process.cpuUsage(start);
  process.stdout.write(`${(user + system) / 1e6} ${run.now()}\n`);
}
