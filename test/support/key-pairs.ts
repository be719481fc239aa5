// Data of Secrets of type kubernetes.io/tls.
import { toBase64 } from '../../src/model/objects/base64.ts';

const pem = (label: string): string => toBase64(`-----BEGIN ${label}-----\nMIIB\n-----END ${label}-----\n`);

export const keyPair = { 'tls.crt': pem('CERTIFICATE'), 'tls.key': pem('EC PRIVATE KEY') };

/** As in the Gateway API's conformance tests. */
export const malformedKeyPair = { 'tls.crt': 'SGVsbG8gd29ybGQK', 'tls.key': 'SGVsbG8gd29ybGQK' };
