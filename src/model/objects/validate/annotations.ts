// Validation of the annotations that mean something on a pod (pkg/apis/core/validation, ValidatePodSpecificAnnotations).
import { MIRROR } from '../static-pod.ts';
import type { PodSpec } from '../types.ts';
import { validateLocalPath } from './env.ts';
import type { Errors } from './errors.ts';

type Strings = Readonly<Record<string, string>>;

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const LOCALHOST = 'localhost/';
const INT32 = 2 ** 31;

export function validatePodAnnotations(annotations: Strings, spec: PodSpec, path: string, errors: Errors): void {
  for (const [key, value] of Object.entries(annotations)) {
    if (key === MIRROR && spec.nodeName === undefined) {
      errors.invalid(`${path}[${key}]`, value, 'must set spec.nodeName if mirror pod annotation is set');
    }
    if (key === DELETION_COST && !isCost(value)) errors.invalid(`${path}[${key}]`, value, 'must be a 32bit integer');
    if (key === SECCOMP_POD || key.startsWith(SECCOMP_CONTAINER)) validateSeccomp(value, `${path}.${key}`, errors);
    if (key.startsWith(APP_ARMOR))
      validateAppArmor(key.slice(APP_ARMOR.length), value, spec, `${path}[${key}]`, errors);
  }
}

/** The controllers read no sign `+` and no leading zeros. */
function isCost(text: string): boolean {
  return /^(0|-?[1-9]\d*)$/.test(text) && Number(text) >= -INT32 && Number(text) < INT32;
}

function validateSeccomp(profile: string, path: string, errors: Errors): void {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return;
  if (profile.startsWith(LOCALHOST)) validateLocalPath(profile.slice(LOCALHOST.length), path, errors);
  else errors.invalid(path, profile, 'must be a valid seccomp profile');
}

function validateAppArmor(container: string, profile: string, spec: PodSpec, path: string, errors: Errors): void {
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])];
  if (!containers.some(({ name }) => name === container)) errors.invalid(path, container, 'container not found');
  if (profile !== '' && profile !== 'runtime/default' && profile !== 'unconfined' && !profile.startsWith(LOCALHOST)) {
    errors.invalid(path, profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`);
  }
}
