// Names and amounts of resources (pkg/apis/core/helper and validation).
import type { ResourceRequirements } from 'kubernetes-types/core/v1.js';
import { labelKeyProblems } from '../../parse/label-syntax.ts';
import { parseQuantity, tryParseQuantity } from '../../parse/quantity.ts';
import type { Errors } from './errors.ts';

const CONTAINER_RESOURCES = new Set(['cpu', 'memory', 'ephemeral-storage']);
const COUNTED = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);
const STANDARD = new Set([
  ...COUNTED,
  ...CONTAINER_RESOURCES,
  'storage',
  'requests.storage',
  ...[...CONTAINER_RESOURCES].flatMap((name) => [`requests.${name}`, `limits.${name}`]),
]);

/** What a quota may count without a domain in its name. */
export function isQuotaResource(name: string): boolean {
  return (STANDARD.has(name) && name !== 'storage') || /^(requests\.)?hugepages-/.test(name);
}

export function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

function isNative(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

/** Devices and the like, which their plugin's domain names. */
export function isExtended(name: string): boolean {
  return !isNative(name) && !name.startsWith('requests.') && labelKeyProblems(`requests.${name}`).length === 0;
}

/** Whether a container may ask for less than it may use. */
export function isOvercommitAllowed(name: string): boolean {
  return isNative(name) && !isHugePages(name);
}

export function validateResourceName(name: string, path: string, errors: Errors): void {
  const problems = labelKeyProblems(name);
  errors.invalidEach(path, name, problems);
  if (problems.length === 0 && !name.includes('/') && !STANDARD.has(name) && !/^(requests\.)?hugepages-/.test(name)) {
    errors.invalid(path, name, 'must be a standard resource type or fully qualified');
  }
}

export function validateContainerResourceName(name: string, path: string, errors: Errors): void {
  validateResourceName(name, path, errors);
  if (!name.includes('/')) {
    if (!CONTAINER_RESOURCES.has(name) && !isHugePages(name)) {
      errors.invalid(path, name, 'must be a standard resource for containers');
    }
  } else if (!isNative(name) && !isExtended(name)) {
    errors.invalid(path, name, "doesn't follow extended resource name standard");
  }
}

const POD_RESOURCES = ['cpu', 'hugepages-', 'memory'];

function validatePodResourceName(name: string, path: string, errors: Errors): void {
  const before = errors.list.length;
  validateResourceName(name, path, errors);
  if (errors.list.length === before && name !== 'cpu' && name !== 'memory' && !isHugePages(name)) {
    errors.notSupported(path, name, POD_RESOURCES);
  }
}

export function validateAmount(name: string, text: string, path: string, errors: Errors): void {
  const quantity = parseQuantity(text);
  if (quantity.sign() < 0) errors.invalid(path, text, 'must be greater than or equal to 0');
  if ((COUNTED.has(name) || isExtended(name)) && quantity.milliValue() % 1000n !== 0n) {
    errors.invalid(path, text, 'must be an integer');
  }
}

/** Requests and limits of a container, or of a pod as a whole. */
export function validateRequirements(
  { limits = {}, requests = {} }: ResourceRequirements,
  path: string,
  errors: Errors,
  level: 'container' | 'pod' = 'container',
): void {
  const checkName = level === 'pod' ? validatePodResourceName : validateContainerResourceName;
  const checkOne = (name: string, text: string, at: string): void => {
    checkName(name, at, errors);
    validateAmount(name, text, at, errors);
  };
  for (const [name, text] of Object.entries(limits)) {
    const at = `${path}.limits[${name}]`;
    checkOne(name, text, at);
    if (isHugePages(name)) validateHugePages(name, text, at, errors);
  }
  for (const [name, text] of Object.entries(requests)) {
    const at = `${path}.requests[${name}]`;
    checkOne(name, text, at);
    validateWithinLimit(name, text, limits[name], path, errors);
    if (isHugePages(name)) validateHugePages(name, text, at, errors);
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    errors.forbidden(path, 'HugePages require cpu or memory');
  }
}

function validateWithinLimit(
  name: string,
  text: string,
  limit: string | undefined,
  path: string,
  errors: Errors,
): void {
  if (limit === undefined) {
    if (isOvercommitAllowed(name)) return;
    errors.required(`${path}.limits`, 'Limit must be set for non overcommitable resources');
    return;
  }
  const order = parseQuantity(text).compare(parseQuantity(limit));
  if (order !== 0 && !isOvercommitAllowed(name)) {
    errors.invalid(`${path}.requests`, text, `must be equal to ${name} limit of ${limit}`);
  } else if (order > 0) {
    errors.invalid(`${path}.requests`, text, `must be less than or equal to ${name} limit of ${limit}`);
  }
}

function validateHugePages(name: string, text: string, path: string, errors: Errors): void {
  const page = tryParseQuantity(name.slice('hugepages-'.length));
  if ('error' in page) {
    errors.invalid(path, text, page.error);
    return;
  }
  const size = page.quantity.asInt64() ?? 0n;
  if (size <= 0n || parseQuantity(text).value() % size !== 0n) {
    errors.invalid(path, text, `${text} is not positive integer multiple of ${name}`);
  }
}
