// Texts of the input → a complete scenario, or an InputError with everything that is wrong, line by line.
import { refuseAtStart } from './admission.ts';
import { checkAnalysisFigures } from './analysis-figures.ts';
import { assemble } from './assemble.ts';
import { caveats } from './caveats.ts';
import { type InputDocument, valueAt } from './document.ts';
import type { ReadFile } from './files.ts';
import { readInputs } from './inputs.ts';
import { ContainerCounts } from './container-counts.ts';
import { foundObjects } from './initial-state.ts';
import { Known } from './known.ts';
import { definedObjects, liveObjects } from './live-objects.ts';
import { withNamespaces } from './namespaces.ts';
import { ObjectReader } from './objects.ts';
import { changeNodes, changeObjects, changeScenario, givenOptions, parseSettings } from './options.ts';
import { plainScenario } from './plain-scenario.ts';
import { podStreams } from './pod-streams.ts';
import { Problems } from './problems.ts';
import { hookAssumptions } from './hook-assumptions.ts';
import { imagesOf, remarks, withUndescribedImages } from './remarks.ts';
import type { Ignored, LoadedScenario, Overrides, SourceText } from './scenario.ts';
import { scenarioHash } from './scenario-hash.ts';
import type { FamilySchemas } from './schema/schema.ts';
import { settle } from './settle.ts';
import { SourceFiles } from './source-files.ts';
import { withoutActingLimits } from './limits-that-act.ts';
import { apartFromMirrors, checkStaticPods, staticPodChanges, staticPods } from './static-pods.ts';
import { noteAutoscaling } from './autoscaling.ts';
import { noteStorage } from './storage.ts';
import { timelineObjects } from './timeline-objects.ts';
import { unsimulatedKubelet, unsimulatedSwap } from './unsimulated-kubelet.ts';

export interface LoadOptions extends Partial<Overrides> {
  /** What a scenario may name: members of families with their arguments, and figures. */
  readonly families: FamilySchemas;
  /** Reads what the scenario names; `readConfined` of files.ts. Without it a scenario cannot name files. */
  readonly readFile?: ReadFile;
}

/**
 * Loads one Scenario document with its manifests, or plain manifests alone. `inputs` are the texts that the user gave. Every phase
 * adds what is wrong to `problems` and goes on as far as that makes sense. Throws an InputError with all of them, by file and line.
 */
