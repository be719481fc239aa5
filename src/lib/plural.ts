// Counted nouns: `1 Ingress`, `2 NetworkPolicies`, `3 Endpoints`, `5,000 nodes`.

/** A number with its noun, which is regular but for words that are plural already (`Endpoints`). */
export function counted(count: number, noun: string): string {
  return `${thousands(count)} ${count === 1 ? noun : plural(noun)}`;
}

/** A whole number, its digits in groups: `1,234,567`. */
export function thousands(whole: number): string {
  return String(whole).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

function plural(noun: string): string {
  if (/[^s]s$/.test(noun) && !/(us|is)$/.test(noun) && /^[A-Z].*[a-z]ts$/.test(noun)) return noun;
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(s|x|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}
