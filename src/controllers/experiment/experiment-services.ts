// The Service of a template: of its pods alone, with the ports of their containers, as long as there are any.
import type { ServicePort } from 'kubernetes-types/core/v1.js';
import type { ReplicaSet } from '../kit/deployment-objects.ts';
import type { ServiceObject } from '../kit/shared-views.ts';
import type { Steps } from '../kit/sync.ts';
import { hashOf, ROLLOUT_HASH_LABEL } from '../rollout/rollout-objects.ts';
import type { ExperimentTemplate, TemplateStatus } from '../rollout/experiment-objects.ts';
import { annotationsOf, ownerOf } from './experiment-set.ts';
import type { ExperimentSync } from './experiment-sync.ts';

type Fields = { -readonly [Key in keyof TemplateStatus]: TemplateStatus[Key] };

export function* createTemplateService(
  work: ExperimentSync,
  template: ExperimentTemplate,
  set: ReplicaSet,
  next: Fields,
): Steps {
  const { port, experiment, services } = work;
  if (services.has(template.name)) return;
  const ports = portsOf(set);
  if (ports.length === 0) return;
  const name = (template.service?.name ?? '') === '' ? set.metadata.name : (template.service?.name ?? '');
  const { namespace } = experiment.metadata;
  const hash = hashOf(set);
  const service: ServiceObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      annotations: annotationsOf(experiment, template.name),
      ownerReferences: [ownerOf(experiment)],
    },
    spec: { selector: { [ROLLOUT_HASH_LABEL]: hash }, ports },
  };
  const made = yield* port.createService(service);
  if (made === undefined) {
    const why = `service ${name} already exists and is not owned by experiment template ${template.name}`;
    next.status = 'Error';
    next.message = `Failed to create Service ${name} for template '${template.name}': ${why}`;
    return;
  }
  services.set(template.name, made);
  next.serviceName = name;
  next.podTemplateHash = hash;
}

function portsOf({ spec }: ReplicaSet): ServicePort[] {
  return (spec.template?.spec?.containers ?? []).flatMap(({ ports = [] }) =>
    ports.map(({ name, protocol, containerPort }) => ({
      ...(name === undefined ? {} : { name }),
      ...(protocol === undefined ? {} : { protocol }),
      port: containerPort,
      targetPort: containerPort,
    })),
  );
}

export function* deleteTemplateService(work: ExperimentSync, template: string, next: Fields): Steps {
  const service = work.services.get(template);
  if (service === undefined) return;
  yield* work.port.deleteService(service);
  work.services.delete(template);
  next.serviceName = undefined;
  next.podTemplateHash = undefined;
}
