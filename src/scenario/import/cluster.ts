// A dump of a cluster as a scenario: as it is, running pods included, or what is wanted of it.
import { z } from 'zod';
import { formatProblem, InputError } from '../../lib/errors.ts';
import { member } from '../../lib/family.ts';
import { counted } from '../../lib/plural.ts';
import type { DecodedObject } from '../../model/objects/decode.ts';
import { stripServerFields } from '../../model/objects/strip.ts';
import { InputDocument, valueAt } from '../document.ts';
import { foundObjects } from '../initial-state.ts';
import { liveObjects } from '../live-objects.ts';
import { ObjectReader } from '../objects.ts';
import { Problems } from '../problems.ts';
import { dumpedObjects } from './cluster-dump.ts';
import { controllerOf, missingReplicaSets, tidied } from './cluster-objects.ts';
import { clusterNotes } from './cluster-notes.ts';
import { block } from './flow.ts';
import type { Imported, ImportedFile, Importer, ImportSources } from './importer.ts';

/** Well below what a scenario may name as one file. */
const FILE_BYTES = 24 * 1024 * 1024;
/** Objects that wavetank refuses and that are named one by one. */
const MOST_NAMED = 10;

const args = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'expected a name of lower-case letters, digits and "-"')
    .default('cluster'),
  desired: z.boolean().default(false),
  namespace: z.array(z.string()).default([]),
});
type Options = z.output<typeof args>;

export const cluster: Importer = member({
  name: 'cluster',
  summary:
    'A cluster: what `kubectl get … -o yaml` (or json) prints, and the text or the folder of `kubectl cluster-info dump`. As it is, or with --desired what is wanted of it.',
  args,
  create(options, sources: ImportSources): Imported {
    const problems = new Problems([...sources.files]);
    const dumped = dumpedObjects(sources, problems);
    if (problems.any) throw problems.error();
    const documents = ofNamespaces(dumped, options.namespace);
    return options.desired
      ? desiredState(documents, options, sources.files)
      : stateAsItIs(documents, options, sources.files);
  },
});

/** Those of some namespaces, and those of none; a pod says by its node's name where it is. */
function ofNamespaces(documents: readonly InputDocument[], namespaces: readonly string[]): InputDocument[] {
  if (namespaces.length === 0) return [...documents];
  const kept = documents.filter(({ value }) => {
    const namespace = valueAt(value, ['metadata', 'namespace']);
    return typeof namespace !== 'string' || namespaces.includes(namespace);
  });
  const known = new Set(documents.map(({ value }) => valueAt(value, ['metadata', 'namespace'])));
  const missing = namespaces.find((one) => !known.has(one));
  if (missing !== undefined) {
    const names = [...known].filter((one) => typeof one === 'string').join(', ');
    throw new InputError(`--namespace: nothing is in the namespace ${missing}, only in ${names}`);
  }
  return kept;
}

function stateAsItIs(documents: readonly InputDocument[], options: Options, files: readonly string[]): Imported {
  const notes: string[] = [];
  const found = foundObjects(documents, notes);
  const sets = missingReplicaSets(found);
  if (sets.length > 0) {
    const names = sets.map((set) => String(valueAt(set, ['metadata', 'name']))).join(', ');
    notes.push(
      `assumed: ${counted(sets.length, 'ReplicaSet')} that pods name and the dump lacks, made of their Deployments (${names})`,
    );
  }
  const made = sets.map((value) => new InputDocument({ place: () => ({}) }, value));
  const objects = taken([...found.map((document) => like(document, tidied(document.value))), ...made], notes);
  const ready = objects.filter(isReadyPod).length;
  const lines = [
    `# What does this cluster do next? As ${files.join(', ')} shows it.`,
    '#',
    '# Imported by `wavetank import cluster`. Everything is there at the first instant as it was found; ages and how far work had come are not known.',
    ...head(options, '10m'),
    `  initialState: [${stateFiles(objects)
      .map(({ name }) => name)
      .join(', ')}]`,
    '  expect:',
    '    # What was ready is ready in the end.',
    `    - pods.ready >= ${ready}`,
  ];
  return {
    scenario: `${lines.join('\n')}\n`,
    files: stateFiles(objects),
    notes: [
      ...clusterNotes(objects),
      ...notes,
      'assumed: processes do what `behaviors` say of their images, and nobody sends requests',
    ],
  };
}

