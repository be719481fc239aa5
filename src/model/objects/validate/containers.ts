// Validation of containers (pkg/apis/core/validation).
import type { Container, ContainerPort, Volume, VolumeDevice, VolumeMount } from 'kubernetes-types/core/v1.js';
import type { PodSpec } from '../types.ts';
import { validateEnv, validateEnvFrom, validateNoBacksteps } from './env.ts';
import { validateClaimReferences } from './claims.ts';
import type { Errors } from './errors.ts';
import { dnsLabelProblems, portNameProblems, portNumberProblems } from './names.ts';
import { validateProbes, type HandlerContext } from './probes.ts';
import { validateRequirements } from './resources.ts';
import { validateResize } from './resize.ts';
import { validateRestart, type RestartRules } from './restart.ts';
import { validateSecurityContext, type PodRules } from './security.ts';
import { PROTOCOLS } from './service.ts';

const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
const RECURSIVE = ['Disabled', 'Enabled', 'IfPossible'];
const INIT_ONLY = 'may not be set for init containers without restartPolicy=Always';

type AnyContainer = Container & RestartRules;

export interface ContainerContext extends HandlerContext, PodRules {
  readonly spec: PodSpec;
  readonly volumes: ReadonlyMap<string, Volume>;
  /** Names of the pod's resource claims. */
  readonly claims: ReadonlySet<string>;
}

export function validateContainers(path: string, context: ContainerContext, errors: Errors): void {
  const containers = (context.spec.containers as AnyContainer[] | undefined) ?? [];
  if (containers.length === 0) errors.required(path);
  const names = new Set<string>();
  const hostPorts = new Set<string>();
  for (const [index, container] of containers.entries()) {
    const at = `${path}[${index}]`;
    validateContainer(container, at, context, errors);
    if (names.has(container.name)) errors.duplicate(`${at}.name`, container.name);
    names.add(container.name);
    validateProbes(container, at, context, errors);
    validateRestart(container, at, errors);
  }
  for (const [index, container] of containers.entries()) {
    validateHostPorts(container, `${path}[${index}]`, hostPorts, errors);
  }
}

export function validateInitContainers(path: string, context: ContainerContext, errors: Errors): void {
  const { spec } = context;
  const names = new Set((spec.containers as Container[] | undefined)?.map(({ name }) => name));
  for (const [index, container] of ((spec.initContainers ?? []) as AnyContainer[]).entries()) {
    const at = `${path}[${index}]`;
    validateContainer(container, at, context, errors);
    const isSidecar = container.restartPolicy === 'Always';
    validateRestart(container, at, errors);
    if (names.has(container.name)) errors.duplicate(`${at}.name`, container.name);
    else if (container.name !== '') names.add(container.name);
    // One by one they run, so each has the host's ports to itself; the API server counts from 0 here.
    validateHostPorts(container, `${path}[0]`, new Set(), errors);
    if (isSidecar) validateProbes(container, at, context, errors);
    else {
      for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
        if (container[field] !== undefined) errors.forbidden(`${at}.${field}`, INIT_ONLY);
      }
      for (const [policy, { restartPolicy }] of (container.resizePolicy ?? []).entries()) {
        if (restartPolicy !== 'RestartContainer') continue;
        const message = "must not be set to 'RestartContainer' for non-sidecar initContainers";
        errors.invalid(`${at}.resizePolicy[${policy}].restartPolicy`, restartPolicy, message);
      }
    }
  }
}

export function validateContainer(container: Container, path: string, context: ContainerContext, errors: Errors): void {
  const { name, image, terminationMessagePolicy: policy, volumeMounts = [], volumeDevices = [] } = container;
  if (name === '') errors.required(`${path}.name`);
  else errors.invalidEach(`${path}.name`, name, dnsLabelProblems(name));
  if (image === undefined) errors.required(`${path}.image`);
  if (policy !== undefined && !MESSAGE_POLICIES.includes(policy)) {
    errors.notSupported(`${path}.terminationMessagePolicy`, policy, MESSAGE_POLICIES);
  }
  validatePorts(container.ports ?? [], `${path}.ports`, errors);
  validateEnv(container.env ?? [], `${path}.env`, errors);
  validateEnvFrom(container.envFrom ?? [], `${path}.envFrom`, errors);
  validateMounts(volumeMounts, volumeDevices, container, `${path}.volumeMounts`, context, errors);
  validateDevices(volumeDevices, volumeMounts, `${path}.volumeDevices`, context, errors);
  const pull = container.imagePullPolicy;
  if (pull !== undefined && !PULL_POLICIES.includes(pull))
    errors.notSupported(`${path}.imagePullPolicy`, pull, PULL_POLICIES);
  validateRequirements(container.resources ?? {}, `${path}.resources`, errors);
  validateClaimReferences(container.resources?.claims ?? [], context.claims, `${path}.resources.claims`, errors);
  validateResize(container.resizePolicy ?? [], context.spec, `${path}.resizePolicy`, errors);
  const security = container.securityContext;
  if (security !== undefined)
    validateSecurityContext(security, `${path}.securityContext`, context.spec, context, errors);
}

