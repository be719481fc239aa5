// Fields that are two names of one thing, and those that only clients write: the API server's conversion (pkg/apis/core/v1/conversion.go).
import { toBase64 } from '../base64.ts';
import type { DecodedObject, PlainObject } from '../decode.ts';
import type { Pod, PodSpec, PodTemplate } from '../types.ts';

/** In place. */
export function convertAliases(object: DecodedObject): void {
  const spec = object.spec as
    | (PlainObject & { template?: PodTemplate; jobTemplate?: { spec: { template: PodTemplate } } })
    | undefined;
  if (object.kind === 'Pod') linkAliases((object as unknown as Pod).spec);
  const template = spec?.template ?? spec?.jobTemplate?.spec.template;
  if (template?.spec !== undefined && object.kind !== 'Pod') linkAliases(template.spec);
  if (object.kind === 'Secret' && object.stringData !== undefined) {
    const texts = Object.entries(object.stringData as Record<string, string>).map(([key, text]) => [
      key,
      toBase64(text),
    ]);
    object.data = { ...(object.data as PlainObject | undefined), ...Object.fromEntries(texts) };
    delete object.stringData;
  }
  if (object.kind === 'Service') {
    const { clusterIP } = spec as { clusterIP?: string };
    if (clusterIP !== undefined) (spec as PlainObject).clusterIPs ??= [clusterIP];
  }
  if (object.kind === 'Node') {
    const { podCIDR, podCIDRs } = spec as { podCIDR?: string; podCIDRs?: string[] };
    if (podCIDR !== undefined && podCIDR !== podCIDRs?.[0]) (spec as PlainObject).podCIDRs = [podCIDR];
    else if (podCIDRs !== undefined) (spec as PlainObject).podCIDR = podCIDRs[0];
  }
}

/** Alias fields of a pod's or a template's spec, kept equal by the API server's conversion. */
function linkAliases(spec: PodSpec): void {
  const account = spec.serviceAccountName ?? spec.serviceAccount;
  if (account === undefined) return;
  spec.serviceAccountName = account;
  spec.serviceAccount = account;
}
