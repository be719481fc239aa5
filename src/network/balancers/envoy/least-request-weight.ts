// What a host weighs in Envoy's weighted least request: its weight, less the more requests it has.
import { exp, log } from '../../../engine/elementary.ts';

/** `bias` 0: requests do not matter; 1: the weight by active requests plus one. */
export function leastRequestWeight(weight: number, active: number, bias: number): number {
  if (bias === 0) return weight;
  const divisor = active + 1;
  if (bias === 1) return weight / divisor;
  return weight / exp(bias * log(divisor));
}
