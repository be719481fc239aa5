// Validation of environment variables and of the fields that the downward API offers (pkg/apis/core/validation).
import type {
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  ObjectFieldSelector,
  ResourceFieldSelector,
} from 'kubernetes-types/core/v1.js';
import { labelKeyProblems } from '../../parse/label-syntax.ts';
import type { Errors } from './errors.ts';
import { configKeyProblems, dnsLabelProblems, dnsSubdomainProblems, envNameProblems } from './names.ts';

const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
export const VOLUME_FIELDS = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
/** What the downward API knows at all; the rest cannot even be converted. */
const KNOWN_FIELDS = new Set([
  ...ENV_FIELDS,
  ...VOLUME_FIELDS,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
  'spec.host',
]);
const RESOURCES = ['cpu', 'ephemeral-storage', 'memory']
  .flatMap((name) => [`limits.${name}`, `requests.${name}`])
  .sort();
const SIZES = new Set([
  '1',
  ...'kMGTPE'.split('').map((unit) => `1${unit}`),
  ...'KMGTPE'.split('').map((unit) => `1${unit}i`),
]);

interface FileKeySelector {
  volumeName?: string;
  path?: string;
  key?: string;
}

type Source = EnvVarSource & { fileKeyRef?: FileKeySelector };

export function validateEnv(variables: readonly EnvVar[], path: string, errors: Errors): void {
  for (const [index, { name, value, valueFrom }] of variables.entries()) {
    const at = `${path}[${index}]`;
    if (name === '') errors.required(`${at}.name`);
    else errors.invalidEach(`${at}.name`, name, envNameProblems(name));
    if (valueFrom !== undefined) validateSource(valueFrom, value, `${at}.valueFrom`, errors);
  }
}

function validateSource(source: Source, value: string | undefined, path: string, errors: Errors): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  if (fieldRef !== undefined) validateFieldRef(fieldRef, ENV_FIELDS, `${path}.fieldRef`, errors);
  if (resourceFieldRef !== undefined) validateResourceRef(resourceFieldRef, `${path}.resourceFieldRef`, errors, false);
  if (configMapKeyRef !== undefined) validateKeyRef(configMapKeyRef, `${path}.configMapKeyRef`, errors);
  if (secretKeyRef !== undefined) validateKeyRef(secretKeyRef, `${path}.secretKeyRef`, errors);
  if (fileKeyRef !== undefined) validateFileRef(fileKeyRef, `${path}.fileKeyRef`, errors);
  const given = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(
    (one) => one !== undefined,
  );
  if (given.length === 0) {
    const names = '`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    errors.invalid(path, '', `must specify one of: ${names}`);
  } else if (value !== undefined) errors.invalid(path, '', 'may not be specified when `value` is not empty');
  else if (given.length > 1) errors.invalid(path, '', 'may not have more than one field specified at a time');
}

function validateKeyRef({ name = '', key }: { name?: string; key: string }, path: string, errors: Errors): void {
  errors.invalidEach(`${path}.name`, name, dnsSubdomainProblems(name));
  if (key === '') errors.required(`${path}.key`);
  else errors.invalidEach(`${path}.key`, key, configKeyProblems(key));
}

function validateFileRef({ key, volumeName, path: file }: FileKeySelector, path: string, errors: Errors): void {
  if (!key) errors.required(`${path}.key`);
  else errors.invalidEach(`${path}.key`, key, envNameProblems(key));
  if (!volumeName) errors.required(`${path}.volumeName`);
  else errors.invalidEach(`${path}.volumeName`, volumeName, dnsLabelProblems(volumeName));
  if (!file) errors.required(`${path}.path`);
  else validateNoBacksteps(file, `${path}.path`, errors);
}

export function validateNoBacksteps(text: string, path: string, errors: Errors): void {
  if (text.split('/').includes('..')) errors.invalid(path, text, "must not contain '..'");
}

export function validateLocalPath(text: string, path: string, errors: Errors): void {
  if (text.startsWith('/')) errors.invalid(path, text, 'must be a relative path');
  validateNoBacksteps(text, path, errors);
  if (text.startsWith('..') && !text.split('/').includes('..')) errors.invalid(path, text, "must not start with '..'");
}

export function validateFieldRef(
  selector: ObjectFieldSelector,
  valid: readonly string[],
  path: string,
  errors: Errors,
): void {
  const { fieldPath } = selector;
  if (fieldPath === '') {
    errors.required(`${path}.fieldPath`);
    return;
  }
  const [, field, subscript] = /^(.+?)\['(.*)'\]$/.exec(fieldPath) ?? [];
  if (selector.apiVersion !== 'v1' || (subscript === undefined && !KNOWN_FIELDS.has(fieldPath))) {
    const reason =
      selector.apiVersion === 'v1'
        ? `field label not supported: ${fieldPath}`
        : `unsupported pod version: ${selector.apiVersion}`;
    errors.invalid(`${path}.fieldPath`, fieldPath, `error converting fieldPath: ${reason}`);
  } else if (subscript === undefined) {
    if (!valid.includes(fieldPath)) errors.notSupported(`${path}.fieldPath`, fieldPath, valid);
  } else if (field === 'metadata.annotations')
    errors.invalidEach(path, subscript, labelKeyProblems(subscript.toLowerCase()));
  else if (field === 'metadata.labels') errors.invalidEach(path, subscript, labelKeyProblems(subscript));
  else
    errors.invalid(
      `${path}.fieldPath`,
      fieldPath,
      `error converting fieldPath: field label does not support subscript: ${fieldPath}`,
    );
}

export function validateResourceRef(
  selector: ResourceFieldSelector,
  path: string,
  errors: Errors,
  inVolume: boolean,
): void {
  const { containerName, resource, divisor = '0' } = selector;
  const isHugePages = /^(limits|requests)\.hugepages-/.test(resource);
  if (inVolume && !containerName) errors.required(`${path}.containerName`);
  else if (resource === '') errors.required(`${path}.resource`);
  else if (!RESOURCES.includes(resource) && !isHugePages) errors.notSupported(`${path}.resource`, resource, RESOURCES);
  if (divisor === '0') return;
  const kind = resource.replace(/^(limits|requests)\./, '');
  if (kind === 'cpu' && divisor !== '1m' && divisor !== '1') {
    errors.invalid(`${path}.divisor`, resource, "only divisor's values 1m and 1 are supported with the cpu resource");
  } else if ((kind === 'memory' || kind === 'ephemeral-storage' || isHugePages) && !SIZES.has(divisor)) {
    const what = isHugePages ? 'hugepages' : kind === 'memory' ? 'memory' : 'local ephemeral storage';
    const sizes = '1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei';
    errors.invalid(
      `${path}.divisor`,
      resource,
      `only divisor's values ${sizes} are supported with the ${what} resource`,
    );
  }
}

export function validateEnvFrom(sources: readonly EnvFromSource[], path: string, errors: Errors): void {
  for (const [index, { prefix, configMapRef, secretRef }] of sources.entries()) {
    const at = `${path}[${index}]`;
    if (prefix !== undefined) errors.invalidEach(`${at}.prefix`, prefix, envNameProblems(prefix));
    const given = Object.entries({ configMapRef, secretRef }).filter(([, value]) => value !== undefined);
    for (const [field, value] of given) {
      const name = value?.name;
      if (!name) errors.required(`${at}.${field}.name`);
      else errors.invalidEach(`${at}.${field}.name`, name, dnsSubdomainProblems(name));
    }
    if (given.length === 0) errors.invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`');
    else if (given.length > 1) errors.invalid(path, '', 'may not have more than one field specified at a time');
  }
}
