// Texts of the input → a complete scenario, or an InputError with everything that is wrong, line by line.
import { basename, extname } from 'node:path';
import { InputError } from '../lib/errors.ts';
import { assemble } from './assemble.ts';
import { InputDocument, valueAt } from './document.ts';
import type { ReadFile } from './files.ts';
import { contentHash } from './hash.ts';
import { readInputs, readManifest } from './inputs.ts';
import { Known } from './known.ts';
import { objectId, ObjectReader } from './objects.ts';
import { applyOverride, parseAxis, parseOverride } from './override.ts';
import type { Override } from './override.ts';
import { podStreams } from './pod-streams.ts';
import { Problems } from './problems.ts';
import { imagesOf, remarks, withUndescribedImages } from './remarks.ts';
import type { Ignored, LoadedScenario, Overrides, Scenario, ScenarioObject, SourceText } from './scenario.ts';
import { API_VERSION } from './schema/schema.ts';
import type { FamilySchemas } from './schema/schema.ts';
import { settle } from './settle.ts';
import { noteStorage } from './storage.ts';
import { timelineObjects } from './timeline-objects.ts';

export interface LoadOptions extends Partial<Overrides> {
  /** What a scenario may name: members of families with their arguments, and figures. */
  readonly families: FamilySchemas;
  /** Reads what the scenario names; `readConfined` of files.ts. Without it a scenario cannot name files. */
  readonly readFile?: ReadFile;
}

/**
 * Loads one Scenario document with its manifests, or plain manifests alone. `inputs` are the texts that the user gave.
 * Throws an InputError with all problems, sorted by file and line.
 */
export function loadScenario(inputs: readonly SourceText[], options: LoadOptions): LoadedScenario {
  return new Loader(inputs, options).load();
}

class Loader {
  private readonly problems: Problems;
  private readonly inputs: readonly SourceText[];
  private readonly options: LoadOptions;
  private readonly files: SourceText[] = [];
  private readonly notes: string[] = [];

  constructor(inputs: readonly SourceText[], options: LoadOptions) {
    this.inputs = inputs;
    this.options = options;
    this.problems = new Problems(inputs.map(({ file }) => file));
  }

  load(): LoadedScenario {
    const { problems } = this;
    const given = readInputs(this.inputs, problems);
    const document = given.scenario ?? this.plainScenario();
    const overrides = (this.options.set ?? []).flatMap((text) => problems.attempt(() => parseOverride(text)) ?? []);
    this.overrideScenario(document, overrides);
    this.vary(document);
    if (this.options.bench !== undefined) document.set(['spec', 'bench'], this.options.bench, '--schedulers');
    const documents = [...given.objects, ...this.manifests(document)];
    this.overrideObjects(documents, overrides);
    noteStorage(document, documents);
    const hasNodes = documents.some((one) => valueAt(one.value, ['kind']) === 'Node');
    this.overrideNodes(document, hasNodes);
    this.sayIfEmpty(given.scenario, documents);
    const settled = settle(
      document,
      { families: this.options.families, plain: given.scenario === undefined, hasNodes, read: this.reader(document) },
      problems,
    );
    const reader = new ObjectReader(documents, problems);
    const all = reader.readAll(documents);
    const applied =
      settled === undefined ? new Map<number, ScenarioObject[]>() : this.applied(document, settled.parsed.spec, reader);
    const streams = settled === undefined ? [] : podStreams(document, settled.parsed.spec, reader);
    const arriving = streams.flatMap(({ pods }) => pods);
    if (settled === undefined) problems.throwIfAny();
    if (settled === undefined) throw new InputError('the scenario cannot be read');
    const nodes = all.filter(({ object }) => object.kind === 'Node');
    const objects = this.withNamespaces(
      all.filter(({ object }) => object.kind !== 'Node'),
      [...[...applied.values()].flat(), ...arriving],
    );
    const later = [...applied.values()].flat();
    const joining = later.filter(({ object }) => object.kind === 'Node');
    const known = new Known(
      [...objects, ...later, ...reader.refused],
      [...nodes, ...joining],
      settled.parsed.spec.cluster.nodePools,
    );
    const scenario = assemble(
      settled,
      {
        document,
        known,
        figures: this.options.families.figures,
        applied,
        streams,
        shortened: this.options.duration !== undefined,
        varied: (this.options.vary ?? this.options.bench ?? []).length > 0,
        notes: this.notes,
      },
      problems,
    );
    const ignored = [...settled.ignored, ...reader.ignored];
    if (this.options.strict === true) this.refuseIgnored(ignored);
    problems.throwIfAny();
    const images = imagesOf(scenario, objects);
    return {
      scenario,
      objects,
      nodes,
      assumptions: withUndescribedImages(settled.assumptions, scenario, images),
      ignored,
      notes: [...this.notes, ...remarks(scenario, objects, images)],
      hash: hashOf(scenario, objects, nodes),
      inputs: this.inputs,
      files: this.files,
      overrides: this.overrides(),
    };
  }

