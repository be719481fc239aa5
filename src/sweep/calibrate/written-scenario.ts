// The scenario as it was loaded, written again with what was fitted, and the files that it names.
import { dirname, relative } from 'node:path';
import type { InputDocument } from '../../scenario/document.ts';
import { block, folded } from '../../scenario/import/flow.ts';
import { readInputs } from '../../scenario/inputs.ts';
import { changeNodes, changeObjects, changeScenario, parseSettings } from '../../scenario/options.ts';
import { applyOverride, parseOverride } from '../../scenario/override.ts';
import { plainScenario } from '../../scenario/plain-scenario.ts';
import { Problems } from '../../scenario/problems.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';

export interface ScenarioDocuments {
  /** The Scenario, with the options of the command line. */
  readonly scenario: InputDocument;
  readonly objects: readonly InputDocument[];
}

/** The documents that the user gave. Throws an InputError for an option that changes an object of another file: that file stays as it is. */
export function documentsOf({ inputs, overrides }: LoadedScenario): ScenarioDocuments {
  const problems = new Problems();
  const given = readInputs(inputs, problems);
  const scenario = given.scenario ?? plainScenario(inputs[0].file);
  const settings = parseSettings(overrides, problems);
  changeScenario(scenario, settings, overrides, problems);
  changeObjects(given.objects, settings, problems);
  changeNodes(scenario, false, overrides, problems);
  problems.throwIfAny();
  return { scenario, objects: given.objects };
}

/** The text of the new scenario; its comments are not those of the old one. */
export function calibratedText(
  { scenario, objects }: ScenarioDocuments,
  set: readonly string[],
  notes: readonly string[],
): string {
  for (const one of set) applyOverride(scenario, parseOverride(one));
  const documents = [scenario, ...objects].map(({ value }) => block(value as object).join('\n'));
  const head = notes.flatMap((note) => folded(`Calibrated: ${note}.`.split(' '), '# ', 140));
  return `${head.join('\n')}\n${documents.join('\n---\n')}\n`;
}

/** What the scenario names, by its name there. */
export function filesBeside({ inputs, files }: LoadedScenario): { readonly name: string; readonly text: string }[] {
  const folder = dirname(inputs[0].file);
  return files.map(({ file, text }) => ({ name: relative(folder, file), text }));
}
