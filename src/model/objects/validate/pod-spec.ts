// Validation of what a pod and a pod template have in common (pkg/apis/core/validation, ValidatePodSpec).
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { labelKeyProblems } from '../../parse/label-syntax.ts';
import type { PodSpec } from '../types.ts';
import { validateAffinity, validateSpread, validateTolerations } from './affinity.ts';
import { validateContainers, validateInitContainers, type ContainerContext } from './containers.ts';
import { validatePodClaims } from './claims.ts';
import { validateDns } from './dns.ts';
import { validateEphemeralContainers } from './ephemeral-containers.ts';
import type { Errors } from './errors.ts';
import { ipProblems } from './ip.ts';
import { validateLabels } from './meta.ts';
import { dnsLabelProblems, dnsSubdomainProblems, rangeProblems } from './names.ts';
import { validatePodResources } from './pod-resources.ts';
import { validateRequirements } from './resources.ts';
import { validatePodSecurityContext, type PodRules } from './security.ts';
import { validateVolumes } from './volumes.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never'];
const LONGEST_HOSTNAME = 64;
const SYSTEMS = ['linux', 'windows'];
const MAX_INT32 = 2 ** 31 - 1;

/** `meta` is the pod's metadata, undefined in a template. */
export function validatePodSpec(
  spec: PodSpec,
  meta: ObjectMeta | undefined,
  path: string,
  rules: PodRules,
  errors: Errors,
): void {
  const volumes = validateVolumes(spec.volumes ?? [], meta?.name, `${path}.volumes`, errors);
  const context: ContainerContext = {
    spec,
    volumes,
    graceSeconds: spec.terminationGracePeriodSeconds ?? 0,
    allowPrivileged: rules.allowPrivileged,
    claims: new Set((spec.resourceClaims ?? []).map(({ name }) => name)),
  };
  validatePodClaims(spec.resourceClaims ?? [], `${path}.resourceClaims`, errors);
  validateContainers(`${path}.containers`, context, errors);
  validateInitContainers(`${path}.initContainers`, context, errors);
  validateEphemeralContainers(`${path}.ephemeralContainers`, context, errors);
  validatePodResources(spec, `${path}.resources`, errors);
  validateHostNetwork(spec, meta !== undefined, path, errors);
  if (!RESTART_POLICIES.includes(spec.restartPolicy ?? '')) {
    errors.notSupported(`${path}.restartPolicy`, spec.restartPolicy, RESTART_POLICIES);
  }
  validateDns(spec, path, errors);
  validateLabels(spec.nodeSelector, `${path}.nodeSelector`, errors);
  validatePodSecurityContext(spec.securityContext ?? {}, `${path}.securityContext`, spec, errors);
  if (spec.affinity !== undefined) validateAffinity(spec.affinity, `${path}.affinity`, errors);
  validateGates(spec, path, errors);
  validateSpread(spec.topologySpreadConstraints ?? [], `${path}.topologySpreadConstraints`, errors);
  if (spec.hostUsers === false) {
    if (spec.hostPID) errors.forbidden(`${path}.HostPID`, 'when `hostUsers` is false');
    if (spec.hostIPC) errors.forbidden(`${path}.HostIPC`, 'when `hostUsers` is false');
  }
  validateHostname(spec, path, errors);
  validateNames(spec, path, errors);
  validateTolerations(spec.tolerations ?? [], `${path}.tolerations`, errors);
  for (const [index, { ip, hostnames = [] }] of (spec.hostAliases ?? []).entries()) {
    errors.invalidEach(`${path}.hostAliases[${index}].ip`, ip, ipProblems(ip ?? ''));
    for (const [at, name] of hostnames.entries()) {
      errors.invalidEach(`${path}.hostAliases[${index}].hostnames[${at}]`, name, dnsSubdomainProblems(name));
    }
  }
  const preemption = spec.preemptionPolicy;
  if (preemption !== undefined && !PREEMPTION_POLICIES.includes(preemption)) {
    errors.notSupported(`${path}.preemptionPolicy`, preemption, PREEMPTION_POLICIES);
  }
  if (spec.overhead !== undefined) validateRequirements({ limits: spec.overhead }, `${path}.overhead`, errors);
  validateSystem(spec, path, errors);
}

