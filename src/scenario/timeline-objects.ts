// The objects that entries of the timeline apply or create: from a manifest, written in the entry itself, or made of kubectl's options.
import { InputDocument } from './document.ts';
import { createdDeployment, exposingService } from './kubectl-objects.ts';
import type { ScenarioObject } from './scenario.ts';
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
  for (const [index, { apply, createDeployment, expose }] of spec.timeline.entries()) {
    const at = ['spec', 'timeline', index];
    if (apply !== undefined) {
      const path = [...at, 'apply'];
      applied.set(index, read(typeof apply === 'string' ? readManifest(apply, path) : [document.part(path)]));
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
