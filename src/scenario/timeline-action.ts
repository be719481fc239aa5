// An entry of `spec.timeline` as the action that it is: each object that it names must exist, or be able to exist by then.
import type { Path } from '../lib/path.ts';
import type { References } from './known.ts';
import { WITHOUT_NAMESPACE } from './objects.ts';
import type { MarkAction, ObjectName, ScenarioObject, TimelineAction } from './scenario.ts';
import type { ParsedSpec } from './schema/schema.ts';
import { podTemplate } from './workloads.ts';

export function actionOf(
  entry: ParsedSpec['timeline'][number],
  path: Path,
  references: References,
  applied: readonly ScenarioObject[],
  streams: readonly string[],
): TimelineAction | undefined {
  const { scale, patch, rolloutRestart, rolloutUndo, rolloutPause, rolloutResume, cordon, uncordon, taint, drain } =
    entry;
  const deployment = (action: string, at: { namespace: string; deployment: string }) =>
    references.object([...path, action, 'deployment'], 'Deployment', at.namespace, at.deployment);
  const onDeployment = <A extends { namespace: string; deployment: string }, T extends string>(type: T, args: A) => {
    deployment(type, args);
    return { type, ...args };
  };
  const onNode = <A extends { node: string }, T extends string>(type: T, args: A) => {
    references.node([...path, type, 'node'], args.node);
    return { type, ...args };
  };
  if (entry.setImage !== undefined) return imageOf(entry.setImage, path, references, streams);
  if (scale !== undefined) {
    return { type: 'scale', object: named(scale, [...path, 'scale'], references, streams), replicas: scale.replicas };
  }
  if (patch !== undefined) {
    const object = named(patch, [...path, 'patch'], references, streams);
    const { subresource } = patch;
    return { type: 'patch', object, patch: patch.patch, ...(subresource === undefined ? {} : { subresource }) };
  }
  if (entry.label !== undefined) {
    return {
      type: 'label',
      ...marksOf(entry.label, [...path, 'label'], references, streams),
      values: entry.label.labels,
    };
  }
  if (entry.annotate !== undefined) {
    const { annotations: values } = entry.annotate;
    return { type: 'annotate', ...marksOf(entry.annotate, [...path, 'annotate'], references, streams), values };
  }
  if (rolloutRestart !== undefined) {
    return { type: 'rolloutRestart', object: named(rolloutRestart, [...path, 'rolloutRestart'], references, streams) };
  }
  if (rolloutUndo !== undefined) {
    const object = named(rolloutUndo, [...path, 'rolloutUndo'], references, streams);
    return { type: 'rolloutUndo', object, toRevision: rolloutUndo.toRevision };
  }
  if (rolloutPause !== undefined) return onDeployment('rolloutPause', rolloutPause);
  if (rolloutResume !== undefined) return onDeployment('rolloutResume', rolloutResume);
  if (entry.argoRollouts !== undefined) {
    const { rollout: name, namespace, ...command } = entry.argoRollouts;
    references.object([...path, 'argoRollouts', 'rollout'], 'Rollout', namespace, name);
    return { type: 'argoRollouts', object: { kind: 'Rollout', namespace, name }, ...command };
  }
  if (entry.snapshotSave !== undefined) return { type: 'snapshotSave', ...entry.snapshotSave };
  if (entry.snapshotRestore !== undefined) return { type: 'snapshotRestore', ...entry.snapshotRestore };
  if (entry.defragment !== undefined) return { type: 'defragment' };
  if (entry.alarmDisarm !== undefined) return { type: 'alarmDisarm' };
  if (cordon !== undefined) return onNode('cordon', cordon);
  if (uncordon !== undefined) return onNode('uncordon', uncordon);
  if (taint !== undefined) return onNode('taint', taint);
  if (drain !== undefined) return drainOf(drain, [...path, 'drain'], references);
  if (entry.delete !== undefined) {
    const { cascade, ...object } = entry.delete;
    return { type: 'delete', ...named(object, [...path, 'delete'], references, streams), cascade };
  }
  if (entry.apply !== undefined) return { type: 'apply', objects: applied };
  if (entry.applyServerSide !== undefined) {
    const { fieldManager: manager, forceConflicts: force } = entry.applyServerSide;
    return { type: 'apply', objects: applied, serverSide: { manager, force } };
  }
  if (entry.createDeployment !== undefined) {
    return { type: 'apply', objects: applied, command: `create deployment ${entry.createDeployment.name}` };
  }
  if (entry.expose !== undefined) {
    deployment('expose', entry.expose);
    return { type: 'apply', objects: applied, command: `expose deployment ${entry.expose.deployment}` };
  }
  if (entry.recover !== undefined) return { type: 'recover', label: entry.recover };
  if (entry.fault === undefined) return undefined;
  references.args([...path, 'fault'], entry.fault, 'faults');
  return { type: 'fault', fault: entry.fault, label: entry.name ?? entry.fault.name };
}

