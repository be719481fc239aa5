// A session as a scenario file: what it began with, and what was done by hand as its timeline.
import { dirname, resolve } from 'node:path';
import { InputError } from '../../lib/errors.ts';
import { block, flow } from '../../scenario/import/flow.ts';
import type { InputDocument } from '../../scenario/document.ts';
import { readInputs, readManifest } from '../../scenario/inputs.ts';
import { plainScenario } from '../../scenario/plain-scenario.ts';
import { Problems } from '../../scenario/problems.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import type { Recorder, TimedEntry, Untold } from './recorder.ts';

/** What a client does next it does after it has heard what became of the last: a replay must not overtake itself, µs. */
const APART_US = 20e3;
/** What a session is not: several runs, or a run of which something is expected. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'sweep',
  'bench',
  'chaos',
  'expect',
  'seeds',
  'manifests',
  'duration',
  'timeline',
]);

/** Throws an InputError for a session that would not find the files that its scenario names beside manifests from the folder of `file`. */
export function checkRecordable({ inputs, files }: LoadedScenario, file: string): void {
  const { scenario } = readInputs(inputs, new Problems());
  if (scenario?.file === undefined) return;
  const manifests = new Set(manifestsOf(scenario, files));
  const others = files.filter((one) => !manifests.has(one));
  const home = dirname(resolve(scenario.file));
  if (others.length === 0 || dirname(resolve(file)) === home) return;
  const names = others.map((one) => one.file).join(', ');
  throw new InputError({
    file,
    message: `the scenario names files (${names}): record it into its own folder, ${home}`,
  });
}

/** `options`: what was given on the command line beside the files, as it is typed. */
export function sessionText(
  loaded: LoadedScenario,
  { entries, untold }: Pick<Recorder, 'entries' | 'untold'>,
  durationUs: number,
  options: string,
): string {
  const problems = new Problems();
  const { scenario, objects } = readInputs(loaded.inputs, problems);
  const value = (scenario ?? plainScenario(loaded.inputs[0]?.file ?? '')).value as Document;
  const named = scenario === undefined ? [] : manifestsOf(scenario, loaded.files);
  const manifests = [...objects, ...named.flatMap((one) => readManifest(one, problems))];
  const spec = Object.fromEntries(Object.entries(value.spec ?? {}).filter(([field]) => !LEFT_OUT.has(field)));
  const written = (value.spec?.['timeline'] ?? []) as readonly Entry[];
  const lines = [
    `# A session, recorded by \`wavetank up\`.${options === '' ? '' : ` It was run with${options}.`}`,
    ...untoldLines(untold),
    ...block({ apiVersion: value.apiVersion, kind: value.kind, metadata: value.metadata }),
    'spec:',
    ...block({ duration: moment(durationUs), ...spec }, '  '),
    ...(written.length + entries.length === 0 ? [] : ['  timeline:']),
    ...written.map((one) => `    - ${flow(one)}`),
    ...(entries.length === 0 ? [] : ['    # By hand.']),
    ...spread(entries).map(({ atUs, entry }) => `    - ${flow({ at: moment(atUs), ...entry })}`),
  ];
  const documents = manifests.map(({ value: object }: InputDocument) => block(object as object).join('\n'));
  return `${[lines.join('\n'), ...documents].join('\n---\n')}\n`;
}

interface Document {
  readonly apiVersion: unknown;
  readonly kind: unknown;
  readonly metadata: unknown;
  readonly spec?: Readonly<Record<string, unknown>>;
}
type Entry = Readonly<Record<string, unknown>>;

/** The files that `spec.manifests` names. */
function manifestsOf(scenario: InputDocument, files: LoadedScenario['files']): LoadedScenario['files'] {
  const paths = (scenario.value as Document).spec?.['manifests'];
  if (!Array.isArray(paths) || scenario.file === undefined) return [];
  const home = dirname(scenario.file);
  const named = new Set(paths.map((path) => resolve(home, String(path))));
  return files.filter(({ file }) => named.has(resolve(file)));
}

/** To a millisecond, as people write it: `4m21.302s`. */
function moment(us: number): string {
  const ms = Math.ceil(us / 1e3);
  const minutes = Math.floor(ms / 60e3);
  return `${minutes === 0 ? '' : `${minutes}m`}${(ms - minutes * 60e3) / 1e3}s`;
}

/** In the order in which they were done, no two of them in one instant. */
function spread(entries: readonly TimedEntry[]): TimedEntry[] {
  let lastUs = -Infinity;
  return entries.map(({ atUs, entry }) => {
    lastUs = Math.max(atUs, lastUs + APART_US);
    return { atUs: lastUs, entry };
  });
}

function untoldLines(untold: readonly Untold[]): string[] {
  if (untold.length === 0) return [];
  return [
    '# A timeline cannot say:',
    ...untold.map(({ atUs, what }) => `#   at ${moment(atUs)}, ${what.replaceAll('\n', ' ')}`),
  ];
}
