// `services/NAME:PORT/proxy/…` and `pods/NAME:PORT/proxy/…`: the API server's proxy, by which `kubectl get --raw` asks a program in a pod.
import type { ApiRequest, ApiResponder } from '../../http-api/exchange.ts';
import type { World } from '../../world/build.ts';
import { answerStatus } from '../answers.ts';
import { answerEnded, type Said } from './answers.ts';
import type { SimulatedRequests } from './simulated-requests.ts';

const PROXIED = /^\/api\/v1\/namespaces\/([^/]+)\/(services|pods)\/([^/]+)\/proxy(?:\/|$)/;

interface ServicePort {
  readonly name?: string;
  readonly port: number;
}

export class ServiceProxy {
  readonly #world: World;
  readonly #requests: SimulatedRequests;

  constructor(world: World, requests: SimulatedRequests) {
    this.#world = world;
    this.#requests = requests;
  }

  /** Whether the request was one for a proxy; then it is answered. */
  answers({ path }: ApiRequest, responder: ApiResponder): boolean {
    const match = PROXIED.exec(path);
    if (match === null) return false;
    const [, namespace, plural, aim] = match;
    const named = nameAndPort(aim);
    if (named === undefined) {
      const message = `invalid ${plural === 'pods' ? 'pod' : 'service'} request "${aim}"`;
      answerStatus(responder, { code: 400, reason: 'BadRequest', message });
    } else if (plural === 'pods') this.#askPod(namespace, named, responder);
    else this.#askService(namespace, named, responder);
    return true;
  }

  #askPod(namespace: string, { name, port }: NameAndPort, responder: ApiResponder): void {
    const pod = this.#requests.findPod(namespace, name);
    if (pod < 0) {
      answerStatus(responder, { code: 404, reason: 'NotFound', message: `pods "${name}" not found` });
      return;
    }
    if (this.#requests.portOf(pod, port) === undefined) {
      unavailable(responder, `no port "${port}" found for pod "${name}"`);
      return;
    }
    this.#requests.toPod(pod, port, (ended) => answerEnded(ended, said(responder)));
  }

  #askService(namespace: string, { name, port }: NameAndPort, responder: ApiResponder): void {
    const { objects } = this.#world.state;
    const service = objects.get(objects.find('Service', namespace, name));
    if (service === undefined) {
      answerStatus(responder, { code: 404, reason: 'NotFound', message: `services "${name}" not found` });
      return;
    }
    const { ports = [] } = (service as { readonly spec?: { readonly ports?: readonly ServicePort[] } }).spec ?? {};
    const found =
      port === '' ? ports.length === 1 : ports.some((one) => one.name === port || String(one.port) === port);
    if (!found) {
      unavailable(responder, `no service port "${port}" found for service "${name}"`);
      return;
    }
    this.#requests.toService(namespace, name, port, (ended) => {
      if (ended.pod === undefined && ended.outcome === 'refused') {
        unavailable(responder, `no endpoints available for service "${name}"`);
      } else answerEnded(ended, said(responder));
    });
  }
}

interface NameAndPort {
  readonly name: string;
  readonly port: string;
}

/** `NAME`, `NAME:PORT` or `SCHEME:NAME:PORT`. */
function nameAndPort(aim: string): NameAndPort | undefined {
  const parts = aim.split(':');
  if (parts.length === 3 && ['', 'http', 'https'].includes(parts[0])) parts.shift();
  const [name, port = '', ...more] = parts;
  return name === '' || more.length > 0 ? undefined : { name, port };
}

function unavailable(responder: ApiResponder, message: string): void {
  answerStatus(responder, { code: 503, reason: 'ServiceUnavailable', message });
}

/** What the proxy itself says of a program that it did not reach is a Status. */
function said(responder: ApiResponder): Said {
  return {
    answered(status, headers, text) {
      responder.head(status, headers);
      responder.end(text);
    },
    unreachable: (why) => unavailable(responder, `error trying to reach service: ${why}`),
  };
}
