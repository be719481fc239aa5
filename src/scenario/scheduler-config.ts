// `spec.scheduler.config`: a KubeSchedulerConfiguration, inline or in a file of its own → the scheduler's settings.
import { InputError } from '../lib/errors.ts';
import { check, type Flaw } from '../lib/explain.ts';
import { type InputDocument, valueAt } from './document.ts';
import { isMapping, withoutNulls } from './fill.ts';
import { withInTree } from './in-tree-plugins.ts';
import { readManifest } from './inputs.ts';
import type { Path } from '../lib/path.ts';
import type { Problems } from './problems.ts';
import type { Ignored, SourceText } from './scenario.ts';
import {
  schedulerConfiguration,
  type SchedulerConfiguration,
  WITHOUT_EFFECT,
} from './schema/scheduler-configuration.ts';
import type { FamilySchemas } from './schema/schema.ts';
import { readExtenderAnswers } from './extender-answers.ts';
import type { ExtenderAnswers, ExtenderSettings } from '../model/settings/extenders.ts';
import type { Profile } from '../model/settings/scheduler.ts';

const AT = ['spec', 'scheduler', 'config'] as const;
const ANSWERS = ['spec', 'scheduler', 'extenderAnswers'] as const;
const OBJECT = 'KubeSchedulerConfiguration';

/** What the configuration says; undefined fields are left to the scenario. */
export interface ConfiguredScheduler {
  readonly settings: {
    readonly percentageOfNodesToScore?: number;
    readonly podInitialBackoffUs?: number;
    readonly podMaxBackoffUs?: number;
    readonly profiles?: readonly Profile[];
    readonly extenders?: readonly ExtenderSettings[];
    readonly extenderAnswers?: ExtenderAnswers;
  };
  readonly client: { readonly qps?: number; readonly burst?: number };
  /** The scenario's own fields that it decides, as the list of assumptions names them. */
  readonly decides: readonly string[];
  readonly ignored: readonly Ignored[];
}

/** The scenario's own fields that say what a field of the configuration says. */
const OWN_FIELDS = {
  profiles: 'profiles',
  percentageOfNodesToScore: 'percentageOfNodesToScore',
  podInitialBackoffSeconds: 'podInitialBackoff',
  podMaxBackoffSeconds: 'podMaxBackoff',
} as const;

/**
 * The configuration of a raw Scenario document, if it has one. What is wrong goes to `problems`, at its place in the
 * configuration's file, and nothing comes back then.
 */
export function readSchedulerConfig(
  document: InputDocument,
  families: FamilySchemas,
  read: (relative: string) => SourceText,
  problems: Problems,
): ConfiguredScheduler | undefined {
  readAxis(document, read, problems);
  const given = valueAt(document.value, AT);
  if (given === undefined || given === null) return undefined;
  const config =
    typeof given === 'string' && given !== '' ? fromFile(document, given, read, problems) : document.part(AT);
  if (config === undefined) return undefined;
  const value = withoutNulls(config.value);
  const fail = ({ path, message, atKey }: Flaw): void => {
    problems.add(config.place(path, atKey), message, config.pathText(path));
  };
  if (!isMapping(value)) {
    fail({ path: [], message: 'expected the path of a KubeSchedulerConfiguration, or one inline', atKey: false });
    return undefined;
  }
  refuseTwice(document, value, problems);
  const simulated = families.schedulerPlugins;
  const checked = check(schedulerConfiguration(withInTree(simulated)), value);
  if (!checked.ok) {
    checked.flaws.forEach(fail);
    return undefined;
  }
  const profiles = checked.value.profiles?.map((profile) => onlySimulated(profile, (name) => simulated.has(name)));
  const flaws = families.checkProfiles?.(profiles ?? []) ?? [];
  for (const flaw of flaws) fail({ ...flaw, path: ['profiles', ...flaw.path] });
  if (flaws.length > 0) return undefined;
  const made = configured(config, checked.value, profiles, (name) => simulated.has(name));
  if (made.settings.extenders === undefined) return made;
  const answers = valueAt(document.value, ANSWERS);
  const text = typeof answers === 'string' ? readAt(document, ANSWERS, answers, read, problems) : undefined;
  if (text === undefined) return made;
  return { ...made, settings: { ...made.settings, extenderAnswers: readExtenderAnswers(text, problems) } };
}

