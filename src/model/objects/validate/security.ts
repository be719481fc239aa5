// Validation of security contexts (pkg/apis/core/validation).
import type { AppArmorProfile, PodSecurityContext, SeccompProfile, SecurityContext } from 'kubernetes-types/core/v1.js';
import type { PodSpec } from '../types.ts';
import type { Errors } from './errors.ts';
import { validateNoBacksteps } from './env.ts';
import { idProblems } from './names.ts';

const PROFILES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const CHANGE_POLICIES = ['Always', 'OnRootMismatch'];
const GROUP_POLICIES = ['Merge', 'Strict'];
const LABEL_POLICIES = ['MountOption', 'Recursive'];
const SYSCTL = /^([a-z0-9][-_a-z0-9]*[a-z0-9]?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;

interface NewerPodContext extends PodSecurityContext {
  supplementalGroupsPolicy?: string;
  seLinuxChangePolicy?: string;
}

export interface PodRules {
  /** Whether containers may be privileged (`--allow-privileged` of the API server); true in nearly every cluster. */
  readonly allowPrivileged: boolean;
}

export function validateSecurityContext(
  context: SecurityContext,
  path: string,
  spec: PodSpec,
  rules: PodRules,
  errors: Errors,
): void {
  const { privileged, runAsUser, runAsGroup, procMount, allowPrivilegeEscalation } = context;
  if (privileged && !rules.allowPrivileged) errors.forbidden(`${path}.privileged`, 'disallowed by cluster policy');
  validateId(runAsUser, `${path}.runAsUser`, errors);
  validateId(runAsGroup, `${path}.runAsGroup`, errors);
  if (procMount !== undefined) {
    if (procMount !== 'Default' && procMount !== 'Unmasked') {
      errors.notSupported(`${path}.procMount`, procMount, ['Default', 'Unmasked']);
    }
    if (procMount === 'Unmasked' && spec.hostUsers !== false) {
      errors.invalid(`${path}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`');
    }
  }
  validateSeccomp(context.seccompProfile, `${path}.seccompProfile`, errors);
  if (allowPrivilegeEscalation === false) {
    if (privileged) {
      errors.invalid(path, context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true');
    }
    if (context.capabilities?.add?.includes('CAP_SYS_ADMIN')) {
      const message = 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN';
      errors.invalid(path, context, message);
    }
  }
  validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`, errors);
}

export function validatePodSecurityContext(
  context: NewerPodContext,
  path: string,
  spec: PodSpec,
  errors: Errors,
): void {
  validateId(context.fsGroup, `${path}.fsGroup`, errors);
  validateId(context.runAsUser, `${path}.runAsUser`, errors);
  validateId(context.runAsGroup, `${path}.runAsGroup`, errors);
  for (const [index, id] of (context.supplementalGroups ?? []).entries()) {
    validateId(id, `${path}.supplementalGroups[${index}]`, errors);
  }
  if (spec.shareProcessNamespace && spec.hostPID) {
    errors.invalid(`${path}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled');
  }
  const names = new Set<string>();
  for (const [index, { name }] of (context.sysctls ?? []).entries()) {
    const at = `${path}.sysctls[${index}].name`;
    if (name === '') errors.required(at);
    else if (!SYSCTL.test(name)) errors.invalid(at, name, 'must be the name of a sysctl');
    else if (names.has(name)) errors.duplicate(at, name);
    names.add(name);
    const parts = name.replaceAll('/', '.').split('.');
    if (spec.hostNetwork && parts[0] === 'net')
      errors.invalid(at, name, "may not be specified when 'hostNetwork' is true");
    if (spec.hostIPC && isIpc(parts)) errors.invalid(at, name, "may not be specified when 'hostIPC' is true");
  }
  const change = context.fsGroupChangePolicy;
  if (change !== undefined && !CHANGE_POLICIES.includes(change)) {
    errors.notSupported(`${path}.fsGroupChangePolicy`, change, CHANGE_POLICIES);
  }
  validateSeccomp(context.seccompProfile, `${path}.seccompProfile`, errors);
  validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`, errors);
  const { supplementalGroupsPolicy: groups, seLinuxChangePolicy: labels } = context;
  if (groups !== undefined && !GROUP_POLICIES.includes(groups)) {
    errors.notSupported(`${path}.supplementalGroupsPolicy`, groups, GROUP_POLICIES);
  }
  if (labels !== undefined && !LABEL_POLICIES.includes(labels)) {
    errors.notSupported(`${path}.seLinuxChangePolicy`, labels, LABEL_POLICIES);
  }
}

/** Sysctls of the IPC namespace (component-helpers, node/util/sysctl). */
function isIpc([first, second]: readonly string[]): boolean {
  return (first === 'fs' && second === 'mqueue') || (first === 'kernel' && /^(shm|msg|sem)/.test(second ?? ''));
}

function validateId(id: number | undefined, path: string, errors: Errors): void {
  if (id !== undefined) errors.invalidEach(path, id, idProblems(id));
}

function validateSeccomp(profile: SeccompProfile | undefined, path: string, errors: Errors): void {
  if (profile === undefined) return;
  const { type, localhostProfile } = profile;
  if (type === '') errors.required(`${path}.type`, 'type is required when seccompProfile is set');
  else if (!PROFILES.includes(type)) errors.notSupported(`${path}.type`, type, PROFILES);
  const at = `${path}.localhostProfile`;
  if (type !== 'Localhost') {
    if (localhostProfile !== undefined) errors.invalid(at, profile, 'can only be set when seccomp type is Localhost');
  } else if (localhostProfile === undefined) errors.required(at, 'must be set when seccomp type is Localhost');
  else {
    if (localhostProfile.startsWith('/')) errors.invalid(at, localhostProfile, 'must be a relative path');
    validateNoBacksteps(localhostProfile, at, errors);
  }
}

function validateAppArmor(profile: AppArmorProfile | undefined, path: string, errors: Errors): void {
  if (profile === undefined) return;
  const { type, localhostProfile } = profile;
  const at = `${path}.localhostProfile`;
  if (type === 'Localhost') {
    if (!localhostProfile?.trim()) errors.required(at, 'must be set when AppArmor type is Localhost');
    else if (localhostProfile.trim() !== localhostProfile) {
      errors.invalid(at, localhostProfile, 'must not be padded with whitespace');
    }
  } else if (type === '') errors.required(`${path}.type`, 'type is required when appArmorProfile is set');
  else if (!PROFILES.includes(type)) errors.notSupported(`${path}.type`, type, PROFILES);
  else if (localhostProfile !== undefined) {
    errors.invalid(at, localhostProfile, 'can only be set when AppArmor type is Localhost');
  }
}
