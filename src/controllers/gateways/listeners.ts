// What keeps a listener of a Gateway from serving: others that cannot be told from it, or a certificate that it has not got. Source: Gateway API v1.
import { fromBase64 } from '../../model/objects/base64.ts';
import type { CertificateRef, Gateway, Listener } from '../routes/route-objects.ts';
import { type GatewaySurroundings, isHttp, isPermitted } from './attachment.ts';

/** In the words of conditions. */
export interface ListenerFault {
  readonly reason: string;
  readonly message: string;
}

/**
 * Listeners of one port are told apart by host; HTTP and HTTPS do not go together there. All of those that are not distinct are conflicted, the first
 * one too. What no proxy here serves (TLS, TCP, UDP) is in nobody's way.
 */
export function conflictOf(listener: Listener, { spec }: Gateway): ListenerFault | undefined {
  if (!isHttp(listener)) return undefined;
  const { port, protocol } = listener;
  const others = (spec?.listeners ?? []).filter((one) => one !== listener && isHttp(one) && one.port === port);
  const named = (those: readonly Listener[]): string => those.map(({ name }) => name).join(', ');
  const foreign = others.filter((one) => one.protocol !== protocol);
  if (foreign.length > 0)
    return { reason: 'ProtocolConflict', message: `Port ${port} has another protocol in ${named(foreign)}` };
  const same = others.filter((one) => hostOf(one) === hostOf(listener));
  if (same.length === 0) return undefined;
  const host = hostOf(listener) === '' ? 'all hosts' : `host ${hostOf(listener)}`;
  return { reason: 'HostnameConflict', message: `Port ${port} has ${host} in ${named(same)} too` };
}

export function hostOf({ hostname = '' }: Listener): string {
  return hostname.toLowerCase();
}

/** The first of its certificates that is not to be had. */
export function certificateFault(
  listener: Listener,
  gateway: Gateway,
  around: GatewaySurroundings,
): ListenerFault | undefined {
  const refs = certificatesOf(listener);
  if (refs?.length === 0) return { reason: 'InvalidCertificateRef', message: 'It names no certificate' };
  for (const ref of refs ?? []) {
    const fault = faultOf(ref, gateway, around);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Whether it takes connections: it is in nobody's way, and with HTTPS has one certificate at least. */
export function isOpen(listener: Listener, gateway: Gateway, around: GatewaySurroundings): boolean {
  const refs = certificatesOf(listener);
  return (
    conflictOf(listener, gateway) === undefined &&
    (refs === undefined || refs.some((ref) => faultOf(ref, gateway, around) === undefined))
  );
}

/** Undefined where it needs none. */
function certificatesOf({ protocol, tls }: Listener): readonly CertificateRef[] | undefined {
  return protocol === 'HTTPS' ? (tls?.certificateRefs ?? []) : undefined;
}

function faultOf(
  { group = '', kind = 'Secret', name, namespace }: CertificateRef,
  { metadata }: Gateway,
  { grants, keyPair }: GatewaySurroundings,
): ListenerFault | undefined {
  const own = metadata.namespace ?? 'default';
  const to = { kind, namespace: namespace ?? own, name };
  const invalid = (what: string): ListenerFault => ({
    reason: 'InvalidCertificateRef',
    message: `${kind} ${to.namespace}/${name} ${what}`,
  });
  if (group !== '' || kind !== 'Secret') return invalid('is no Secret');
  if (!isPermitted({ kind: 'Gateway', namespace: own }, to, grants)) {
    const message = `Secret ${to.namespace}/${name} is in another namespace, where no ReferenceGrant allows it`;
    return { reason: 'RefNotPermitted', message };
  }
  const data = keyPair(to.namespace, name);
  if (data === undefined) return invalid('of type kubernetes.io/tls was not found');
  return hasBlock(data['tls.crt'], 'CERTIFICATE') && hasBlock(data['tls.key'], 'PRIVATE KEY')
    ? undefined
    : invalid('has no certificate and key in PEM');
}

/** Of a PEM file the labels count alone: what is in a block, until when it is valid and for which hosts is not looked at. */
function hasBlock(base64: string | undefined, label: string): boolean {
  return base64 !== undefined && new RegExp(`^-----BEGIN [A-Z ]*${label}-----`, 'mu').test(fromBase64(base64));
}
