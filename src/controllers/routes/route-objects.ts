// The objects that lead requests, as far as they are read: Ingresses, Gateway API's HTTPRoutes, Istio's VirtualServices and DestinationRules.
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import type { IngressSpec, IngressStatus } from 'kubernetes-types/networking/v1.js';
import type { KubeObject } from '../../model/object-store.ts';

export interface Ingress extends KubeObject {
  readonly kind: 'Ingress';
  readonly status?: IngressStatus;
  readonly spec?: IngressSpec;
}

/** `type` is Exact or RegularExpression, of a path also PathPrefix. */
export interface HttpMatch {
  readonly path?: { readonly type?: string; readonly value?: string };
  readonly headers?: readonly { readonly type?: string; readonly name: string; readonly value: string }[];
  readonly queryParams?: readonly { readonly type?: string; readonly name: string; readonly value: string }[];
  readonly method?: string;
}

export interface ParentRef {
  readonly group?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  /** Of one of the Gateway's listeners. */
  readonly sectionName?: string;
  readonly port?: number;
}

/** `type` is ReplaceFullPath or ReplacePrefixMatch. */
export interface PathModifier {
  readonly type: string;
  readonly replaceFullPath?: string;
  readonly replacePrefixMatch?: string;
}

export interface BackendRef {
  /** A Service of the core group where nothing is said. */
  readonly group?: string;
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
  readonly port?: number;
  readonly weight?: number;
}

interface Header {
  readonly name: string;
  readonly value: string;
}

/** What `type` says is there. */
export interface HttpFilter {
  readonly type: string;
  readonly requestHeaderModifier?: {
    readonly set?: readonly Header[];
    readonly add?: readonly Header[];
    readonly remove?: readonly string[];
  };
  readonly urlRewrite?: { readonly hostname?: string; readonly path?: PathModifier };
  readonly requestMirror?: {
    readonly backendRef: BackendRef;
    readonly percent?: number;
    readonly fraction?: { readonly numerator: number; readonly denominator?: number };
  };
}

/** As Kubernetes' objects have them; times in whole seconds. */
export interface RouteCondition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
  readonly lastTransitionTime: string;
}

/** What one controller says of a route and one of its parents. */
export interface RouteParentStatus {
  readonly parentRef: ParentRef;
  readonly controllerName: string;
  readonly conditions: readonly RouteCondition[];
}

export interface HttpRoute extends KubeObject {
  readonly status?: { readonly parents?: readonly RouteParentStatus[] };
  readonly kind: 'HTTPRoute';
  readonly spec?: {
    readonly parentRefs?: readonly ParentRef[];
    readonly hostnames?: readonly string[];
    readonly rules?: readonly {
      readonly name?: string;
      readonly timeouts?: { readonly request?: string; readonly backendRequest?: string };
      readonly matches?: readonly HttpMatch[];
      readonly backendRefs?: readonly (BackendRef & { readonly filters?: readonly HttpFilter[] })[];
      readonly filters?: readonly HttpFilter[];
      readonly retry?: { readonly attempts?: number; readonly backoff?: string; readonly codes?: readonly number[] };
    }[];
  };
}

export interface GatewayClass extends KubeObject {
  readonly kind: 'GatewayClass';
  readonly status?: { readonly conditions?: readonly RouteCondition[] };
  readonly spec?: { readonly controllerName?: string };
}

/** Of the Gateway API's group where none is said. */
export interface RouteKind {
  readonly group?: string;
  readonly kind: string;
}

/** A Secret of the core group, in the namespace of the Gateway, where nothing is said. */
export interface CertificateRef {
  readonly group?: string;
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
}

export interface Listener {
  readonly name: string;
  readonly hostname?: string;
  readonly port: number;
  readonly protocol: string;
  readonly tls?: { readonly certificateRefs?: readonly CertificateRef[] };
  readonly allowedRoutes?: {
    /** Those of the protocol where nothing is said. */
    readonly kinds?: readonly RouteKind[];
    readonly namespaces?: {
      /** Same where nothing is said. */
      readonly from?: 'All' | 'Same' | 'Selector';
      readonly selector?: LabelSelector;
    };
  };
}

export interface ListenerStatus {
  readonly name: string;
  readonly supportedKinds: readonly RouteKind[];
  readonly attachedRoutes: number;
  readonly conditions: readonly RouteCondition[];
}

export interface GatewayStatus {
  readonly addresses?: readonly { readonly type: string; readonly value: string }[];
  readonly conditions?: readonly RouteCondition[];
  readonly listeners?: readonly ListenerStatus[];
}

export interface Gateway extends KubeObject {
  readonly kind: 'Gateway';
  readonly status?: GatewayStatus;
  readonly spec?: { readonly gatewayClassName?: string; readonly listeners?: readonly Listener[] };
}

/** Who of other namespaces may refer to what of its own. */
export interface ReferenceGrant extends KubeObject {
  readonly kind: 'ReferenceGrant';
  readonly spec?: {
    readonly from?: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[];
    readonly to?: readonly { readonly group: string; readonly kind: string; readonly name?: string }[];
  };
}

/** One of the three. */
export interface StringMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly regex?: string;
}

export interface VirtualServiceMatch {
  readonly uri?: StringMatch;
  readonly method?: StringMatch;
  readonly headers?: Readonly<Record<string, StringMatch>>;
}

interface DestinationOfRequests {
  readonly host: string;
  /** Of the host's DestinationRule. */
  readonly subset?: string;
  readonly port?: { readonly number?: number };
}

export interface VirtualServiceDestination {
  readonly destination: DestinationOfRequests;
  readonly weight?: number;
}

export interface VirtualServiceRoute {
  readonly name?: string;
  readonly match?: readonly VirtualServiceMatch[];
  readonly route?: readonly VirtualServiceDestination[];
  /** Requests go there too; nobody waits for the answers. */
  readonly mirror?: DestinationOfRequests;
  /** Of them; 100 where nothing is said. */
  readonly mirrorPercentage?: { readonly value?: number };
}

export interface DestinationRule extends KubeObject {
  readonly kind: 'DestinationRule';
  readonly spec?: {
    readonly host?: string;
    readonly subsets?: readonly { readonly name: string; readonly labels?: Readonly<Record<string, string>> }[];
  };
}

export interface VirtualService extends KubeObject {
  readonly kind: 'VirtualService';
  readonly spec?: {
    readonly hosts?: readonly string[];
    readonly gateways?: readonly string[];
    readonly http?: readonly VirtualServiceRoute[];
  };
}