function desiredState(documents: readonly InputDocument[], options: Options, files: readonly string[]): Imported {
  const notes: string[] = [];
  const ids = new Set(documents.map(({ value }) => String(valueAt(value, ['metadata', 'uid']))));
  const own = documents.filter(({ value }) => !ids.has(String(controllerOf(value)?.['uid'])));
  if (own.length < documents.length) {
    notes.push(`left out: ${counted(documents.length - own.length, 'object')} that their owners make again`);
  }
  const live = liveObjects(foundObjects(own, notes), { skipUnknown: true }, notes);
  const objects = taken(
    live.map((document) => {
      const object = structuredClone(tidied(document.value)) as unknown as DecodedObject;
      stripServerFields(object);
      return like(document, object);
    }),
    notes,
  );
  const lines = [
    `# What becomes of what is wanted of this cluster? As ${files.join(', ')} shows it.`,
    '#',
    '# Imported by `wavetank import cluster --desired`: nodes, and what is applied to them at the start; no pod runs yet.',
    ...head(options, '10m'),
    '  manifests: [manifests.yaml]',
  ];
  return {
    scenario: `${lines.join('\n')}\n`,
    files: [{ name: 'manifests.yaml', text: textOf(objects) }],
    notes: [...clusterNotes(objects), ...notes],
  };
}

function head({ name }: Options, duration: string): string[] {
  return [
    'apiVersion: wavetank/v1',
    'kind: Scenario',
    `metadata: { name: ${name} }`,
    'spec:',
    `  duration: ${duration}`,
  ];
}

/** Objects that a run takes; `notes` says of the others why not. */
function taken(documents: readonly InputDocument[], notes: string[]): Record<string, unknown>[] {
  const refused: string[] = [];
  const problems = new Problems();
  const reader = new ObjectReader(documents, problems, undefined);
  const kept = documents.flatMap((document): Record<string, unknown>[] => {
    // Reading fills in defaults, in a copy.
    reader.readAll([like(document, structuredClone(document.value))]);
    const [problem] = problems.take();
    const value = document.value as Record<string, unknown>;
    if (problem === undefined) return [value];
    const { kind, metadata } = value as { kind: string; metadata: { name: string } };
    refused.push(`${kind} ${metadata.name} (${formatProblem(problem)})`);
    return [];
  });
  const more = refused.length - MOST_NAMED;
  if (refused.length > 0) {
    const named = refused.slice(0, MOST_NAMED).join('; ');
    notes.push(`left out since Kubernetes 1.36 would refuse them: ${named}${more > 0 ? `; and ${more} more` : ''}`);
  }
  if (kept.length === 0) throw new InputError('nothing of what was found can be simulated');
  return kept;
}

/** Another value in the same place. */
function like(document: InputDocument, value: unknown): InputDocument {
  return new InputDocument({ place: () => document.place([]) }, value);
}

const isReadyPod = (object: Record<string, unknown>): boolean => {
  const conditions = valueAt(object, ['status', 'conditions']);
  const isReady = Array.isArray(conditions) && conditions.some((one) => one.type === 'Ready' && one.status === 'True');
  return object['kind'] === 'Pod' && isReady;
};

/** `state.yaml`, or as many files as it takes. */
function stateFiles(objects: readonly Record<string, unknown>[]): ImportedFile[] {
  const parts: string[][] = [[]];
  let bytes = 0;
  for (const object of objects) {
    const text = textOf([object]);
    if (bytes + text.length > FILE_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    bytes += text.length;
    parts.at(-1)?.push(text);
  }
  return parts.map((part, index) => ({
    name: parts.length === 1 ? 'state.yaml' : `state-${index + 1}.yaml`,
    text: part.join('---\n'),
  }));
}

function textOf(objects: readonly Record<string, unknown>[]): string {
  return objects.map((object) => `${block(object).join('\n')}\n`).join('---\n');
}
