// `wavetank calibrate`: service times, concurrency, start-ups and pulls of a scenario are fitted to what was measured.
import { InputError } from '../../lib/errors.ts';
import { loadFamilies } from '../../library/plugins.ts';
import { readSource, STANDARD_INPUT } from '../../scenario/files.ts';
import { linesOf } from '../../scenario/import/lines.ts';
import { calibrate as calibrated } from '../../sweep/calibrate/calibrate.ts';
import { readMeasured } from '../../sweep/calibrate/measured.ts';
import { calibrationCsv } from '../../sweep/calibrate/parameter-rows.ts';
import type { SeenBy } from '../../sweep/calibrate/simulator.ts';
import { calibratedText, documentsOf, filesBeside } from '../../sweep/calibrate/written-scenario.ts';
import { calibrationText } from '../calibrate/calibration-text.ts';
import { qqFiles } from '../calibrate/charts.ts';
import { withExamples } from '../examples.ts';
import { refuseExisting, writeFolder } from '../import/write.ts';
import { jobProgress } from '../progress.ts';
import { load, type ScenarioArguments, scenarioOptions, wholeNumber } from '../scenario-options.ts';
import { STANDARD_INPUT_WORD } from '../standard-input.ts';
import type { Verb } from '../verb.ts';

const SEEDS = 3;
/** Runs that one more Service takes, with one seed, as a guess. */
const RUNS = 60;
const SEEN_BY = ['servers', 'callers'] as const satisfies readonly SeenBy[];

interface CalibrateArguments extends ScenarioArguments {
  readonly measured: string | readonly string[];
  readonly out?: string;
  readonly seenBy: SeenBy;
  readonly seeds?: string;
  readonly json?: boolean;
}

export const calibrate: Verb<CalibrateArguments> = {
  builder: (argv) =>
    withExamples(
      scenarioOptions(argv)
        .option('measured', {
          describe:
            'what was measured; may be repeated: CSV with the header service,seconds or service,quantile,seconds or image,startup_seconds or image,bytes,pull_seconds; or the answer of Prometheus to a range query, ending in .json',
          type: 'string',
          requiresArg: true,
          demandOption: true,
        })
        .option('out', {
          describe: 'the new folder to write (default: the name of the scenario and -calibrated)',
          type: 'string',
          requiresArg: true,
        })
        .option('seen-by', {
          describe: 'where durations were measured: by servers, or by callers, with the network',
          choices: SEEN_BY,
          default: 'servers' as const,
          requiresArg: true,
        })
        .option('seeds', {
          describe: `with how many seeds each setting is simulated (default: ${SEEDS})`,
          type: 'string',
          requiresArg: true,
        })
        .option('json', { describe: 'print one JSON object on standard output', type: 'boolean' }),
      [
        [
          'service time and concurrency, from durations',
          'wavetank calibrate shop.yaml --measured durations.csv --out shop',
        ],
        [
          'start-ups and image pulls too',
          'wavetank calibrate shop.yaml --measured durations.csv --measured startups.csv --measured pulls.csv',
        ],
        ['from histograms of Prometheus', 'wavetank calibrate measured --measured range.json --out calibrated'],
      ],
    ),
  handler: async (given) => {
    const seeds = wholeNumber('seeds', given.seeds, 1) ?? SEEDS;
    const families = await loadFamilies(given.plugin);
    const loaded = load(given, families);
    const { name } = loaded.scenario;
    const out = given.out ?? `${name}-calibrated`;
    refuseExisting(out);
    const documents = documentsOf(loaded);
    const files = [given.measured].flat().map((file) => (file === STANDARD_INPUT_WORD ? STANDARD_INPUT : file));
    const measured = readMeasured(files, { lines: linesOf, read: readSource });
    if (loaded.scenario.sweep.length > 0)
      throw new InputError('a sweep has several scenarios: calibrate the one that was measured, without spec.sweep');
    let expected = RUNS * seeds * measured.durations.size;
    const progress = jobProgress('calibrate', expected, measured.durations.size > 0 && given.json !== true);
    const onRun = (runs: number): void => {
      if (runs > expected) progress.grow(runs - expected);
      expected = Math.max(expected, runs);
      progress.update(runs, 0, 0);
    };
    let calibration;
    try {
      progress.begin(0);
      calibration = calibrated(loaded, documents.scenario, measured, { families, seenBy: given.seenBy, seeds, onRun });
    } finally {
      progress.stop();
    }
    const charts = await qqFiles(calibration, name);
    const notes = [`${name} fitted to ${files.join(', ')} by wavetank calibrate`, ...calibration.unidentified];
    writeFolder(out, [
      ...filesBeside(loaded),
      { name: 'calibration.json', text: `${JSON.stringify(calibration, undefined, 2)}\n` },
      { name: 'calibration.csv', text: calibrationCsv(calibration) },
      ...charts,
      { name: 'scenario.yaml', text: calibratedText(documents, calibration.set, notes) },
    ]);
    if (given.json === true)
      process.stdout.write(`${JSON.stringify({ scenario: name, folder: out, ...calibration })}\n`);
    else {
      process.stdout.write(calibrationText(calibration, process.stdout.columns ?? 120));
      process.stderr.write(`Written: ${out}. Next: wavetank run ${out}\n`);
    }
  },
};
