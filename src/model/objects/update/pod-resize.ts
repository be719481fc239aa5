// What may change in a pod through its subresource `resize`: the CPU and memory of containers (pkg/apis/core/validation, ValidatePodResize).
import type { Container, ResourceRequirements } from 'kubernetes-types/core/v1.js';
import { equalJson } from '../equal.ts';
import type { Pod } from '../types.ts';
import { Errors, type FieldError } from '../validate/errors.ts';
import { validateAnyPod } from '../validate/pod-template.ts';
import { validateMetaUpdate } from './meta.ts';

type Amounts = Readonly<Record<string, unknown>>;

const MIRROR = 'kubernetes.io/config.mirror';
const RESIZABLE: ReadonlySet<string> = new Set(['cpu', 'memory']);

/** The stored pod with the resources and resize policies of the containers that were sent: nothing else is taken over. */
export function resizedPod(old: Pod, sent: Pod): Pod {
  const { initContainers } = old.spec;
  return {
    ...old,
    spec: {
      ...old.spec,
      containers: old.spec.containers.map((one, index) => resized(one, sent.spec.containers[index])),
      ...(initContainers === undefined
        ? {}
        : { initContainers: initContainers.map((one, index) => resized(one, sent.spec.initContainers?.[index])) }),
    },
  };
}

function resized(old: Container, sent: Container | undefined): Container {
  if (sent?.name !== old.name) return old;
  const { resizePolicy } = sent as { readonly resizePolicy?: unknown };
  const { resources = {} } = sent;
  return { ...old, resources, ...(resizePolicy === undefined ? {} : { resizePolicy }) } as Container;
}

/** `qosBefore` is that of its status, `qosAfter` what the new resources make. */
export function resizeErrors(object: Pod, old: Pod, qosBefore: string, qosAfter: string): readonly FieldError[] {
  const errors = new Errors();
  validateMetaUpdate(object.metadata, old.metadata, errors);
  validateAnyPod(object, { allowPrivileged: true }, errors);
  const refused = refusal(old);
  if (refused !== undefined) {
    const only = new Errors();
    only.forbidden('', refused);
    return only.list;
  }
  if (qosBefore !== qosAfter) errors.invalid('spec', qosBefore, 'Pod QOS Class may not change as a result of resizing');
  for (const [index, one] of (object.spec.initContainers ?? []).entries()) {
    const before = old.spec.initContainers?.[index];
    if (before === undefined) continue;
    if (one.restartPolicy === 'Always') {
      validateContainer(one, before, `spec.initContainers[${index}].resources`, errors);
      requireOnly(one, before, 'only cpu and memory resources for sidecar containers are mutable', errors);
    } else if (!equalJson(one, before)) {
      errors.forbidden('spec', 'resources for non-sidecar init containers are immutable');
    }
  }
  for (const [index, one] of object.spec.containers.entries()) {
    const before = old.spec.containers[index];
    validateContainer(one, before, `spec.containers[${index}].resources`, errors);
    requireOnly(one, before, 'only cpu and memory resources are mutable', errors);
  }
  return errors.list;
}

function refusal({ metadata, spec }: Pod): string | undefined {
  const { os, resources } = spec as {
    readonly os?: { readonly name?: string };
    readonly resources?: ResourceRequirements;
  };
  if (resources !== undefined) return 'pods with pod-level resources cannot be resized';
  if (metadata.annotations?.[MIRROR] !== undefined) return 'static pods cannot be resized';
  return os?.name === 'windows' ? 'windows pods cannot be resized' : undefined;
}

function validateContainer(one: Container, before: Container, path: string, errors: Errors): void {
  const { requests = {}, limits = {} } = one.resources ?? {};
  const old = before.resources ?? {};
  if (isRemoved(old.requests ?? {}, requests))
    errors.forbidden(`${path}.requests`, 'resource requests cannot be removed');
  if (isRemoved(old.limits ?? {}, limits)) errors.forbidden(`${path}.limits`, 'resource limits cannot be removed');
}

function isRemoved(before: Amounts, after: Amounts): boolean {
  return Object.keys(before).some((name) => after[name] === undefined);
}

function requireOnly(one: Container, before: Container, message: string, errors: Errors): void {
  const rest = ({ requests = {}, limits = {} }: ResourceRequirements): unknown =>
    [requests, limits].map((amounts) =>
      Object.entries(amounts)
        .filter(([name]) => !RESIZABLE.has(name))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  if (!equalJson(rest(one.resources ?? {}), rest(before.resources ?? {}))) errors.forbidden('spec', message);
}
