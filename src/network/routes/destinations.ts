// Hot dialect: where callers want to go, by number: a Service, or one pod behind it, and a port. The object behind a name may come, go and come again.
import type { ServiceSpec } from 'kubernetes-types/core/v1.js';
import { type ServicePort, type ServiceRules, serviceRules } from '../../model/service-rules.ts';
import { INSIDE, type RequestTraits } from '../../model/request-traits.ts';
import { splitPodName } from '../../model/settings/pod-name.ts';
import type { ClusterState } from '../../model/state.ts';
import type { ObjectRow } from '../../model/rows.ts';

const NONE = -1;

export class Destinations {
  readonly #state: ClusterState;
  readonly #numbers = new Map<string, number>();
  readonly #namespaces: string[] = [];
  readonly #names: string[] = [];
  /** The host name of the one pod that is meant; '' for whichever. */
  readonly #pods: string[] = [];
  readonly #ports: string[] = [];
  readonly #clients: number[] = [];
  readonly #tunnels: boolean[] = [];
  readonly #requests: RequestTraits[] = [];
  /** Row in the object store; -1 while no such Service was found. */
  readonly #rows: ObjectRow[] = [];
  /** How many objects there were when a name was looked up in vain. */
  readonly #missedAt: number[] = [];
  /** The list of ports in which the port was last looked up, and its index there. */
  readonly #lists: (readonly ServicePort[] | undefined)[] = [];
  readonly #indexes: number[] = [];

  constructor(state: ClusterState) {
    this.#state = state;
  }

  /** `by`: the proxies that connect there, where these are not those of nodes. */
  add(
    namespace: string,
    name: string,
    port: string,
    tunnel: string,
    clients: number,
    request: RequestTraits,
    by = '',
  ): number {
    const traits = request === INSIDE ? '' : JSON.stringify(request);
    const key = `${namespace}/${name}:${port} ${clients} ${tunnel} ${traits}${by}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      const { service, pod } = splitPodName(name);
      number = this.#names.push(service) - 1;
      this.#pods.push(pod);
      this.#namespaces.push(namespace);
      this.#ports.push(port);
      this.#clients.push(clients);
      this.#tunnels.push(tunnel !== '');
      this.#requests.push(request);
      this.#rows.push(NONE);
      this.#missedAt.push(NONE);
      this.#lists.push(undefined);
      this.#indexes.push(NONE);
      this.#numbers.set(key, number);
    }
    return number;
  }

  pod(destination: number): string {
    return this.#pods[destination];
  }

  /** Whether its clients connect to pods themselves. */
  isDirect(destination: number, { headless }: ServiceRules): boolean {
    return headless || this.#pods[destination] !== '';
  }

  /** How many clients outside have an address of their own. */
  clients(destination: number): number {
    return this.#clients[destination];
  }

  request(destination: number): RequestTraits {
    return this.#requests[destination];
  }

  /** Whether it is reached by a tunnel (`kubectl port-forward`), and not by a proxy. */
  isTunnel(destination: number): boolean {
    return this.#tunnels[destination];
  }

  /**
   * The Service's row in the object store, -1 where no such name was ever known. One that is gone stays until the name is another's: who has
   * not heard goes on with it.
   */
  service(destination: number): ObjectRow {
    const row = this.#rows[destination];
    if (row >= 0 && this.#state.objects.get(row) !== undefined) return row;
    return this.#look(destination);
  }

  #look(destination: number): ObjectRow {
    const { objects, endpoints } = this.#state;
    if (this.#missedAt[destination] === objects.length) return this.#rows[destination];
    const row = objects.find('Service', this.#namespaces[destination], this.#names[destination]);
    this.#missedAt[destination] = objects.length;
    if (row < 0) return this.#rows[destination];
    this.#rows[destination] = row;
    if (endpoints.latestRules(row) === undefined) {
      const spec: ServiceSpec = objects.get(row)?.spec ?? {};
      endpoints.setRules(row, serviceRules(spec), 0);
    }
    return row;
  }

  /**
   * The port's index in a Service; -1 when it has no such port. A Service without ports has every one, as 0, and so has a headless one,
   * for clients that name a number: they connect to the pods themselves.
   */
  port(destination: number, rules: ServiceRules): number {
    const { ports } = rules;
    if (this.#isNumber(destination) && this.isDirect(destination, rules)) return 0;
    if (this.#lists[destination] !== ports) {
      this.#lists[destination] = ports;
      this.#indexes[destination] = indexOf(ports, this.#ports[destination]);
    }
    return this.#indexes[destination];
  }

  /**
   * Where a client connects to the pods of a headless Service, whose ports are nobody's: at the number that it names, or that of the
   * Service's first port. 0 where it goes by a port's name, which DNS translates, and where nothing is known.
   */
  directPort(destination: number, { ports }: ServiceRules): number {
    const wanted = this.#ports[destination];
    if (wanted === '') return ports.length === 0 ? 0 : ports[0].port;
    return this.#isNumber(destination) ? Number(wanted) : 0;
  }

  #isNumber(destination: number): boolean {
    return /^\d+$/.test(this.#ports[destination]);
  }
}

/** Where TCP and UDP share a number, requests go by TCP. */
function indexOf(ports: readonly ServicePort[], wanted: string): number {
  if (ports.length === 0 || wanted === '') return 0;
  const named = ports.findIndex(({ name }) => name === wanted);
  if (named >= 0) return named;
  const tcp = ports.findIndex(({ port, protocol }) => String(port) === wanted && protocol === 'TCP');
  return tcp >= 0 ? tcp : ports.findIndex(({ port }) => String(port) === wanted);
}
