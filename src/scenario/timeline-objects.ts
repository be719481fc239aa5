// The objects that entries of the timeline apply or create: from a manifest, written in the entry itself, or made of kubectl's options.
import { InputDocument } from './document.ts';
import { createdDeployment, exposingService } from './kubectl-objects.ts';
import { isMapping } from './fill.ts';
import type { KubernetesObject, ScenarioObject } from './scenario.ts';
import type { ParsedSpec } from './schema/schema.ts';

/** By the entry's index. `readManifest` gets a path and the place in the document that names it; `before` is there from the start. */
export function timelineObjects(
  document: InputDocument,
  spec: ParsedSpec,
  before: readonly ScenarioObject[],
  read: (documents: readonly InputDocument[]) => ScenarioObject[],
  readManifest: (path: string, at: (string | number)[]) => InputDocument[],
): Map<number, ScenarioObject[]> {
  const applied = new Map<number, ScenarioObject[]>();
  const made = (value: object, at: (string | number)[]): InputDocument[] => [
    new InputDocument({ place: () => document.place(at) }, value),
  ];
  for (const [index, { apply, applyServerSide, createDeployment, expose }] of spec.timeline.entries()) {
    const at = ['spec', 'timeline', index];
    if (apply !== undefined) {
      const path = [...at, 'apply'];
      applied.set(index, read(typeof apply === 'string' ? readManifest(apply, path) : [document.part(path)]));
    } else if (applyServerSide !== undefined) {
      const path = [...at, 'applyServerSide', 'manifest'];
      const { manifest } = applyServerSide;
      const known = [...before, ...[...applied.values()].flat()];
      const documents = typeof manifest === 'string' ? readManifest(manifest, path) : [document.part(path)];
      applied.set(
        index,
        documents.flatMap((one) => configuration(one, known) ?? read([one])),
      );
    } else if (createDeployment !== undefined) {
      applied.set(index, read(made(createdDeployment(createDeployment), [...at, 'createDeployment'])));
    }
    if (expose === undefined) continue;
    const exposed = [...before, ...[...applied.values()].flat()].find(
      ({ object: { kind, metadata } }) =>
        kind === 'Deployment' &&
        metadata.name === expose.deployment &&
        (metadata.namespace ?? 'default') === expose.namespace,
    );
    applied.set(index, read(made(exposingService(expose, exposed?.object), [...at, 'expose'])));
  }
  return applied;
}

/** What is said of an object that there is need not be all of it; undefined for one that may be new. */
function configuration(document: InputDocument, known: readonly ScenarioObject[]): ScenarioObject | undefined {
  const { value } = document;
  if (!isMapping(value) || !isMapping(value.metadata)) return undefined;
  const { kind, metadata } = value;
  const live = known.find(
    ({ object }) =>
      object.kind === kind &&
      object.metadata.name === metadata.name &&
      (object.metadata.namespace ?? 'default') === (metadata.namespace ?? 'default'),
  );
  if (live === undefined) return undefined;
  const { namespace } = live.object.metadata;
  const within = namespace === undefined ? {} : { namespace };
  const object = { ...value, metadata: { ...metadata, ...within } } as unknown as KubernetesObject;
  return { object, manifest: object, place: document.place([]) };
}