function validatePorts(ports: readonly ContainerPort[], path: string, errors: Errors): void {
  const names = new Set<string>();
  for (const [index, { name, containerPort, hostPort, protocol = '' }] of ports.entries()) {
    const at = `${path}[${index}]`;
    if (name !== undefined) {
      const problems = portNameProblems(name);
      errors.invalidEach(`${at}.name`, name, problems);
      if (problems.length === 0 && names.has(name)) errors.duplicate(`${at}.name`, name);
      if (problems.length === 0) names.add(name);
    }
    if (containerPort === 0) errors.required(`${at}.containerPort`);
    else errors.invalidEach(`${at}.containerPort`, containerPort, portNumberProblems(containerPort));
    if (hostPort) errors.invalidEach(`${at}.hostPort`, hostPort, portNumberProblems(hostPort));
    if (!PROTOCOLS.includes(protocol)) errors.notSupported(`${at}.protocol`, protocol, PROTOCOLS);
  }
}

function validateHostPorts(container: Container, path: string, taken: Set<string>, errors: Errors): void {
  for (const [index, { hostPort, hostIP = '', protocol }] of (container.ports ?? []).entries()) {
    if (!hostPort) continue;
    const key = `${protocol}/${hostIP}/${hostPort}`;
    if (taken.has(key)) errors.duplicate(`${path}.ports[${index}].hostPort`, key);
    taken.add(key);
  }
}

function validateMounts(
  mounts: readonly VolumeMount[],
  devices: readonly VolumeDevice[],
  container: Container,
  path: string,
  { volumes }: ContainerContext,
  errors: Errors,
): void {
  const points = new Set<string>();
  for (const [index, { name, mountPath, subPath, subPathExpr, mountPropagation }] of mounts.entries()) {
    const at = `${path}[${index}]`;
    if (name === '') errors.required(`${at}.name`);
    if (!volumes.has(name)) errors.notFound(`${at}.name`, name);
    if (mountPath === '') errors.required(`${at}.mountPath`);
    if (points.has(mountPath)) errors.invalid(`${at}.mountPath`, mountPath, 'must be unique');
    points.add(mountPath);
    if (devices.some((device) => device.name === name)) {
      errors.invalid(`${at}.name`, name, 'must not already exist in volumeDevices');
    }
    if (devices.some((device) => device.devicePath === mountPath)) {
      errors.invalid(`${at}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices');
    }
    if (subPathExpr !== undefined && subPath !== undefined) {
      errors.invalid(`${at}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive');
    }
    for (const [field, text] of Object.entries({ subPath, subPathExpr })) {
      if (text === undefined) continue;
      if (text.startsWith('/')) errors.invalid(`${path}.${field}`, text, 'must be a relative path');
      validateNoBacksteps(text, `${path}.${field}`, errors);
    }
    validateRecursive(mounts[index], `${path}.recursiveReadOnly`, errors);
    if (mountPropagation === undefined) continue;
    if (!PROPAGATIONS.includes(mountPropagation)) {
      errors.notSupported(`${path}.mountPropagation`, mountPropagation, PROPAGATIONS);
    }
    if (mountPropagation === 'Bidirectional' && container.securityContext?.privileged !== true) {
      const message = 'Bidirectional mount propagation is available only to privileged containers';
      errors.forbidden(`${path}.mountPropagation`, message);
    }
  }
}

function validateRecursive(mount: VolumeMount, path: string, errors: Errors): void {
  const { recursiveReadOnly, readOnly, mountPropagation = 'None' } = mount;
  if (recursiveReadOnly === undefined || recursiveReadOnly === 'Disabled') return;
  if (!RECURSIVE.includes(recursiveReadOnly)) {
    errors.notSupported(path, recursiveReadOnly, RECURSIVE);
    return;
  }
  if (readOnly !== true) errors.forbidden(path, 'may only be specified when readOnly is true');
  if (mountPropagation !== 'None') {
    errors.forbidden(path, 'may only be specified when mountPropagation is None or not specified');
  }
}

function validateDevices(
  devices: readonly VolumeDevice[],
  mounts: readonly VolumeMount[],
  path: string,
  { volumes }: ContainerContext,
  errors: Errors,
): void {
  const names = new Set<string>();
  const paths = new Set<string>();
  for (const [index, { name, devicePath }] of devices.entries()) {
    const at = `${path}[${index}]`;
    const volume = volumes.get(name);
    if (name === '') errors.required(`${at}.name`);
    if (names.has(name)) errors.invalid(`${at}.name`, name, 'must be unique');
    if (volume === undefined) errors.notFound(`${at}.name`, name);
    else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
      const message = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      errors.invalid(`${at}.name`, name, message);
    }
    if (devicePath === '') errors.required(`${at}.devicePath`);
    if (paths.has(devicePath)) errors.invalid(`${at}.devicePath`, devicePath, 'must be unique');
    if (devicePath.split('/').includes('..')) {
      errors.invalid(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')");
    } else paths.add(devicePath);
    if (mounts.some((mount) => mount.name === name)) {
      errors.invalid(`${at}.name`, name, 'must not already exist in volumeMounts');
    }
    if (mounts.some((mount) => mount.mountPath === devicePath)) {
      errors.invalid(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts');
    }
    if (name !== '') names.add(name);
  }
}
