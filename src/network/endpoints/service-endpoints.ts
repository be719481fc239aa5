// Hot dialect: the endpoints of Services by version, port and selection: worked out when they are first asked for, and kept with the version.
import type { EndpointVersion } from '../../model/endpoint-table.ts';
import type { Selection } from '../../model/endpoints.ts';
import { Interner } from '../../model/interner.ts';
import type { ObjectRow } from '../../model/rows.ts';
import { PortEndpoints } from './port-endpoints.ts';

/** Those of one version that were asked for: few, so that a list is searched fastest. */
interface Known {
  readonly ports: (string | undefined)[];
  readonly selections: Selection[];
  readonly endpoints: PortEndpoints[];
}

export class ServiceEndpoints {
  readonly #known = new WeakMap<EndpointVersion, Known>();
  readonly #numbers = new Interner<string>((key) => key);

  /** `port` is the name of one of the Service's ports; without one, whatever its endpoints have. */
  of(service: ObjectRow, version: EndpointVersion, port: string | undefined, selection: Selection): PortEndpoints {
    let known = this.#known.get(version);
    if (known === undefined) {
      known = { ports: [], selections: [], endpoints: [] };
      this.#known.set(version, known);
    }
    const { ports, selections, endpoints } = known;
    for (let i = 0; i < endpoints.length; i += 1) {
      if (ports[i] === port && selections[i] === selection) return endpoints[i];
    }
    const key = `${service} ${port ?? ''} ${selection.key}`;
    const numbers = { cluster: this.#numbers.id(key), local: this.#numbers.id(`${key} local`) };
    const made = new PortEndpoints(version.slices, port, selection, numbers);
    ports.push(port);
    selections.push(selection);
    endpoints.push(made);
    return made;
  }
}
