// A hash of plain data that does not depend on the order of keys.
import { createHash } from 'node:crypto';

/** SHA-256 in hex. Undefined fields count as absent; Infinity and NaN differ from null. */
export function contentHash(value: unknown): string {
  const hash = createHash('sha256');
  write(value, (text) => hash.update(text));
  return hash.digest('hex');
}

function write(value: unknown, put: (text: string) => void): void {
  if (Array.isArray(value)) {
    put('[');
    for (const item of value) {
      write(item, put);
      put(',');
    }
    put(']');
  } else if (typeof value === 'object' && value !== null) {
    put('{');
    const fields = value as Record<string, unknown>;
    for (const key of Object.keys(fields).sort()) {
      if (fields[key] === undefined) continue;
      put(`${JSON.stringify(key)}:`);
      write(fields[key], put);
      put(',');
    }
    put('}');
  } else put(typeof value === 'string' ? JSON.stringify(value) : String(value));
}