function validateHostNetwork(spec: PodSpec, isPod: boolean, path: string, errors: Errors): void {
  if (!spec.hostNetwork) return;
  for (const [index, { ports = [] }] of (spec.containers ?? []).entries()) {
    for (const [at, { hostPort = 0, containerPort }] of ports.entries()) {
      // In a template no host port is fine: the pod gets it by default.
      if (hostPort === containerPort || (!isPod && hostPort === 0)) continue;
      const message = 'must match `containerPort` when `hostNetwork` is true';
      errors.invalid(`${path}.containers[${index}].ports[${at}].hostPort`, hostPort, message);
    }
  }
}

function validateHostname(spec: PodSpec, path: string, errors: Errors): void {
  const { hostnameOverride: name } = spec;
  if (name === undefined) return;
  const at = `${path}.hostnameOverride`;
  if (spec.setHostnameAsFQDN) errors.forbidden(at, 'may not be specified when setHostnameAsFQDN is true');
  if (spec.hostNetwork) errors.forbidden(at, 'may not be specified when hostNetwork is true');
  if (name.length > LONGEST_HOSTNAME) errors.tooLong(at, LONGEST_HOSTNAME);
  errors.invalidEach(at, name, dnsSubdomainProblems(name));
}

function validateGates(spec: PodSpec, path: string, errors: Errors): void {
  for (const [index, { conditionType }] of (spec.readinessGates ?? []).entries()) {
    errors.invalidEach(
      `${path}.readinessGates[${index}].conditionType`,
      conditionType,
      labelKeyProblems(conditionType),
    );
  }
  const names = new Set<string>();
  for (const [index, { name }] of (spec.schedulingGates ?? []).entries()) {
    const at = `${path}.schedulingGates[${index}]`;
    errors.invalidEach(at, name, labelKeyProblems(name));
    if (names.has(name)) errors.duplicate(at, name);
    names.add(name);
  }
}

function validateNames(spec: PodSpec, path: string, errors: Errors): void {
  const {
    serviceAccountName,
    nodeName,
    activeDeadlineSeconds,
    hostname,
    subdomain,
    priorityClassName,
    runtimeClassName,
  } = spec;
  const check = (field: string, name: string | undefined, rule: (text: string) => string[]): void => {
    if (name !== undefined) errors.invalidEach(`${path}.${field}`, name, rule(name));
  };
  check('serviceAccountName', serviceAccountName, dnsSubdomainProblems);
  check('nodeName', nodeName, dnsSubdomainProblems);
  if (activeDeadlineSeconds !== undefined) {
    const problems = rangeProblems(activeDeadlineSeconds, 1, MAX_INT32);
    errors.invalidEach(`${path}.activeDeadlineSeconds`, activeDeadlineSeconds, problems);
  }
  check('hostname', hostname, dnsLabelProblems);
  check('subdomain', subdomain, dnsLabelProblems);
  check('priorityClassName', priorityClassName, dnsSubdomainProblems);
  check('runtimeClassName', runtimeClassName, dnsSubdomainProblems);
}

function validateSystem(spec: PodSpec, path: string, errors: Errors): void {
  const { os } = spec;
  if (os === undefined) return;
  if (os.name === '') errors.required(`${path}.os.name`);
  else if (!SYSTEMS.includes(os.name)) errors.notSupported(`${path}.os`, os.name, SYSTEMS);
  else if (os.name === 'linux') {
    const message = 'windows options cannot be set for a linux pod';
    if (spec.securityContext?.windowsOptions !== undefined) {
      errors.forbidden(`${path}.securityContext.windowsOptions`, message);
    }
    for (const list of ['containers', 'initContainers'] as const) {
      for (const [index, { securityContext }] of (spec[list] ?? []).entries()) {
        if (securityContext?.windowsOptions === undefined) continue;
        errors.forbidden(`${path}.${list}[${index}].securityContext.windowsOptions`, message);
      }
    }
  }
}
