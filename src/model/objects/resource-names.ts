// What the resources of kinds are called: in paths (`deployments`), and with their group (`deployments.apps`).

/** Plurals that no rule gives. */
const PLURALS: Readonly<Record<string, string>> = { Endpoints: 'endpoints' };

export function pluralOf(kind: string): string {
  const lower = kind.toLowerCase();
  if (PLURALS[kind] !== undefined) return PLURALS[kind];
  if (/(s|x|ch)$/.test(lower)) return `${lower}es`;
  return /[^aeiou]y$/.test(lower) ? `${lower.slice(0, -1)}ies` : `${lower}s`;
}

/** Of the core group, without one. */
export function withGroup(name: string, apiVersion: string): string {
  return apiVersion.includes('/') ? `${name}.${apiVersion.slice(0, apiVersion.indexOf('/'))}` : name;
}
