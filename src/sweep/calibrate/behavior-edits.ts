// Which entry of `spec.behaviors` an image has, and what `--set` makes of what was found out about it.
import { behaviorOfImage } from '../../model/settings/behavior.ts';
import { type InputDocument, valueAt } from '../../scenario/document.ts';
import { isMapping } from '../../scenario/fill.ts';

export interface BehaviorEdit {
  readonly image: string;
  /** By the path within the behaviour: `requests.service`. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** One override for each field; an image without an entry of its own gets one, like that of all other images. */
export function settingsOf(document: InputDocument, edits: readonly BehaviorEdit[]): string[] {
  const entries = entriesOf(document);
  const byImage = new Map<string, Record<string, unknown>>();
  for (const { image, fields } of edits) byImage.set(image, { ...byImage.get(image), ...fields });
  return [...byImage].flatMap(([image, fields]) => {
    const found = behaviorOfImage(entries, image);
    if (found !== undefined) {
      const index = entries.indexOf(found);
      return Object.entries(fields).map(([path, value]) => `spec.behaviors[${index}].${path}=${JSON.stringify(value)}`);
    }
    const entry: Record<string, unknown> = { ...entries.find((one) => one.image === '*'), image };
    for (const [path, value] of Object.entries(fields)) {
      const [outer, inner] = path.split('.');
      const within = entry[outer];
      entry[outer] = inner === undefined ? value : { ...(isMapping(within) ? within : {}), [inner]: value };
    }
    return [`spec.behaviors[+]=${JSON.stringify(entry)}`];
  });
}

function entriesOf(document: InputDocument): { readonly image: string }[] {
  const behaviors = valueAt(document.value, ['spec', 'behaviors']);
  if (!Array.isArray(behaviors)) return [];
  return behaviors.map((one: unknown) => {
    const image = isMapping(one) && typeof one['image'] === 'string' ? one['image'] : '';
    return { ...(isMapping(one) ? one : {}), image };
  });
}
