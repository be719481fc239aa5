// What may change in a pod: images, tolerations that are added, a shorter deadline, gates that are removed (pkg/apis/core/validation, ValidatePodUpdate).
import type { Container, NodeAffinity, PodSchedulingGate, Toleration } from 'kubernetes-types/core/v1.js';
import { equalObjects, equalValues } from '../equal.ts';
import type { Pod, PodSpec } from '../types.ts';
import type { Errors } from '../validate/errors.ts';
import { validateTrimmedImage } from '../validate/ephemeral-containers.ts';
import { validateAnyPod } from '../validate/pod-template.ts';
import type { PodRules } from '../validate/security.ts';
import { validateNodeAffinityNarrowed, validateNodeSelectorNarrowed } from './gated-pod.ts';
import { validateMetaUpdate } from './meta.ts';

const LONGEST_DEADLINE = 2 ** 31 - 1;
const SPEC = 'core.v1.PodSpec';
const ONLY =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

export function validatePodUpdate(object: Pod, old: Pod, errors: Errors, rules: PodRules): void {
  const { spec } = object;
  validateMetaUpdate(object.metadata, old.metadata, errors);
  validateAnyPod(object, rules, errors);
  for (const list of ['containers', 'initContainers'] as const) {
    if (!validateImages(spec[list] ?? [], old.spec[list] ?? [], `spec.${list}`, errors)) return;
  }
  if (!validateDeadline(spec.activeDeadlineSeconds, old.spec.activeDeadlineSeconds, errors)) return;
  validateTolerationsAdded(spec.tolerations ?? [], old.spec.tolerations ?? [], errors);
  validateGatesRemoved(spec.schedulingGates ?? [], old.spec.schedulingGates ?? [], errors);
  const rest = withoutChangeable(spec, old.spec);
  if ((old.spec.schedulingGates ?? []).length > 0) allowNarrowing(rest, old.spec, errors);
  if (!equalObjects(SPEC, { ...rest }, { ...old.spec })) errors.forbidden('spec', changedFields(rest, old.spec));
}

/** False where containers came or went: nothing else is looked at then. */
function validateImages(
  containers: readonly Container[],
  old: readonly Container[],
  path: string,
  errors: Errors,
): boolean {
  if (containers.length !== old.length) {
    errors.forbidden(path, 'pod updates may not add or remove containers');
    return false;
  }
  for (const [index, container] of containers.entries()) {
    if ((container.image ?? '') === '') errors.required(`${path}[${index}].image`);
    validateTrimmedImage(container, `${path}[${index}]`, errors);
  }
  return true;
}

function validateDeadline(seconds: number | undefined, old: number | undefined, errors: Errors): boolean {
  const path = 'spec.activeDeadlineSeconds';
  if (seconds === undefined) {
    if (old !== undefined) errors.invalid(path, null, 'must not update from a positive integer to nil value');
    return true;
  }
  if (seconds < 0 || seconds > LONGEST_DEADLINE) {
    errors.invalid(path, seconds, `must be between 0 and ${LONGEST_DEADLINE}, inclusive`);
    return false;
  }
  if (old !== undefined && old < seconds) {
    errors.invalid(path, seconds, 'must be less than or equal to previous value');
    return false;
  }
  return true;
}

/** Tolerations may be added, and of one that is there only how long it lasts may change. */
function validateTolerationsAdded(
  tolerations: readonly Toleration[],
  old: readonly Toleration[],
  errors: Errors,
): void {
  const type = { is: 'object', name: 'core.v1.Toleration' } as const;
  const kept = old.every((before) =>
    tolerations.some((after) => equalValues(type, { ...after, tolerationSeconds: before.tolerationSeconds }, before)),
  );
  if (!kept)
    errors.forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds');
}

function validateGatesRemoved(
  gates: readonly PodSchedulingGate[],
  old: readonly PodSchedulingGate[],
  errors: Errors,
): void {
  const known = new Set(old.map(({ name }) => name));
  for (const [index, { name }] of gates.entries()) {
    if (known.has(name)) continue;
    errors.forbidden(`spec.schedulingGates[${index}].name`, 'only deletion is allowed, but found new scheduling gate');
  }
}

/** The new spec with the old values of what may change. */
function withoutChangeable(spec: PodSpec, old: PodSpec): PodSpec {
  const rest: PodSpec = { ...spec };
  rest.containers = withImages(spec.containers, old.containers);
  if (spec.initContainers !== undefined) {
    rest.initContainers = withImages(spec.initContainers, old.initContainers ?? []);
  }
  const { activeDeadlineSeconds, schedulingGates, tolerations, terminationGracePeriodSeconds: grace } = old;
  Object.assign(rest, { activeDeadlineSeconds, schedulingGates, tolerations });
  if (grace !== undefined && grace < 0 && spec.terminationGracePeriodSeconds === 1) {
    rest.terminationGracePeriodSeconds = grace;
  }
  return rest;
}

function withImages(containers: readonly Container[] | undefined, old: readonly Container[] | undefined): Container[] {
  return (containers ?? []).map((container, index): Container => {
    const image = old?.[index]?.image;
    return image === undefined ? container : { ...container, image };
  });
}

/** While gates hold a pod back, where it may run can still be narrowed down. */
function allowNarrowing(rest: PodSpec, old: PodSpec, errors: Errors): void {
  validateNodeSelectorNarrowed(rest.nodeSelector ?? {}, old.nodeSelector ?? {}, 'spec.nodeSelector', errors);
  if (old.nodeSelector === undefined) delete rest.nodeSelector;
  else rest.nodeSelector = old.nodeSelector;
  const before = old.affinity?.nodeAffinity;
  const after = rest.affinity?.nodeAffinity;
  const type = { is: 'object', name: 'core.v1.NodeAffinity' } as const;
  if (equalValues(type, before, after)) return;
  validateNodeAffinityNarrowed(after, before, 'spec.affinity.nodeAffinity', errors);
  restoreNodeAffinity(rest, old, before);
}

function restoreNodeAffinity(rest: PodSpec, old: PodSpec, before: NodeAffinity | undefined): void {
  const { nodeAffinity: _, ...others } = rest.affinity ?? {};
  if (old.affinity === undefined && Object.keys(others).length === 0) delete rest.affinity;
  else rest.affinity = before === undefined ? others : { ...others, nodeAffinity: before };
}

/** The API server appends the differences of the two; here the fields are named. */
function changedFields(rest: PodSpec, old: PodSpec): string {
  const names = new Set([...Object.keys(rest), ...Object.keys(old)]);
  const one = (spec: PodSpec, name: string) => ({ [name]: spec[name as keyof PodSpec] });
  const changed = [...names].filter((name) => !equalObjects(SPEC, one(rest, name), one(old, name)));
  return `${ONLY}\nchanged: ${changed.map((name) => `spec.${name}`).join(', ')}`;
}
