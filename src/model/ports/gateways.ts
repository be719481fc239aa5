// Port: proxies in pods that route requests.
import type { GatewayTable } from '../gateway-table.ts';
import type { PodClass } from '../pod-class.ts';

/** The pods of controllers. The traffic part implements it. */
export interface Gateways {
  /** Controllers that pods of the scenario may be of, and the class of Ingresses that each has where no IngressClass object says so. */
  readonly controllers: readonly { readonly name: string; readonly className: string }[];
  /**
   * What pods of a controller hear now, those that are of one Gateway (`namespace/name`) or, where it is '', those that are of none; they
   * take it up at their own pace.
   */
  configure(controller: string, gateway: string, table: GatewayTable): void;
  /** Of the pods in which proxies of a controller run now and have not been told to end; with a Gateway, of those that serve it. */
  podClasses(controller: string, gateway?: string): readonly PodClass[];
  /** Called when a proxy has started or ended, or has been told to end. */
  changed: () => void;
  /** Called after that when a proxy of a controller has been told to end, with the class of its pod. */
  told: (controller: string, podClass: PodClass) => void;
}