function marksOf(
  asked: Named & { readonly selector?: string | undefined; readonly first?: number | undefined; overwrite: boolean },
  path: Path,
  references: References,
  streams: readonly string[],
): Pick<MarkAction, 'objects' | 'overwrite'> {
  const { kind = 'Deployment', namespace, selector, first = Number.POSITIVE_INFINITY, overwrite } = asked;
  if (selector === undefined) return { objects: named(asked, path, references, streams), overwrite };
  const within = WITHOUT_NAMESPACE.has(kind) ? undefined : namespace;
  return { objects: { kind, namespace: within, selector, first }, overwrite };
}

function drainOf(
  { node, nodes, timeout, ...flags }: NonNullable<ParsedSpec['timeline'][number]['drain']>,
  path: Path,
  references: References,
): TimelineAction {
  if (node !== undefined) references.node([...path, 'node'], node);
  for (const [index, one] of (nodes ?? []).entries()) references.node([...path, 'nodes', index], one);
  return { type: 'drain', nodes: nodes ?? [node ?? ''], options: { ...flags, timeoutUs: timeout } };
}

function imageOf(
  asked: NonNullable<ParsedSpec['timeline'][number]['setImage']>,
  path: Path,
  references: References,
  streams: readonly string[],
): TimelineAction {
  const object = named(asked, [...path, 'setImage'], references, streams);
  const found = references.find(object.kind, object.namespace, object.name);
  const names = found === undefined ? undefined : podTemplate(found)?.containers.map(({ name }) => name);
  const container = asked.container ?? (names?.length === 1 ? names[0] : undefined);
  if (names !== undefined && (container === undefined || !names.includes(container))) {
    const got = container === undefined ? 'is required' : `there is no container ${JSON.stringify(container)}`;
    references.fail([...path, 'setImage', 'container'], `${got}, expected one of ${names.join(', ')}`);
  }
  return { type: 'setImage', object, container: container ?? '', image: asked.image };
}

/** Kinds of which some come about in the run: a workload makes them, or a stream of pods. */
const MADE: ReadonlySet<string> = new Set(['Pod', 'ReplicaSet']);

interface Named {
  readonly deployment?: string | undefined;
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
}

/** The object that an action names: a Deployment, or one of another kind. It must be there, or may come. */
function named(
  { deployment, kind = 'Deployment', name = deployment ?? '', namespace = 'default' }: Named,
  path: Path,
  references: References,
  streams: readonly string[],
): ObjectName {
  const at = [...path, deployment === undefined ? 'name' : 'deployment'];
  const within = WITHOUT_NAMESPACE.has(kind) ? undefined : namespace;
  if (kind === 'Node') references.node(at, name);
  else if (MADE.has(kind)) references.made(at, kind, namespace, name, streams);
  else references.object(at, kind, within, name);
  return { kind, namespace: within, name };
}
