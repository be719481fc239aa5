// What a label key and a label value may look like, with Kubernetes' words for what is wrong.

const NAME_MAX_BYTES = 63;
const SUBDOMAIN_MAX_BYTES = 253;

const NAME_PATTERN = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const VALUE_PATTERN = `(${NAME_PATTERN})?`;
const SUBDOMAIN_PATTERN = String.raw`[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*`;

const NAME = new RegExp(`^(?:${NAME_PATTERN})$`);
const VALUE = new RegExp(`^(?:${VALUE_PATTERN})$`);
const SUBDOMAIN = new RegExp(`^(?:${SUBDOMAIN_PATTERN})$`);

const ALPHANUMERIC_ENDS =
  "consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const NAME_RULE = `must ${ALPHANUMERIC_ENDS} (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${NAME_PATTERN}')`;
const VALUE_RULE = `a valid label must be an empty string or ${ALPHANUMERIC_ENDS} (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${VALUE_PATTERN}')`;
const SUBDOMAIN_RULE = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN_PATTERN}')`;

/** What is wrong with a label key (`[subdomain/]name`); empty if nothing is. */
export function labelKeyProblems(key: string): string[] {
  const parts = key.split('/');
  if (parts.length > 2) {
    return [`a valid label key ${NAME_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const problems: string[] = [];
  const name = parts[parts.length - 1];
  if (parts.length === 2) {
    if (parts[0] === '') problems.push('prefix part must be non-empty');
    else problems.push(...subdomainProblems(parts[0]).map((problem) => `prefix part ${problem}`));
  }
  if (name === '') problems.push('name part must be non-empty');
  else if (name.length > NAME_MAX_BYTES) problems.push(`name part must be no more than ${NAME_MAX_BYTES} bytes`);
  if (!NAME.test(name)) problems.push(`name part ${NAME_RULE}`);
  return problems;
}

/** What is wrong with a label value; empty if nothing is. */
export function labelValueProblems(value: string): string[] {
  const problems: string[] = [];
  if (value.length > NAME_MAX_BYTES) problems.push(`must be no more than ${NAME_MAX_BYTES} bytes`);
  if (!VALUE.test(value)) problems.push(VALUE_RULE);
  return problems;
}

// RFC 1123.
function subdomainProblems(value: string): string[] {
  const problems: string[] = [];
  if (value.length > SUBDOMAIN_MAX_BYTES) problems.push(`must be no more than ${SUBDOMAIN_MAX_BYTES} bytes`);
  if (!SUBDOMAIN.test(value)) problems.push(SUBDOMAIN_RULE);
  return problems;
}
