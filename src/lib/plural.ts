// Counted nouns: `1 Ingress`, `2 NetworkPolicies`, `3 Endpoints`.

/** A number with its noun, which is regular but for words that are plural already (`Endpoints`). */
export function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : plural(noun)}`;
}

function plural(noun: string): string {
  if (/[^s]s$/.test(noun) && !/(us|is)$/.test(noun) && /^[A-Z].*[a-z]ts$/.test(noun)) return noun;
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(s|x|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}
