// Whether a scenario has to do with storage, and what storage takes when the scenario does not say.
import type { InputDocument } from './document.ts';
import { valueAt } from './document.ts';
import { fillDefaults, isMapping, type Mapping } from './fill.ts';
import { storage } from './schema/storage.ts';
import type { Storage } from '../model/settings/storage.ts';
import { podSpecOf } from './workloads.ts';

const KINDS: ReadonlySet<unknown> = new Set(['PersistentVolume', 'PersistentVolumeClaim']);

/** Gives the scenario a section `storage` when an object of the input is a volume or a claim, or a pod has claims of its own. */
export function noteStorage(scenario: InputDocument, objects: readonly InputDocument[]): void {
  const spec = valueAt(scenario.value, ['spec']);
  if (isMapping(spec) && objects.some(({ value }) => usesStorage(value))) spec['storage'] ??= {};
}

function usesStorage(object: unknown): boolean {
  if (!isMapping(object)) return false;
  if (KINDS.has(object['kind'])) return true;
  const templates = valueAt(object, ['spec', 'volumeClaimTemplates']);
  if (Array.isArray(templates) && templates.length > 0) return true;
  const volumes = valueAt(podSpecOf(object), ['volumes']);
  return Array.isArray(volumes) && volumes.some((volume) => isMapping(volume) && volume['ephemeral'] !== undefined);
}

/** With the defaults alone: for claims that come by the timeline. */
export function usualStorage(preset: string): Storage {
  const spec: Mapping = { preset, storage: {} };
  fillDefaults(spec);
  return storage.parse(spec['storage']);
}
