// `spec.apiClients`: clients of the API server beyond those that a cluster has: a controller gone wild, a script, pods that watch too much.
import { z } from 'zod';
import { duration } from '../../lib/units.ts';
import { builtInKinds } from '../../model/objects/tables.ts';
import type { ApiCall, ApiClientSpec, ApiTarget } from '../../model/settings/api-clients.ts';
import { clientLimit } from './control-plane.ts';
import { count, field, flag, objectName, someAmount, someCount, text } from './field.ts';

type Created = Extract<ApiCall, { readonly verb: 'create' }>;

const mapping = z.record(z.string(), z.unknown()).meta({ type: 'mapping' });

const named = z
  .strictObject({
    apiVersion: field(text, 'Needed for kinds of which there are several, or that are not built in.').optional(),
    kind: field(text, 'For example `Pod`.'),
    name: field(text, 'Of the object.'),
    namespace: field(objectName, 'Of the object, where its kind has one.').optional(),
  })
  .transform((value, context) => targetOf(value, value.name, context));

const listed = z
  .strictObject({
    apiVersion: field(text, 'Needed for kinds of which there are several, or that are not built in.').optional(),
    kind: field(text, 'For example `Pod`.'),
    namespace: field(objectName, 'Absent: of all namespaces.').optional(),
    labelSelector: field(text, 'For example `app=web`.').optional(),
  })
  .transform(({ labelSelector, ...value }, context) => ({
    target: targetOf(value, '', context),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  }));

const created = z
  .strictObject({
    object: field(mapping, 'As in a manifest. `%n` in a text is the number of the request.'),
    dryRun: field(flag, 'Nothing is stored.').default(false),
  })
  .superRefine(({ object }, context) => {
    const add = (path: string[], message: string) =>
      context.addIssue({ code: 'custom', path: ['object', ...path], message });
    if (typeof object['apiVersion'] !== 'string') add([], 'expected an object with apiVersion, kind and metadata');
    if (typeof object['kind'] !== 'string') add([], 'expected an object with apiVersion, kind and metadata');
    const { metadata } = object;
    if (typeof metadata !== 'object' || metadata === null || !('name' in metadata))
      add([], 'expected metadata with a name');
  });

const patched = z
  .strictObject({
    apiVersion: field(text, 'Needed for kinds of which there are several, or that are not built in.').optional(),
    kind: field(text, 'For example `ConfigMap`.'),
    name: field(text, 'Of the object.'),
    namespace: field(objectName, 'Of the object, where its kind has one.').optional(),
    patch: field(mapping, 'What is merged into it (JSON merge patch). `%n` in a text is the number of the request.'),
  })
  .transform(({ patch, ...value }, context) => ({ target: targetOf(value, value.name, context), patch }));

const call = z
  .strictObject({
    get: field(named, 'Reads one object.').optional(),
    list: field(listed, 'Reads all objects of a kind, or those of a namespace or with labels.').optional(),
    create: field(created, 'Makes an object.').optional(),
    patch: field(patched, 'Changes an object.').optional(),
    delete: field(named, 'Deletes an object.').optional(),
  })
  .transform((asked, context): ApiCall => {
    const { get, list, create, patch, delete: deleted } = asked;
    if (Object.values(asked).filter((one) => one !== undefined).length === 1) {
      if (get !== undefined) return { verb: 'get', target: get };
      if (list !== undefined) return { verb: 'list', ...list };
      if (create !== undefined)
        return { verb: 'create', object: create.object as unknown as Created['object'], dryRun: create.dryRun };
      if (patch !== undefined) return { verb: 'patch', ...patch };
      if (deleted !== undefined) return { verb: 'delete', target: deleted };
    }
    context.addIssue({ code: 'custom', message: 'expected one of get, list, create, patch and delete' });
    return z.NEVER;
  });

const podsOf = z.strictObject({
  namespace: field(objectName, 'Their namespace.').default('default'),
  labels: field(z.record(z.string(), text), 'Labels that they have.'),
});

export const apiClient = z
  .strictObject({
    name: field(objectName, 'Its name in results.'),
    user: field(
      text,
      'As whom it authenticates: a name such as `jane`, or `system:serviceaccount:shop:web`. Default: the service account of its own name in the namespace `default`; of pods, the service account `default` of their namespace.',
    ).optional(),
    groups: field(
      z.array(text),
      'Groups of the user, besides those that every user, service account and node is in.',
    ).default([]),
    workers: field(
      someCount,
      'Requests at a time: each worker sends the next one when the last is answered. Of pods: in each pod.',
    ).optional(),
    rate: field(
      someAmount,
      'Instead of workers: requests a second at even distances, whatever becomes of them.',
    ).optional(),
    limits: field(clientLimit, "The client's own rate limit. Default: none.").optional(),
    retries: field(
      count,
      'How often it sends a request again that was answered with 429, each time after as long as Retry-After says.',
    ).default(10),
    pause: field(duration, 'What a worker waits after an answer 429 that it does not repeat.').default(250_000),
    from: field(duration, 'When it begins.').default(0),
    until: field(duration, 'When it ends. Default: with the run.').optional(),
    requests: field(z.array(call).min(1), 'What it asks for, in turn.'),
    pods: field(
      podsOf,
      'The ready pods with these labels are the clients. Default: one process outside the cluster.',
    ).optional(),
  })
  .superRefine(({ workers, rate, pods, from, until }, context) => {
    const add = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    if ((workers === undefined) === (rate === undefined)) add([], 'expected either workers or a rate');
    if (pods !== undefined && workers === undefined) add(['pods'], 'pods go with workers');
    if (until !== undefined && until <= from) add(['until'], 'must be later than from');
  })
  .transform(({ name, user, pods, workers = 0, rate = 0, limits, pause, from, until, ...rest }): ApiClientSpec => {
    const account = pods === undefined ? `default:${name}` : `${pods.namespace}:default`;
    return {
      ...rest,
      name,
      user: user ?? `system:serviceaccount:${account}`,
      workers,
      ratePerSecond: rate,
      limits: limits ?? { qps: 0, burst: 1 },
      pauseUs: pause,
      fromUs: from,
      untilUs: until ?? Infinity,
      ...(pods === undefined ? {} : { pods }),
    };
  });

function targetOf(
  { apiVersion, kind, namespace }: { apiVersion?: string | undefined; kind: string; namespace?: string | undefined },
  name: string,
  context: z.core.$RefinementCtx,
): ApiTarget {
  const version = apiVersion ?? builtInKinds().find((one) => one.kind === kind)?.apiVersion;
  if (version === undefined) {
    context.addIssue({ code: 'custom', path: ['kind'], message: `no built-in kind "${kind}": say its apiVersion` });
  }
  const metadata = namespace === undefined ? { name } : { name, namespace };
  return { apiVersion: version ?? '', kind, metadata };
}
