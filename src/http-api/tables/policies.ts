// How admission policies, their bindings and requests for certificates are printed.
import type { CertificateSigningRequest } from 'kubernetes-types/certificates/v1.js';
import type { Printer, Printers } from './printer.ts';
import { humanDuration, NONE, since, UNSET } from './texts.ts';

interface Policy {
  readonly metadata: { readonly name: string; readonly creationTimestamp?: string };
  readonly spec?: {
    readonly validations?: readonly object[];
    readonly mutations?: readonly object[];
    readonly paramKind?: { readonly apiVersion?: string; readonly kind?: string };
  };
}

interface Binding {
  readonly metadata: { readonly name: string; readonly creationTimestamp?: string };
  readonly spec?: {
    readonly policyName?: string;
    readonly paramRef?: { readonly name?: string; readonly namespace?: string; readonly selector?: object };
  };
}

const policy =
  (rules: 'validations' | 'mutations'): Printer =>
  ({ metadata, spec }: Policy, nowUs) => {
    const kind = spec?.paramKind;
    return [
      metadata.name,
      spec?.[rules]?.length ?? 0,
      kind === undefined ? UNSET : `${kind.apiVersion ?? ''}/${kind.kind ?? ''}`,
      since(metadata.creationTimestamp, nowUs),
    ];
  };

const binding: Printer = ({ metadata, spec }: Binding, nowUs) => {
  const { name = '', namespace = '' } = spec?.paramRef ?? {};
  const shown = name === '' ? UNSET : namespace === '' ? `*/${name}` : `${namespace}/${name}`;
  return [metadata.name, spec?.policyName ?? '', shown, since(metadata.creationTimestamp, nowUs)];
};

export const policyPrinters: Printers = {
  ValidatingAdmissionPolicy: policy('validations'),
  MutatingAdmissionPolicy: policy('mutations'),
  ValidatingAdmissionPolicyBinding: binding,
  MutatingAdmissionPolicyBinding: binding,
  CertificateSigningRequest: ({ metadata, spec, status }: CertificateSigningRequest, nowUs) => [
    metadata?.name ?? '',
    since(metadata?.creationTimestamp, nowUs),
    spec.signerName === '' ? NONE : spec.signerName,
    spec.username ?? '',
    spec.expirationSeconds === undefined ? NONE : humanDuration(spec.expirationSeconds),
    requestState(status),
  ],
};

function requestState(status: CertificateSigningRequest['status']): string {
  const has = (wanted: string): boolean => status?.conditions?.some(({ type }) => type === wanted) === true;
  const decided = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return [
    decided,
    ...(has('Failed') ? ['Failed'] : []),
    ...((status?.certificate ?? '') === '' ? [] : ['Issued']),
  ].join(',');
}
