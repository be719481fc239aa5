// The part of JSONPath that printer columns use: fields, `[2]`, `[*]`, `['a.b']` and `[?(@.type=="Ready")]`.

const STEP =
  /\.?\[\?\(@((?:\.[^=!<>)\s.]+)+)\s*==\s*(?:"([^"]*)"|'([^']*)')\)\]|\.?\[(\d+|\*)\]|\.?\[['"]([^'"\]]+)['"]\]|\.((?:\\.|[^.[\]\\])+)/y;

/** The values at the path, in order; none where there is nothing, or where the path cannot be read. */
export function readPath(root: unknown, path: string): unknown[] {
  const text = path.replace(/^\{/, '').replace(/\}$/, '').replace(/^\$/, '');
  let values: unknown[] = [root];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const step = STEP.exec(text);
    if (step === null) return [];
    const [, filter, doubleQuoted, singleQuoted, index, quoted, field] = step as unknown as (string | undefined)[];
    if (filter !== undefined) values = filtered(values, filter.slice(1).split('.'), doubleQuoted ?? singleQuoted ?? '');
    else if (index !== undefined) values = values.flatMap((value) => elements(value, index));
    else values = values.flatMap((value) => member(value, quoted ?? (field ?? '').replaceAll('\\', '')));
  }
  return values;
}

function filtered(values: readonly unknown[], path: readonly string[], wanted: string): unknown[] {
  return values
    .flatMap((value) => elements(value, '*'))
    .filter((element) => {
      const [found] = path.reduce<unknown[]>((at, key) => at.flatMap((one) => member(one, key)), [element]);
      return String(found) === wanted;
    });
}

function elements(value: unknown, index: string): unknown[] {
  if (index === '*') {
    if (Array.isArray(value)) return value as unknown[];
    return typeof value === 'object' && value !== null ? Object.values(value) : [];
  }
  const at = Array.isArray(value) ? (value as unknown[])[Number(index)] : undefined;
  return at === undefined ? [] : [at];
}

function member(value: unknown, key: string): unknown[] {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return [];
  return [(value as Readonly<Record<string, unknown>>)[key]];
}