function configured(
  config: InputDocument,
  value: SchedulerConfiguration,
  profiles: readonly Profile[] | undefined,
  simulated: (name: string) => boolean,
): ConfiguredScheduler {
  const {
    percentageOfNodesToScore,
    podInitialBackoffSeconds,
    podMaxBackoffSeconds,
    clientConnection,
    extenders = [],
  } = value;
  const { qps = 0, burst = 0 } = clientConnection ?? {};
  const decides = Object.entries(OWN_FIELDS)
    .filter(([name]) => Object.hasOwn(value, name))
    .map(([, own]) => `spec.scheduler.${own}`);
  if (qps !== 0) decides.push('spec.controlPlane.clients.scheduler.qps');
  if (burst !== 0) decides.push('spec.controlPlane.clients.scheduler.burst');
  return {
    settings: {
      ...(percentageOfNodesToScore === undefined ? {} : { percentageOfNodesToScore }),
      ...(podInitialBackoffSeconds === undefined ? {} : { podInitialBackoffUs: podInitialBackoffSeconds * 1e6 }),
      ...(podMaxBackoffSeconds === undefined ? {} : { podMaxBackoffUs: podMaxBackoffSeconds * 1e6 }),
      ...(profiles === undefined || profiles.length === 0 ? {} : { profiles }),
      ...(extenders.length === 0 ? {} : { extenders }),
    },
    // As of client-go: 0 is the default, a negative rate is no limit, which the settings write as 0.
    client: { ...(qps === 0 ? {} : { qps: Math.max(0, qps) }), ...(burst === 0 ? {} : { burst }) },
    decides,
    ignored: withoutEffect(config, value, simulated),
  };
}

/** The files that a sweep tries: its cells find them read. */
function readAxis(document: InputDocument, read: (relative: string) => SourceText, problems: Problems): void {
  const at = ['spec', 'sweep', AT.join('.')];
  const values = valueAt(document.value, at);
  for (const [index, value] of (Array.isArray(values) ? values : []).entries()) {
    if (typeof value === 'string') readAt(document, [...at, index], value, read, problems);
  }
}

/** The text of a file; one that cannot be read is a problem of the place that names it. */
function readAt(
  document: InputDocument,
  at: Path,
  file: string,
  read: (relative: string) => SourceText,
  problems: Problems,
): SourceText | undefined {
  try {
    return read(file);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    for (const problem of error.problems) {
      problems.add(document.place(at), `${problem.file ?? ''}: ${problem.message}`, document.pathText(at));
    }
    return undefined;
  }
}

/** The documents of the file: exactly one, a KubeSchedulerConfiguration. */
function fromFile(
  document: InputDocument,
  path: string,
  read: (relative: string) => SourceText,
  problems: Problems,
): InputDocument | undefined {
  const text = readAt(document, AT, path, read, problems);
  if (text === undefined) return undefined;
  const documents = readManifest(text, problems);
  if (documents.length === 1) return documents[0];
  if (!problems.any) {
    const message = `expected one KubeSchedulerConfiguration, found ${documents.length} documents`;
    problems.add({ file: text.file }, message);
  }
  return undefined;
}

/** Which of the two counts would take a rule that nobody knows. */
function refuseTwice(document: InputDocument, value: Record<string, unknown>, problems: Problems): void {
  for (const [name, own] of Object.entries(OWN_FIELDS)) {
    const path = ['spec', 'scheduler', own];
    if (!Object.hasOwn(value, name) || (valueAt(document.value, path) ?? undefined) === undefined) continue;
    const message = `is also set by spec.scheduler.config (${name}): leave it out here`;
    problems.add(document.place(path, true), message, document.pathText(path));
  }
}

/** The profile without the plugins that only the real component has. */
function onlySimulated(profile: Profile, simulated: (name: string) => boolean): Profile {
  const plugins = Object.entries(profile.plugins ?? {}).map(([point, set]) => [
    point,
    set === undefined
      ? undefined
      : {
          enabled: set.enabled?.filter(({ name }) => simulated(name)),
          disabled: set.disabled?.filter(({ name }) => name === '*' || simulated(name)),
        },
  ]);
  return {
    ...profile,
    ...(profile.plugins === undefined ? {} : { plugins: Object.fromEntries(plugins) as Profile['plugins'] }),
    ...(profile.pluginConfig === undefined
      ? {}
      : { pluginConfig: profile.pluginConfig.filter(({ name }) => simulated(name)) }),
  };
}

/** Fields that are accepted and do nothing, and plugins that are not simulated. */
function withoutEffect(
  config: InputDocument,
  value: SchedulerConfiguration,
  simulated: (name: string) => boolean,
): Ignored[] {
  const ignored: Ignored[] = [];
  const add = (path: readonly (string | number)[], why: string): void => {
    ignored.push({
      object: OBJECT,
      path: `${config.pathText(path)} (${why})`,
      place: config.place(path, true),
    });
  };
  for (const [name, why] of Object.entries(WITHOUT_EFFECT)) if (Object.hasOwn(value, name)) add([name], why);
  for (const name of ['kubeconfig', 'acceptContentTypes', 'contentType'] as const) {
    if (value.clientConnection?.[name] !== undefined) add(['clientConnection', name], 'no connection is made');
  }
  for (const [index, { plugins, pluginConfig }] of (value.profiles ?? []).entries()) {
    for (const [point, set] of Object.entries(plugins ?? {})) {
      for (const list of ['enabled', 'disabled'] as const) {
        for (const [place, { name }] of (set?.[list] ?? []).entries()) {
          if (name === '*' || simulated(name)) continue;
          add(['profiles', index, 'plugins', point, list, place], `${name} is not simulated`);
        }
      }
    }
    for (const [place, { name }] of (pluginConfig ?? []).entries()) {
      if (!simulated(name)) add(['profiles', index, 'pluginConfig', place], `${name} is not simulated`);
    }
  }
  return ignored;
}
