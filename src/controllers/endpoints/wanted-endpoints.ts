// The endpoints that a Service should have: its pods as the manager's view has them, each with its ports and its condition.
import type { ServiceSpec } from 'kubernetes-types/core/v1.js';
import type { SlicePort } from '../../model/endpoints.ts';
import { NO_PORT, targetPort } from '../../model/objects/pod-ports.ts';
import type { PodClasses } from '../../model/pod-class.ts';
import type { SharedViews } from '../kit/shared-views.ts';
import { endpointFlags } from './endpoint-conditions.ts';
import { NO_PORTS, type WantedEndpoints } from './slice-plan.ts';
import type { ClassRow, NodeRow, PodRow } from '../../model/rows.ts';

/** Pods whose node is gone are left out, and tried again later. */
export interface Wanted extends WantedEndpoints {
  readonly lost: { readonly pod: PodRow; readonly node: NodeRow }[];
}

export function wantedEndpoints(
  { nodes, pods: { byClass, view } }: SharedViews,
  classes: readonly ClassRow[],
  ports: PortsOfClasses,
  { publishNotReadyAddresses = false }: ServiceSpec,
): Wanted {
  const wanted: Wanted = { pods: [], epochs: [], nodes: [], classes: [], flags: [], ports: [], lost: [] };
  for (const podClass of classes) {
    let own: readonly SlicePort[] | undefined;
    for (let pod = byClass.first(podClass); pod >= 0; pod = byClass.next(pod)) {
      const bits = endpointFlags(view.state[pod], publishNotReadyAddresses);
      if (bits < 0) continue;
      const node = view.node[pod];
      if (!publishNotReadyAddresses && nodes.alive[node] !== 1) {
        wanted.lost.push({ pod, node });
        continue;
      }
      own ??= ports.of(podClass);
      wanted.pods.push(pod);
      wanted.epochs.push(view.epoch[pod]);
      wanted.nodes.push(node);
      wanted.classes.push(podClass);
      wanted.flags.push(bits);
      wanted.ports.push(own);
    }
  }
  return wanted;
}

/** The ports of the pods of each class behind those of a Service: the same list for the same ports, for as long as the Service has them. */
export class PortsOfClasses {
  readonly #spec: ServiceSpec;
  readonly #classes: PodClasses;
  readonly #byClass = new Map<ClassRow, readonly SlicePort[]>();
  readonly #lists = new Map<string, readonly SlicePort[]>([['[]', NO_PORTS]]);

  /** Lists of earlier ports of the Service are kept: the slices have them. */
  constructor(spec: ServiceSpec, classes: PodClasses, earlier?: PortsOfClasses) {
    this.#spec = spec;
    this.#classes = classes;
    if (earlier !== undefined) for (const [key, list] of earlier.#lists) this.#lists.set(key, list);
  }

  /** Whether these are the ports of a version of the Service. */
  fit(spec: ServiceSpec): boolean {
    return spec === this.#spec || JSON.stringify(spec.ports) === JSON.stringify(this.#spec.ports);
  }

  of(podClass: ClassRow): readonly SlicePort[] {
    let list = this.#byClass.get(podClass);
    if (list === undefined) {
      list = this.#list(podClass);
      this.#byClass.set(podClass, list);
    }
    return list;
  }

  /** Ports that a pod lacks are left out. */
  #list(podClass: ClassRow): readonly SlicePort[] {
    const { spec } = this.#classes.get(podClass);
    const made = (this.#spec.ports ?? [])
      .map((port) => ({ name: port.name ?? '', number: targetPort(port, spec) }))
      .filter(({ number }) => number !== NO_PORT);
    const key = JSON.stringify(made);
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    this.#lists.set(key, made);
    return made;
  }
}
