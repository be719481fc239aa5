// What `kubectl label` and `kubectl annotate` send: a merge patch of the metadata, or why kubectl refuses to send one.
import type { Patch } from '../api/resources/patch.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { MarkAction } from '../scenario/scenario.ts';
import type { KubectlRefusal } from './kubectl-edits.ts';

export function markPatch({ metadata }: KubeObject, { type, values, overwrite }: MarkAction): Patch | KubectlRefusal {
  const field = type === 'label' ? 'labels' : 'annotations';
  const before = metadata[field] ?? {};
  if (!overwrite) {
    const taken = Object.keys(values).filter(
      (key) => values[key] !== null && Object.hasOwn(before, key) && before[key] !== values[key],
    );
    if (taken.length > 0) {
      const each = taken.map((key) => `'${key}' already has a value (${before[key]}), and --overwrite is false`);
      return { refused: each.length === 1 ? each[0] : `[${each.join(', ')}]` };
    }
  }
  return { type: 'merge', patch: { metadata: { [field]: values } } };
}
