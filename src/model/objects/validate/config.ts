// Validation of ConfigMaps, Secrets and Namespaces (pkg/apis/core/validation).
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import type { Errors } from './errors.ts';
import { validateFinalizer, validateLabelKey, validateMeta } from './meta.ts';
import { byteLength, configKeyProblems, dnsLabelProblems, dnsSubdomainProblems } from './names.ts';
import { fromBase64, isJsonObject } from '../base64.ts';

type Strings = Readonly<Record<string, string>>;
/** In base64, null for no bytes at all. */
type Data = Readonly<Record<string, string | null>>;

const MAX_BYTES = 1024 * 1024;
const SERVICE_ACCOUNT_NAME = 'kubernetes.io/service-account.name';

export interface ConfigMap {
  metadata: ObjectMeta;
  immutable?: boolean;
  data?: Strings;
  binaryData?: Data;
}

export interface Secret {
  metadata: ObjectMeta;
  immutable?: boolean;
  data?: Data;
  type?: string;
}

export interface Namespace {
  metadata: ObjectMeta;
  spec: { finalizers?: readonly string[] };
}

export function validateConfigMap({ metadata, data = {}, binaryData = {} }: ConfigMap, errors: Errors): void {
  validateMeta(metadata, true, dnsSubdomainProblems, errors);
  let bytes = 0;
  for (const [key, value] of Object.entries(data)) {
    const path = `data[${key}]`;
    errors.invalidEach(path, key, configKeyProblems(key));
    if (Object.hasOwn(binaryData, key)) errors.invalid(path, key, 'duplicate of key present in binaryData');
    bytes += byteLength(value);
  }
  for (const [key, value] of Object.entries(binaryData)) {
    errors.invalidEach(`binaryData[${key}]`, key, configKeyProblems(key));
    bytes += fromBase64(value ?? '').length;
  }
  // The whole object is meant.
  if (bytes > MAX_BYTES) errors.tooLong('', MAX_BYTES);
}

export function validateSecret({ metadata, data = {}, type }: Secret, errors: Errors): void {
  validateMeta(metadata, true, dnsSubdomainProblems, errors);
  let bytes = 0;
  for (const [key, value] of Object.entries(data)) {
    errors.invalidEach(`data[${key}]`, key, configKeyProblems(key));
    bytes += fromBase64(value ?? '').length;
  }
  if (bytes > MAX_BYTES) errors.tooLong('data', MAX_BYTES);
  const missing = (key: string) => !Object.hasOwn(data, key);
  const need = (key: string) => {
    if (missing(key)) errors.required(`data[${key}]`);
  };
  switch (type ?? 'Opaque') {
    case 'kubernetes.io/service-account-token':
      if (!metadata.annotations?.[SERVICE_ACCOUNT_NAME])
        errors.required(`metadata.annotations[${SERVICE_ACCOUNT_NAME}]`);
      return;
    case 'kubernetes.io/dockercfg':
      validateJson(data, '.dockercfg', errors);
      return;
    case 'kubernetes.io/dockerconfigjson':
      validateJson(data, '.dockerconfigjson', errors);
      return;
    case 'kubernetes.io/basic-auth':
      if (!missing('username') || !missing('password')) return;
      need('username');
      need('password');
      return;
    case 'kubernetes.io/ssh-auth':
      if (!data['ssh-privatekey']) errors.required('data[ssh-privatekey]');
      return;
    case 'kubernetes.io/tls':
      need('tls.crt');
      need('tls.key');
      return;
    default:
  }
}

function validateJson(data: Data, key: string, errors: Errors): void {
  if (!Object.hasOwn(data, key)) errors.required(`data[${key}]`);
  else if (!isJsonObject(fromBase64(data[key] ?? ''))) {
    errors.invalid(`data[${key}]`, '<secret contents redacted>', 'must be a JSON object');
  }
}

export function validateNamespace({ metadata, spec }: Namespace, errors: Errors): void {
  validateMeta(metadata, false, dnsLabelProblems, errors);
  for (const finalizer of spec.finalizers ?? []) {
    validateLabelKey(finalizer, 'spec.finalizers', errors);
    validateFinalizer(finalizer, 'spec.finalizers', errors);
  }
}
