// Binding and eviction of pods.
import { Refusal } from '../../api/resources/status.ts';
import type { Script } from '../../engine/script.ts';
import { isPlainObject } from '../../model/objects/decode.ts';
import { aboutOf, type Call } from '../call.ts';
import type { Server } from '../server.ts';
import { successStatus } from '../status-object.ts';
import { requireBody } from '../writing/bodies.ts';
import { deletionOf } from '../writing/options.ts';

export function* bindPod(server: Server, call: Call): Script {
  const { exchange, path } = call;
  const { target } = requireBody(exchange, 'Binding');
  const node = isPlainObject(target) ? target.name : undefined;
  if (typeof node !== 'string' || node === '') {
    const message = 'Required value: name of the node';
    throw new Refusal(422, 'Invalid', `Binding "${path.name}" is invalid: target.name: ${message}`, {
      causes: [{ field: 'target.name', reason: 'FieldValueRequired', message }],
    });
  }
  const resources = server.resourcesOf(exchange.request.user);
  const answer = yield* resources.bind(path.namespace ?? 'default', path.name, node).wait();
  if ('failure' in answer) exchange.failure(answer.failure, aboutOf(call));
  else exchange.json(201, successStatus(201));
}

export function* evictPod(server: Server, call: Call): Script {
  const { exchange, path } = call;
  const { deleteOptions } = requireBody(exchange, 'Eviction');
  const options = deletionOf(exchange, isPlainObject(deleteOptions) ? deleteOptions : {});
  const resources = server.resourcesOf(exchange.request.user);
  const answer = yield* resources.evict(path.namespace ?? 'default', path.name, options).wait();
  if ('failure' in answer) exchange.failure(answer.failure, aboutOf(call));
  else exchange.json(201, successStatus(201));
}
