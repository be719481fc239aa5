// What outlier detection tells whoever picks endpoints.

/** Why a host is ejected, in Envoy's words. */
export type EjectionType =
  | 'CONSECUTIVE_5XX'
  | 'CONSECUTIVE_GATEWAY_FAILURE'
  | 'CONSECUTIVE_LOCAL_ORIGIN_FAILURE'
  | 'SUCCESS_RATE'
  | 'SUCCESS_RATE_LOCAL_ORIGIN'
  | 'FAILURE_PERCENTAGE'
  | 'FAILURE_PERCENTAGE_LOCAL_ORIGIN';

export interface EjectionListener {
  /** `enforced` false: only noted, the host is used on. `times`: how often it was ejected so far. */
  ejected(host: number, type: EjectionType, enforced: boolean, times: number): void;
  returned(host: number): void;
}
