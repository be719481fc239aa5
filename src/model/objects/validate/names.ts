// What names, paths and numbers may look like, with the API server's words for what is wrong (apimachinery, util/validation).

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const CONFIG_KEY = '[-._a-zA-Z0-9]+';
const PERCENT = '[0-9]+%';
const HTTP_HEADER = '[-A-Za-z0-9]+';

const LABEL_PATTERN = whole(LABEL);
const SUBDOMAIN_PATTERN = whole(SUBDOMAIN);
const CONFIG_KEY_PATTERN = whole(CONFIG_KEY);
const PERCENT_PATTERN = whole(PERCENT);
const HTTP_HEADER_PATTERN = whole(HTTP_HEADER);

const LABEL_MAX = 63;
const SUBDOMAIN_MAX = 253;
const PORT_NAME_MAX = 15;
const MAX_PORT = 65_535;
const MAX_INT32 = 2 ** 31 - 1;

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}

/** `text (e.g. 'a',  or 'b', regex used for validation is '…')`, with the API server's double spaces. */
function regexProblem(text: string, pattern: string, ...examples: string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return examples.length === 0
    ? `${text} (regex used for validation is '${pattern}')`
    : `${text} (e.g. ${shown}regex used for validation is '${pattern}')`;
}

function tooLong(value: string, most: number): string[] {
  return byteLength(value) > most ? [`must be no more than ${most} characters`] : [];
}

/** Length in UTF-8. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

export function dnsLabelProblems(value: string): string[] {
  const problems = tooLong(value, LABEL_MAX);
  if (LABEL_PATTERN.test(value)) return problems;
  if (SUBDOMAIN_PATTERN.test(value)) return [...problems, 'must not contain dots'];
  return [...problems, regexProblem(LABEL_TEXT, LABEL, 'my-name', '123-abc')];
}

export function dnsSubdomainProblems(value: string): string[] {
  const problems = tooLong(value, SUBDOMAIN_MAX);
  if (!SUBDOMAIN_PATTERN.test(value)) problems.push(regexProblem(SUBDOMAIN_TEXT, SUBDOMAIN, 'example.com'));
  return problems;
}

/** `*.example.com`: one star, in place of the first label. */
export function wildcardSubdomainProblems(value: string): string[] {
  const pattern = `\\*\\.${SUBDOMAIN}`;
  const problems = tooLong(value, SUBDOMAIN_MAX);
  if (!whole(pattern).test(value)) {
    const text =
      "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
    problems.push(regexProblem(text, pattern, '*.example.com'));
  }
  return problems;
}

export function portNameProblems(value: string): string[] {
  const problems = tooLong(value, PORT_NAME_MAX);
  if (!/^[-a-z0-9]+$/.test(value)) {
    problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(value)) problems.push('must contain at least one letter (a-z)');
  if (value.includes('--')) problems.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) problems.push('must not begin or end with a hyphen');
  return problems;
}

export function rangeProblems(value: number, least: number, most: number): string[] {
  return value >= least && value <= most ? [] : [`must be between ${least} and ${most}, inclusive`];
}

export function portNumberProblems(value: number): string[] {
  return rangeProblems(value, 1, MAX_PORT);
}

/** User and group ids. */
export function idProblems(value: number): string[] {
  return rangeProblems(value, 0, MAX_INT32);
}

export function isPercent(value: string): boolean {
  return PERCENT_PATTERN.test(value);
}

export function percentProblems(value: string): string[] {
  if (isPercent(value)) return [];
  return [
    regexProblem("a valid percent string must be a numeric string followed by an ending '%'", PERCENT, '1%', '93%'),
  ];
}

export function configKeyProblems(value: string): string[] {
  const problems = tooLong(value, SUBDOMAIN_MAX);
  if (!CONFIG_KEY_PATTERN.test(value)) {
    const text = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
    problems.push(regexProblem(text, CONFIG_KEY, 'key.name', 'KEY_NAME', 'key-name'));
  }
  return [...problems, ...dotsProblems(value)];
}

function dotsProblems(value: string): string[] {
  if (value === '.') return ["must not be '.'"];
  if (value === '..') return ["must not be '..'"];
  return value.startsWith('..') ? ["must not start with '..'"] : [];
}

/** Environment variables may hold any printable ASCII but `=`. */
export function envNameProblems(value: string): string[] {
  if (value === '') return ['environment variable name must be non-empty'];
  if (/^[ -<>-~]*$/.test(value)) return [];
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

export function httpHeaderProblems(value: string): string[] {
  if (HTTP_HEADER_PATTERN.test(value)) return [];
  const text = "a valid HTTP header must consist of alphanumeric characters or '-'";
  return [regexProblem(text, HTTP_HEADER, 'X-Header-Name')];
}

/** What the API server asks of every name: that it can be part of a path (api/validation/path). */
export function pathSegmentProblems(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%']
    .filter((character) => name.includes(character))
    .map((character) => `may not contain '${character}'`);
}
