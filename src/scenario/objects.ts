// Kubernetes documents → objects of the scenario: decoded, each once, in their namespaces.
import type { FeatureGates } from '../model/objects/feature-gates.ts';
import type { Problem } from '../lib/errors.ts';
import { parsePath } from '../lib/path.ts';
import { createObject } from '../model/objects/create/object.ts';
import { customKinds, decodeObject } from '../model/objects/decode.ts';
import type { DecodedObject } from '../model/objects/decode.ts';
import { ignoredFields } from '../model/objects/ignored.ts';
import { stripServerFields } from '../model/objects/strip.ts';
import { writtenField } from '../model/objects/written-fields.ts';
import { valueAt } from './document.ts';
import type { InputDocument } from './document.ts';
import { gpuProblem } from './gpu-annotations.ts';
import { contentHash } from './hash.ts';
import type { Problems } from './problems.ts';
import type { Ignored, KubernetesObject, ScenarioObject } from './scenario.ts';
import { servicePool } from './service-pool.ts';

const GENERATED_DIGITS = 5;

/** Reads one document after the other; a second one of the same kind, namespace and name is a problem. */
export class ObjectReader {
  private readonly customKinds: ReadonlySet<string>;
  private readonly problems: Problems;
  private pool = servicePool([]);
  private generated = 0;
  readonly ignored: Ignored[] = [];
  private readonly gates: FeatureGates | undefined;
  /** Objects with problems, as they were written: references to them are no further problem. */
  readonly refused: ScenarioObject[] = [];

  constructor(documents: readonly InputDocument[], problems: Problems, gates: FeatureGates | undefined) {
    this.gates = gates;
    this.customKinds = customKinds(documents.map((document) => document.value));
    this.problems = problems;
  }

  /** All objects that could be read. Each call is a cluster of its own as to what is allocated to Services. */
  readAll(documents: readonly InputDocument[]): ScenarioObject[] {
    const seen = new Map<string, ScenarioObject>();
    const objects: ScenarioObject[] = [];
    this.pool = servicePool(documents.map(({ value }) => value));
    for (const document of documents) {
      const read = this.read(document);
      if (read === undefined) continue;
      const id = objectId(read.object);
      const first = seen.get(id);
      if (first === undefined) {
        seen.set(id, read);
        objects.push(read);
      } else {
        const where = `${first.place.file ?? ''}:${first.place.line ?? ''}`;
        this.problems.add(
          document.place(['metadata', 'name']),
          `${id} is already declared at ${where}`,
          document.pathText(['metadata', 'name']),
        );
      }
    }
    return objects;
  }

  private read(document: InputDocument): ScenarioObject | undefined {
    const decoded = decodeObject(document.value, { knownCustomKinds: this.customKinds });
    const problems = decoded.problems.map(({ keys, phase, message }): Problem => {
      const path = document.pathText(keys);
      return { ...document.place(keys, phase === 'strict'), ...(path === '' ? {} : { path }), message };
    });
    this.problems.addAll(problems);
    if (decoded.object === undefined || problems.length > 0 || !this.create(decoded.object, document)) {
      this.refuse(document);
      return undefined;
    }
    const object = inNamespace(decoded.object as KubernetesObject, decoded.kind?.namespaced ?? true);
    const read = { object, manifest: document.value as KubernetesObject, place: document.place([]) };
    return document.found ? { ...read, found: true } : read;
  }

  /** Makes of it what the API server would store. False with problems when it would refuse it. */
  private create(object: DecodedObject, document: InputDocument): boolean {
    stripServerFields(object);
    const ignored = ignoredFields(object);
    const errors = createObject(object, {
      services: this.pool,
      gates: this.gates,
      generateName: (prefix) => {
        this.generated += 1;
        return prefix + contentHash([prefix, this.generated]).slice(0, GENERATED_DIGITS);
      },
    });
    const reported = new Set<string>();
    for (const { field, message } of errors) {
      const isWritten = (one: string) => valueAt(document.value, parsePath(one)) !== undefined;
      const path = parsePath(writtenField(field, isWritten));
      const text = document.pathText(path);
      // What is wrong with a field and with another that is filled in from it is one mistake.
      if (!reported.has(`${text} ${message}`)) this.problems.add(document.place(path), message, text);
      reported.add(`${text} ${message}`);
    }
    for (const { keys, path } of ignored) {
      // Of what was found owners count.
      if (document.found && path === 'metadata.ownerReferences') continue;
      this.ignored.push({ object: objectId(object as KubernetesObject), path, place: document.place(keys, true) });
    }
    const gpu = errors.length === 0 ? gpuProblem(object as KubernetesObject) : undefined;
    if (gpu !== undefined) this.problems.add(document.place(gpu.path), gpu.message, document.pathText(gpu.path));
    return errors.length === 0 && gpu === undefined;
  }

  private refuse(document: InputDocument): void {
    const { value } = document;
    const kind = valueAt(value, ['kind']);
    const name = valueAt(value, ['metadata', 'name']);
    if (typeof kind !== 'string' || typeof name !== 'string') return;
    const object = { ...(value as KubernetesObject), kind };
    this.refused.push({ object: inNamespace(object, !WITHOUT_NAMESPACE.has(kind)), place: document.place([]) });
  }
}

/** Kinds without namespaces that the timeline may name. */
export const WITHOUT_NAMESPACE: ReadonlySet<string> = new Set([
  'Node',
  'Namespace',
  'PersistentVolume',
  'PriorityClass',
  'StorageClass',
  'CSINode',
  'CSIDriver',
  'VolumeAttachment',
]);

/** A namespaced object without a namespace is in `default`, as with kubectl. */
function inNamespace(object: KubernetesObject, namespaced: boolean): KubernetesObject {
  if (!namespaced || object.metadata.namespace !== undefined) return object;
  return { ...object, metadata: { ...object.metadata, namespace: 'default' } };
}

/** `Deployment/shop/web`, `Node/n1`. */
export function objectId({ kind, metadata: { namespace, name } }: KubernetesObject): string {
  return [kind, namespace, name].filter((part) => part !== undefined).join('/');
}
