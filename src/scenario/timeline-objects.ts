// The objects that entries of the timeline apply: from a manifest, or written in the entry itself.
import type { InputDocument } from './document.ts';
import type { ScenarioObject } from './scenario.ts';
import type { ParsedSpec } from './schema/schema.ts';

/** By the entry's index. `readManifest` gets a path and the place in the document that names it. */
export function timelineObjects(
  document: InputDocument,
  spec: ParsedSpec,
  read: (documents: readonly InputDocument[]) => ScenarioObject[],
  readManifest: (path: string, at: (string | number)[]) => InputDocument[],
): Map<number, ScenarioObject[]> {
  const applied = new Map<number, ScenarioObject[]>();
  for (const [index, entry] of spec.timeline.entries()) {
    if (entry.apply === undefined) continue;
    const at = ['spec', 'timeline', index, 'apply'];
    const documents = typeof entry.apply === 'string' ? readManifest(entry.apply, at) : [document.part(at)];
    applied.set(index, read(documents));
  }
  return applied;
}
