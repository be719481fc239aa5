// Fields that are two names of one thing, and those that only clients write: the API server's conversion (pkg/apis/core/v1/conversion.go).
import { toBase64 } from '../base64.ts';
import type { DecodedObject, PlainObject } from '../decode.ts';
import { templateOf } from '../pod-template.ts';
import type { PodSpec } from '../types.ts';

/** In place. */
export function convertAliases(object: DecodedObject): void {
  const spec = object.spec as PlainObject | undefined;
  const pod = templateOf(object)?.spec;
  if (pod !== undefined) linkAliases(pod);
  if (object.kind === 'Secret' && object.stringData !== undefined) {
    const texts = Object.entries(object.stringData as Record<string, string>).map(([key, text]) => [
      key,
      toBase64(text),
    ]);
    object.data = { ...(object.data as PlainObject | undefined), ...Object.fromEntries(texts) };
    delete object.stringData;
  }
  if (spec === undefined) return;
  if (object.kind === 'Service' && spec.clusterIP !== undefined) spec.clusterIPs ??= [spec.clusterIP];
  if (object.kind === 'Node') {
    const { podCIDR, podCIDRs } = spec as { podCIDR?: string; podCIDRs?: string[] };
    if (podCIDR !== undefined && podCIDR !== podCIDRs?.[0]) spec.podCIDRs = [podCIDR];
    else if (podCIDRs !== undefined) spec.podCIDR = podCIDRs[0];
  }
}

/** Alias fields of a pod's or a template's spec, kept equal by the API server's conversion. */
function linkAliases(spec: PodSpec): void {
  const account = spec.serviceAccountName ?? spec.serviceAccount;
  if (account === undefined) return;
  spec.serviceAccountName = account;
  spec.serviceAccount = account;
}
