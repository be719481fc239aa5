// Subresources: scale, status, resize, binding, eviction, log; those that would need a process are refused with what is not simulated.
import type { Script } from '../../engine/script.ts';
import { notSimulated, Refusal } from '../../api/resources/status.ts';
import type { Call } from '../call.ts';
import { methodNotAllowed, notFoundPath } from '../refusals.ts';
import { readObject } from '../reading/read.ts';
import type { Server } from '../server.ts';
import { patchObject, updateObject } from '../writing/write.ts';
import { answerLog } from './log.ts';
import { bindPod, evictPod } from './pods.ts';
import { answerScale } from './scale.ts';

const VERBS: Readonly<Record<string, string>> = {
  GET: 'get',
  PUT: 'update',
  PATCH: 'patch',
  POST: 'create',
  DELETE: 'delete',
};

/** What nobody can do here, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  exec: 'no command can be run in a container: its process is simulated by what its image does (behaviors), and has no files and no shell',
  attach:
    'no terminal can be attached to a container: its process is simulated, and writes no output but the lines that `kubectl logs` shows',
  portforward: 'no port of this pod is open for connections of the real world',
  proxy: 'nothing can be reached through the API server: processes are simulated, and answer simulated requests only',
  ephemeralcontainers: 'ephemeral containers: a pod has the containers that it was made with',
  approval: 'certificates are not signed',
};

export function* answerSubresource(server: Server, call: Call): Script {
  const { exchange, resource, path } = call;
  const [name] = path.subresource.split('/');
  const { method } = exchange.request;
  const isProxy = name === 'proxy' && ['Pod', 'Service', 'Node'].includes(resource.kind);
  const served = resource.served.find((one) => one.name === name);
  if (served === undefined && !isProxy) {
    notFoundPath(exchange);
    return;
  }
  if (served !== undefined && !served.verbs.includes(VERBS[method] ?? '')) throw methodNotAllowed();
  switch (name) {
    case 'scale':
      yield* answerScale(server, call);
      return;
    case 'log':
      yield* answerLog(server, call);
      return;
    case 'binding':
      yield* bindPod(server, call);
      return;
    case 'eviction':
      yield* evictPod(server, call);
      return;
    case 'status':
    case 'resize':
      if (method === 'GET') yield* readObject(server, call);
      else if (method === 'PUT') yield* updateObject(server, call);
      else yield* patchObject(server, call);
      return;
    default: {
      const why = REFUSED[name];
      if (why === undefined) throw new Refusal(404, 'NotFound', 'the server could not find the requested resource');
      throw notSimulated(why);
    }
  }
}
