// The pod that a placement question is about: like those of a workload of the scenario, or one that requests so much.
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { InputError } from '../../lib/errors.ts';
import { didYouMean } from '../../lib/suggest.ts';
import { decodeObject } from '../../model/objects/decode.ts';
import { createObject } from '../../model/objects/create/object.ts';
import { objectId } from '../../scenario/objects.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import { workloadName } from '../explain/workload-name.ts';
import { UsageError } from '../failure.ts';

export interface PodOptions {
  readonly like?: string;
  readonly cpu?: string;
  readonly memory?: string;
}

export interface AskedPod {
  /** As it is named in sentences. */
  readonly name: string;
  readonly namespace: string;
  readonly template: PodTemplateSpec;
}

interface Templated {
  readonly template?: PodTemplateSpec;
  readonly jobTemplate?: { readonly spec?: { readonly template?: PodTemplateSpec } };
}

/** Throws an InputError for a workload that is not there, and for amounts that are none. */
export function askedPod(loaded: LoadedScenario, { like, cpu, memory }: PodOptions): AskedPod {
  if (like !== undefined) {
    if (cpu !== undefined || memory !== undefined) throw new UsageError('--like, or --cpu and --memory: not both');
    return likePodsOf(loaded, like);
  }
  if (cpu === undefined && memory === undefined) {
    throw new UsageError(
      'name a workload whose pods it is like (--like deployment/shop/web), or what it requests (--cpu 500m --memory 1Gi)',
    );
  }
  const requests = { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'capacity', namespace: 'default' },
    spec: { containers: [{ name: 'main', image: 'capacity', resources: { requests } }] },
  };
  const { object, problems } = decodeObject(pod, {});
  const wrong = [
    ...problems.map(({ message }) => message),
    ...(object === undefined ? [] : createObject(object, { generateName: (prefix) => prefix })).map(
      ({ message }) => message,
    ),
  ];
  if (object === undefined || wrong.length > 0) throw new InputError(`--cpu, --memory: ${wrong.join('; ')}`);
  const amounts = Object.entries(requests).map(([resource, amount]) => `${amount} ${resource}`);
  const template = { spec: object.spec as NonNullable<PodTemplateSpec['spec']> };
  return { name: `pods that request ${amounts.join(' and ')}`, namespace: 'default', template };
}

function likePodsOf({ objects }: LoadedScenario, like: string): AskedPod {
  const { kind, namespace, name } = workloadName(like, '--like');
  const found = objects.find(
    ({ object }) =>
      object.kind === kind && object.metadata.name === name && (object.metadata.namespace ?? 'default') === namespace,
  );
  const spec = found?.object.spec as (Templated & PodTemplateSpec['spec']) | undefined;
  const template =
    kind === 'Pod' ? { metadata: found?.object.metadata, spec } : (spec?.template ?? spec?.jobTemplate?.spec?.template);
  if (found !== undefined && template !== undefined)
    return { name: `pods like those of ${objectId(found.object)}`, namespace, template: template as PodTemplateSpec };
  const all = objects
    .filter(({ object }) => (object.spec as Templated | undefined)?.template !== undefined)
    .map(({ object }) => objectId(object));
  const wanted = `${kind}/${namespace}/${name}`;
  throw new InputError(
    `--like: there is no ${wanted} with a pod template in the input, which has ${all.join(', ') || 'none'}${didYouMean(wanted, all)}`,
  );
}
