// The scale subresource: GET, PUT and PATCH of a workload's number of replicas.
import { scaled, scaleOf } from '../../api/resources/scale.ts';
import { badRequest, Refusal } from '../../api/resources/status.ts';
import type { Script } from '../../engine/script.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { isPlainObject, type PlainObject } from '../../model/objects/decode.ts';
import { aboutOf, type Call, targetOf } from '../call.ts';
import type { Server } from '../server.ts';
import { requireBody } from '../writing/bodies.ts';
import { patchOf } from '../writing/patches.ts';
import { changeOptions } from '../writing/write.ts';

export function* answerScale(server: Server, call: Call): Script {
  const { exchange, resource, wanted } = call;
  const { method, user } = exchange.request;
  const resources = server.resourcesOf(user);
  if (method === 'GET') {
    const answer = yield* resources.getScale(targetOf(call)).wait();
    if ('failure' in answer) exchange.failure(answer.failure, aboutOf(call));
    else exchange.json(200, scaleText(answer.object), wanted.yaml);
    return;
  }
  const change = method === 'PUT' ? replaced(requireBody(exchange, 'Scale')) : patchOf(exchange);
  const answer = yield* resources
    .change(
      targetOf(call),
      (current) => scaled(resource, current, replicasOf(call, change(scaleOf(resource, current)))),
      changeOptions(call, method === 'PUT' ? 'update' : 'patch', {}),
    )
    .wait();
  if ('failure' in answer) exchange.failure(answer.failure, aboutOf(call));
  else exchange.json(200, scaleText(scaleOf(resource, answer.object)), wanted.yaml);
}

function replaced(body: PlainObject): (current: KubeObject) => KubeObject {
  return (current) => ({ ...current, ...body });
}

/** Throws a Refusal for what is no number of replicas. */
function replicasOf({ path }: Call, scale: KubeObject): number {
  const { replicas = 0 } = (isPlainObject(scale.spec) ? scale.spec : {}) as { readonly replicas?: unknown };
  if (typeof replicas !== 'number' || !Number.isInteger(replicas)) {
    throw badRequest(`spec.replicas: expected an integer, got ${JSON.stringify(replicas)}`);
  }
  if (replicas >= 0) return replicas;
  const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
  throw new Refusal(422, 'Invalid', `Scale.autoscaling "${path.name}" is invalid: spec.replicas: ${message}`, {
    causes: [{ field: 'spec.replicas', reason: 'FieldValueInvalid', message }],
  });
}

function scaleText({ apiVersion, kind, ...rest }: KubeObject): object {
  return { kind, apiVersion, ...rest };
}