  private plainScenario(): InputDocument {
    const file = this.inputs[0]?.file ?? '';
    const plain = basename(file, extname(file))
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, '-');
    const name = plain.replaceAll(/^-+|-+$/g, '') || 'scenario';
    const value = { apiVersion: API_VERSION, kind: 'Scenario', metadata: { name }, spec: {} };
    return new InputDocument({ place: () => ({ file }) }, value);
  }

  /** `--set` on the scenario in their order, then the options of the command line. */
  private overrideScenario(document: InputDocument, overrides: readonly Override[]): void {
    for (const override of overrides) {
      if (override.target.in === 'scenario') this.problems.attempt(() => applyOverride(document, override));
    }
    const { seed, duration } = this.options;
    if (seed !== undefined) document.set(['spec', 'seed'], seed, '--seed');
    if (duration !== undefined) document.set(['spec', 'duration'], duration, '--duration');
  }

  /** `--vary path=value,value` is an axis of the sweep; one of the same path in the scenario gives way. */
  private vary(document: InputDocument): void {
    for (const text of this.options.vary ?? []) {
      const axis = this.problems.attempt(() => parseAxis(text));
      if (axis !== undefined) document.set(['spec', 'sweep', axis.path], axis.values, axis.by);
    }
  }

  private overrideObjects(documents: readonly InputDocument[], overrides: readonly Override[]): void {
    for (const override of overrides) {
      const { target, by } = override;
      if (target.in !== 'object') continue;
      const wanted = [target.kind, target.namespace ?? 'default', target.name].join('/');
      const ids = documents.map(({ value }) =>
        [
          valueAt(value, ['kind']),
          valueAt(value, ['metadata', 'namespace']) ?? 'default',
          valueAt(value, ['metadata', 'name']),
        ].join('/'),
      );
      const found = documents[ids.indexOf(wanted)];
      if (found !== undefined) this.problems.attempt(() => applyOverride(found, override));
      else
        this.problems.add(
          { file: by },
          `there is no ${wanted} in the input, which has ${ids.join(', ') || 'no objects'}`,
        );
    }
  }

  /** `--nodes N` is the size of the only node pool. */
  private overrideNodes(document: InputDocument, hasNodes: boolean): void {
    const { nodes } = this.options;
    if (nodes === undefined) return;
    const pools = valueAt(document.value, ['spec', 'cluster', 'nodePools']) ?? [];
    const place = { file: '--nodes' };
    if (!Array.isArray(pools) || pools.length > 1) {
      const hint = 'use --set spec.cluster.nodePools[name=…].count=N';
      this.problems.add(place, `the scenario has several node pools; ${hint}`);
    } else if (pools.length === 0 && hasNodes) {
      this.problems.add(place, 'the manifests hold Node objects, which are the cluster');
    } else {
      if (pools.length === 0) document.set(['spec', 'cluster', 'nodePools'], [{ name: 'default' }], '--nodes');
      document.set(['spec', 'cluster', 'nodePools', 0, 'count'], nodes, '--nodes');
    }
  }

  private manifests(document: InputDocument): InputDocument[] {
    const paths = valueAt(document.value, ['spec', 'manifests']);
    if (!Array.isArray(paths)) return [];
    const read = this.reader(document);
    return paths.flatMap((path: unknown, index) => {
      if (typeof path !== 'string') return [];
      const text = this.attemptAt(document, ['spec', 'manifests', index], () => read(path));
      return text === undefined ? [] : readManifest(text, this.problems);
    });
  }

  private applied(document: InputDocument, spec: Parameters<typeof timelineObjects>[1], reader: ObjectReader) {
    return timelineObjects(document, spec, reader, (path, at) => {
      const text = this.attemptAt(document, at, () => this.reader(document)(path));
      return text === undefined ? [] : readManifest(text, this.problems);
    });
  }

  /** Reads files beside the file that the document came from, each once. */
  private reader(document: InputDocument): (relative: string) => SourceText {
    return (relative) => {
      const { readFile } = this.options;
      if (readFile === undefined) throw new InputError({ file: relative, message: 'files cannot be read here' });
      const text = readFile(relative, document.file);
      const known = this.files.find((one) => one.file === text.file);
      if (known === undefined) this.files.push(text);
      return known ?? text;
    };
  }

  /** A file that cannot be read is a problem of the line that names it. */
  private attemptAt<Result>(
    document: InputDocument,
    path: (string | number)[],
    work: () => Result,
  ): Result | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      for (const { file, message } of error.problems) {
        this.problems.add(document.place(path), `${file ?? ''}: ${message}`, document.pathText(path));
      }
      return undefined;
    }
  }

  private sayIfEmpty(scenario: InputDocument | undefined, documents: readonly InputDocument[]): void {
    if (scenario !== undefined || documents.length > 0 || this.problems.any) return;
    this.problems.add({ file: this.inputs[0]?.file ?? '' }, 'is empty, expected a Scenario or Kubernetes objects');
  }

  /** Namespaces that objects are in but that nobody declares are made, as a user would have done before. */
  private withNamespaces(objects: ScenarioObject[], later: readonly ScenarioObject[]): ScenarioObject[] {
    const declared = new Set(
      [...objects, ...later]
        .filter(({ object }) => object.kind === 'Namespace')
        .map(({ object }) => object.metadata.name),
    );
    const missing = new Set<string>();
    for (const { object } of [...objects, ...later]) {
      const { namespace } = object.metadata;
      if (namespace === undefined || namespace === 'default' || namespace.startsWith('kube-')) continue;
      if (!declared.has(namespace)) missing.add(namespace);
    }
    const made = [...missing].map((name): ScenarioObject => {
      this.notes.push(`the namespace ${name} is not in the input and was made`);
      const metadata = { name, labels: { 'kubernetes.io/metadata.name': name } };
      return {
        object: { apiVersion: 'v1', kind: 'Namespace', metadata, spec: { finalizers: ['kubernetes'] } },
        place: {},
      };
    });
    return [...made, ...objects];
  }

  private refuseIgnored(ignored: readonly Ignored[]): void {
    for (const { object, path, place } of ignored) {
      const what = path === '' ? `${object} is not simulated` : 'has no effect on the simulation';
      this.problems.add(place, `${what}, which --strict refuses`, path);
    }
  }

  private overrides(): Overrides {
    const { set = [], seed, duration, nodes, strict, vary, bench } = this.options;
    return {
      set,
      ...(vary === undefined ? {} : { vary }),
      ...(bench === undefined ? {} : { bench }),
      ...(seed === undefined ? {} : { seed }),
      ...(duration === undefined ? {} : { duration }),
      ...(nodes === undefined ? {} : { nodes }),
      ...(strict === undefined ? {} : { strict }),
    };
  }
}

/** Of everything that decides what happens: not the name, the seeds, the sweep, the bench and the expectations. */
function hashOf(scenario: Scenario, objects: readonly ScenarioObject[], nodes: readonly ScenarioObject[]): string {
  const {
    name: _name,
    seed: _seed,
    seeds: _seeds,
    sweep: _sweep,
    bench: _bench,
    expect: _expect,
    ...content
  } = scenario;
  const plain = JSON.parse(
    JSON.stringify(content, (key, value: unknown) => {
      if (key === 'place' || key === 'manifest') return undefined;
      return value === Number.POSITIVE_INFINITY ? 'unlimited' : value;
    }),
  ) as unknown;
  const bare = (list: readonly ScenarioObject[]) =>
    list.map(({ object }) => object).sort((a, b) => (objectId(a) < objectId(b) ? -1 : 1));
  return contentHash({ content: plain, objects: bare(objects), nodes: bare(nodes) });
}
