// Names with a domain in front, such as `acme.io/foo` (apimachinery, util/validation, IsDomainPrefixedPath).
import type { Errors } from './errors.ts';
import { dnsSubdomainProblems } from './names.ts';

const PATH = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;

export function validateDomainPath(text: string, path: string, errors: Errors): void {
  const slash = text.indexOf('/');
  if (text === '') errors.required(path);
  else if (slash <= 0 || slash === text.length - 1) {
    errors.invalid(path, text, 'must be a domain-prefixed path (such as "acme.io/foo")');
  } else {
    const host = text.slice(0, slash);
    errors.invalidEach(path, host, dnsSubdomainProblems(host));
    const rest = text.slice(slash + 1);
    if (!PATH.test(rest)) errors.invalid(path, rest, 'Invalid path');
  }
}