export function loadScenario(inputs: readonly SourceText[], options: LoadOptions): LoadedScenario {
  const problems = new Problems(inputs.map(({ file }) => file));
  const notes: string[] = [];
  const leftOut: string[] = [];
  const files = new SourceFiles(options.readFile, problems);

  // 1. Texts become documents: the Scenario, or one for plain manifests, and Kubernetes objects.
  const given = readInputs(inputs, problems);
  const document = given.scenario ?? plainScenario(inputs[0]?.file ?? '');

  // 2. The command line changes the Scenario document; then the manifests that it names are read, and changed likewise.
  const settings = parseSettings(options, problems);
  changeScenario(document, settings, options, problems);
  const written = [...given.objects, ...files.manifests(document)];
  const state = files.manifests(document, 'initialState');
  changeObjects([...written, ...state], settings, problems);
  const live = { skipUnknown: options.skipUnknown === true };
  const documents = [...foundObjects(state, leftOut), ...liveObjects(written, live, leftOut)];
  const hasNodes = documents.some(({ value }) => valueAt(value, ['kind']) === 'Node');
  changeNodes(document, hasNodes, options, problems);
  if (given.scenario === undefined && written.length === 0 && !problems.any) {
    problems.add({ file: inputs[0]?.file ?? '' }, 'is empty, expected a Scenario or Kubernetes objects');
  }

  // 3. The Scenario document gets its defaults and is checked against the schema.
  noteStorage(document, documents);
  noteAutoscaling(document, documents);
  const read = (relative: string): SourceText => files.read(document, relative);
  const settled = settle(
    document,
    { families: options.families, plain: given.scenario === undefined, hasNodes, read },
    problems,
  );

  // 4. Documents become objects, as the API server would store them: those of the manifests, the timeline and arriving pods.
  const reader = new ObjectReader(documents, problems, settled?.parsed.spec.controlPlane.featureGates);
  const { mirrored, others: all } = apartFromMirrors(reader.readAll(documents));
  if (settled === undefined) throw problems.error();
  const { spec } = settled.parsed;
  const readManifest = (path: string, at: (string | number)[]): InputDocument[] => files.manifest(document, at, path);
  const applied = timelineObjects(
    document,
    spec,
    all,
    (given) => reader.readAll(definedObjects(given, documents, live, leftOut)),
    readManifest,
  );
  const streams = podStreams(document, spec, reader);
  const statics = [...staticPods(document, spec, reader, readManifest, problems), ...mirrored];
  const staticChanges = staticPodChanges(spec, document, reader, readManifest, problems);
  const rewritten = [...staticChanges.values()].flat().filter(({ removed }) => removed !== true);
  const ofKubelets = [...statics, ...rewritten].map(({ pod }) => pod);
  const later = [...applied.values()].flat();
  const nodes = all.filter(({ object }) => object.kind === 'Node');
  const first = all.filter(({ object }) => object.kind !== 'Node');
  const objects = withNamespaces(first, [...later, ...streams.flatMap(({ pods }) => pods), ...ofKubelets], notes);

  refuseAtStart(
    objects.filter(({ found }) => found !== true),
    problems,
  );

  // 5. What the scenario says of objects, nodes and figures by name must exist.
  const joining = later.filter(({ object }) => object.kind === 'Node');
  const named = [...objects, ...mirrored.map(({ pod }) => pod), ...later, ...reader.refused];
  const pods = [...named, ...ofKubelets, ...streams.flatMap((stream) => stream.pods)];
  const containers = new ContainerCounts(
    pods.map(({ object }) => object),
    spec.timeline,
  );
  const hosts = spec.external.map(({ host }) => host);
  const known = new Known(
    named,
    [...nodes, ...joining],
    spec.cluster.nodePools,
    containers,
    hosts,
    spec.controlPlane.zones,
  );
  checkStaticPods(document, spec, statics, rewritten, known, problems);
  const scenario = assemble(
    settled,
    {
      document,
      known,
      families: options.families,
      applied,
      streams,
      statics,
      staticChanges,
      shortened: options.duration !== undefined,
      varied: (options.vary ?? options.bench ?? []).length > 0,
      measure: options.measure ?? [],
      notes,
      caveats: leftOut,
    },
    problems,
  );

  checkAnalysisFigures([...objects, ...later], options.families.figures, problems);

  // 6. What has no effect, what falls back on a default, and what else is worth noting.
  const ignored = [
    ...settled.ignored,
    ...unsimulatedKubelet(document, scenario.name),
    ...withoutActingLimits(reader.ignored, scenario, [...objects, ...later, ...ofKubelets]),
    ...unsimulatedSwap(nodes),
  ];
  if (options.strict === true) refuse(ignored, problems);
  if (problems.any) throw problems.error();
  const images = imagesOf(scenario, [...objects, ...ofKubelets]);
  return {
    scenario,
    objects,
    nodes,
    assumptions: [
      ...withUndescribedImages(settled.assumptions, scenario, images),
      ...hookAssumptions(scenario, [...objects, ...ofKubelets]),
    ],
    ignored,
    caveats: [...leftOut, ...caveats(ignored)],
    warnings: problems.warnings,
    notes: [...notes, ...remarks(scenario, [...objects, ...ofKubelets], images)],
    hash: scenarioHash(scenario, objects, nodes),
    inputs,
    files: files.all,
    overrides: givenOptions(options),
  };
}

function refuse(ignored: readonly Ignored[], problems: Problems): void {
  for (const warning of problems.warnings) {
    problems.add(warning, `${warning.message}, which --strict refuses`);
  }
  for (const { object, path, place } of ignored) {
    const what = path === '' ? `${object} is not simulated` : 'has no effect on the simulation';
    problems.add(place, `${what}, which --strict refuses`, path);
  }
}
