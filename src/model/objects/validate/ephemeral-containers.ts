// Validation of ephemeral containers, which a pod cannot be created with, and a template cannot have (pkg/apis/core/validation).
import type { Container, EphemeralContainer } from 'kubernetes-types/core/v1.js';
import { validateContainer, type ContainerContext } from './containers.ts';
import type { Errors } from './errors.ts';

const REFUSED = [
  'ports',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
  'restartPolicy',
  'resizePolicy',
];
const REFUSED_TEXT = 'cannot be set for an Ephemeral Container';

export function validateEphemeralContainers(path: string, context: ContainerContext, errors: Errors): void {
  const { containers, initContainers = [], ephemeralContainers = [] } = context.spec;
  const others = new Set(
    [...((containers as Container[] | undefined) ?? []), ...initContainers].map(({ name }) => name),
  );
  const names = new Set(others);
  for (const [index, ephemeral] of ephemeralContainers.entries()) {
    const at = `${path}[${index}]`;
    validateContainer(ephemeral, at, context, errors);
    validateTrimmedImage(ephemeral, at, errors);
    if (names.has(ephemeral.name)) errors.duplicate(`${at}.name`, ephemeral.name);
    names.add(ephemeral.name);
    const target = ephemeral.targetContainerName;
    if (target !== undefined && !others.has(target)) errors.notFound(`${at}.targetContainerName`, target);
    for (const field of refusedFields(ephemeral)) errors.forbidden(`${at}.${field}`, REFUSED_TEXT);
    for (const [mount, { subPath, subPathExpr }] of (ephemeral.volumeMounts ?? []).entries()) {
      if (subPath !== undefined) errors.forbidden(`${at}.volumeMounts[${mount}].subPath`, REFUSED_TEXT);
      if (subPathExpr !== undefined) errors.forbidden(`${at}.volumeMounts[${mount}].subPathExpr`, REFUSED_TEXT);
    }
  }
}

function refusedFields(container: EphemeralContainer): string[] {
  const fields = REFUSED.filter((field) => Object.hasOwn(container, field));
  return Object.keys(container.resources ?? {}).length > 0 ? [...fields, 'resources'] : fields;
}

export function validateTrimmedImage({ image = '' }: { image?: string }, path: string, errors: Errors): void {
  if (image.trim() !== image) errors.invalid(`${path}.image`, image, 'must not have leading or trailing whitespace');
}
