// `wavetank trace`: what happened in a window of a run, line by line.
import { withExamples } from '../examples.ts';
import { InputError } from '../../lib/errors.ts';
import { parseDurationUs } from '../../lib/units.ts';
import { expandJobs } from '../../scenario/expand.ts';
import { buildWorld } from '../../world/build.ts';
import { showDuration } from '../../world/expectations.ts';
import { familySchemas } from '../../world/families.ts';
import { eventRows } from '../../world/tables.ts';
import { loadFamilies } from '../../library/plugins.ts';
import { load, type ScenarioArguments, scenarioOptions } from '../scenario-options.ts';
import type { Verb } from '../verb.ts';

interface TraceArguments extends ScenarioArguments {
  readonly from: string;
  readonly to?: string;
  readonly engine?: boolean;
  readonly json?: boolean;
}

export const trace: Verb<TraceArguments> = {
  builder: (argv) =>
    withExamples(
      scenarioOptions(argv)
        .option('from', { describe: 'start of the window', type: 'string', default: '0s', requiresArg: true })
        .option('to', {
          describe: 'end of the window (default: the end of the run)',
          type: 'string',
          requiresArg: true,
        })
        .option('engine', {
          describe: "the engine's own events (kind and two ints) instead of Kubernetes' events",
          type: 'boolean',
        })
        .option('json', { describe: 'print one JSON object per line', type: 'boolean' }),
      [
        ['the minute after the zone was lost', 'wavetank trace shop-zone-loss --from 8m --to 9m'],
        ['warnings only, with jq', 'wavetank trace shop-zone-loss --json | jq \'select(.type == "Warning")\''],
      ],
    ),
  handler: async (given) => {
    const families = await loadFamilies(given.plugin);
    const loaded = load(given, families);
    const [job] = expandJobs(loaded, { families: familySchemas(families), seeds: 1 });
    const fromUs = time('from', given.from);
    const toUs =
      given.to === undefined ? loaded.scenario.durationUs : Math.min(time('to', given.to), loaded.scenario.durationUs);
    if (fromUs > toUs) throw new InputError(`--from: ${given.from} is after the end of the window`);
    const world = buildWorld(job.loaded, job.seed, { families, check: false });
    if (given.engine === true) {
      world.engine.run(Math.max(0, fromUs - 1));
      world.engine.observe((timeUs, kind, a, b) =>
        print(given.json === true, { time_us: timeUs, kind, a, b }, `${stamp(timeUs)}  ${kind}  ${a} ${b}`),
      );
      world.engine.run(toUs);
      return;
    }
    world.engine.run(toUs);
    let found = 0;
    for (const row of eventRows(world.state)) {
      if (row.time_seconds * 1e6 < fromUs || row.time_seconds * 1e6 > toUs) continue;
      found += 1;
      const object = `${row.kind}${row.name === '' ? '' : ` ${row.namespace === '' ? '' : `${row.namespace}/`}${row.name}`}`;
      print(
        given.json === true,
        row,
        `${stamp(row.time_seconds * 1e6)}  ${row.type.padEnd(7)}  ${row.reason.padEnd(22)}  ${object}: ${row.message}`,
      );
    }
    if (found === 0) process.stderr.write(`no events from ${showDuration(fromUs)} to ${showDuration(toUs)}\n`);
  },
};

function time(option: string, text: string): number {
  const us = parseDurationUs(text);
  if (us === undefined) throw new InputError(`--${option}: expected a time such as "90s" or "8m30s", got "${text}"`);
  return us;
}

function stamp(us: number): string {
  return `${(us / 1e6).toFixed(6)}s`.padStart(13);
}

function print(json: boolean, body: object, line: string): void {
  process.stdout.write(`${json ? JSON.stringify(body) : line}\n`);
}
