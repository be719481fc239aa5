// kubectl apply of one object: created where there is none, else changed by the three-way merge of what was applied last, manifest and live object.
import type { Resources, Answer } from '../api/resources/resources.ts';
import { Annotation } from '../controllers/kit/deployment-objects.ts';
import type { Wait } from '../engine/script.ts';
import type { KubeObject } from '../model/object-store.ts';
import { type DecodedObject, type PlainObject } from '../model/objects/decode.ts';
import { applyPatch } from '../model/objects/patch/apply-patch.ts';
import { stripServerFields } from '../model/objects/strip.ts';
import { builtInKind } from '../model/objects/tables.ts';
import type { ScenarioObject, ServerSideApply } from '../scenario/scenario.ts';

type Steps = Generator<Wait, Answer, unknown>;

const MANAGER = 'kubectl-client-side-apply';

/** Pods and nodes do not carry what was applied last: pods of one template stay one class. */
const WITHOUT_LAST_APPLIED: ReadonlySet<string> = new Set(['Pod', 'Node']);

/** Whether it is there is asked without a request: the first apply of a scenario creates everything. */
export function* applyObject(resources: Resources, { object, manifest: written }: ScenarioObject): Steps {
  const manifest = manifestOf(object, written);
  if (!resources.has(object)) return yield* resources.create(withLastApplied(object, manifest), MANAGER).wait();
  const found = yield* resources.get(object).wait();
  if ('failure' in found) return found;
  const live = found.object;
  const last = JSON.parse(live.metadata.annotations?.[Annotation.LastApplied] ?? '{}') as PlainObject;
  const kind = builtInKind(object.apiVersion, object.kind);
  const wanted = withLastApplied(manifest as unknown as KubeObject, manifest);
  const patch = applyPatch(last, plain(wanted), plain(live), kind?.type);
  // What was applied is what there is.
  if (Object.keys(patch).length === 0) return found;
  return yield* resources
    .patch(object, { type: kind === undefined ? 'merge' : 'strategic', patch }, {}, MANAGER)
    .wait();
}

/** kubectl apply --server-side: the manifest goes as it is, and the server does the rest. */
export function* applyOnServer(resources: Resources, one: ScenarioObject, how: ServerSideApply): Steps {
  const manifest = manifestOf(one.object, one.manifest);
  return yield* resources.apply(manifest as unknown as KubeObject, how).wait();
}

/** The object as the user wrote it, without what only a server writes. */
function manifestOf(object: KubeObject, written: object | undefined): PlainObject {
  const manifest = structuredClone((written ?? object) as PlainObject);
  manifest.metadata = { ...(manifest.metadata as PlainObject), ...namespaceOf(object) };
  stripServerFields(manifest as DecodedObject);
  return manifest;
}

function namespaceOf({ metadata: { namespace } }: KubeObject): PlainObject {
  return namespace === undefined ? {} : { namespace };
}

function withLastApplied(object: KubeObject, manifest: PlainObject): KubeObject {
  if (WITHOUT_LAST_APPLIED.has(object.kind)) return object;
  const { metadata } = object;
  const annotations = { ...metadata.annotations, [Annotation.LastApplied]: `${JSON.stringify(manifest)}\n` };
  return { ...object, metadata: { ...metadata, annotations } };
}

function plain(object: KubeObject): PlainObject {
  return object as unknown as PlainObject;
}
