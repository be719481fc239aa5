// Addresses that reach no machine from outside are refused as endpoints (pkg/apis/core/validation, ValidateEndpointIP).
import type { Errors } from './errors.ts';
import { ipProblems, parseIp } from './ip.ts';

export function validateEndpointAddress(text: string, path: string, errors: Errors): void {
  const problems = ipProblems(text);
  if (problems.length > 0) {
    errors.invalidEach(path, text, problems);
    return;
  }
  const bytes = parseIp(text) ?? [];
  const isV4 = bytes.length === 4;
  const zeroExcept = (last: number) => !isV4 && bytes.every((byte, index) => byte === (index === 15 ? last : 0));
  if ((isV4 && bytes.every((byte) => byte === 0)) || zeroExcept(0)) {
    errors.invalid(path, text, `may not be unspecified (${isV4 ? '0.0.0.0' : '::'})`);
  }
  if ((isV4 && bytes[0] === 127) || zeroExcept(1)) {
    errors.invalid(path, text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)');
  }
  if (isV4 ? bytes[0] === 169 && bytes[1] === 254 : bytes[0] === 0xfe && (bytes[1] & 0xc0) === 0x80) {
    errors.invalid(path, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  }
  if (isV4 ? bytes[0] === 224 && bytes[1] === 0 && bytes[2] === 0 : bytes[0] === 0xff && (bytes[1] & 0x0f) === 0x02) {
    errors.invalid(path, text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
  }
}
