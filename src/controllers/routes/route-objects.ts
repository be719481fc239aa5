// The objects that lead requests, as far as they are read: Ingresses, Gateway API's HTTPRoutes and Istio's VirtualServices.
import type { IngressSpec } from 'kubernetes-types/networking/v1.js';
import type { KubeObject } from '../../model/object-store.ts';

export interface Ingress extends KubeObject {
  readonly kind: 'Ingress';
  readonly spec?: IngressSpec;
}

/** `type` is Exact or RegularExpression, of a path also PathPrefix. */
export interface HttpMatch {
  readonly path?: { readonly type?: string; readonly value?: string };
  readonly headers?: readonly { readonly type?: string; readonly name: string; readonly value: string }[];
  readonly queryParams?: readonly { readonly type?: string; readonly name: string; readonly value: string }[];
  readonly method?: string;
}

export interface HttpRoute extends KubeObject {
  readonly kind: 'HTTPRoute';
  readonly spec?: {
    readonly parentRefs?: readonly { readonly kind?: string; readonly name: string }[];
    readonly rules?: readonly {
      readonly matches?: readonly HttpMatch[];
      readonly backendRefs?: readonly {
        readonly name: string;
        readonly namespace?: string;
        readonly weight?: number;
      }[];
    }[];
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
  readonly headers?: Readonly<Record<string, StringMatch>>;
}

export interface VirtualService extends KubeObject {
  readonly kind: 'VirtualService';
  readonly spec?: {
    readonly hosts?: readonly string[];
    readonly gateways?: readonly string[];
    readonly http?: readonly {
      readonly name?: string;
      readonly match?: readonly VirtualServiceMatch[];
      readonly route?: readonly { readonly destination: { readonly host: string }; readonly weight?: number }[];
    }[];
  };
}
