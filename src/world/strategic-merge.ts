// Strategic merge patches as kubectl sends them: mappings merge, null removes, lists of named things merge by their key.

type Mapping = Readonly<Record<string, unknown>>;

/** Lists of a pod template that are merged item by item, and what tells the items apart. Other lists are replaced. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  ports: 'containerPort',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
};

/** The patched value. Neither argument is changed. */
export function strategicMerge(before: unknown, patch: unknown, field = ''): unknown {
  if (isMapping(before) && isMapping(patch)) return mergeMappings(before, patch);
  const key = MERGE_KEYS[field];
  if (Array.isArray(before) && Array.isArray(patch) && key !== undefined) return mergeLists(before, patch, key);
  return isMapping(patch) ? mergeMappings({}, patch) : patch;
}

function mergeMappings(before: Mapping, patch: Mapping): Mapping {
  const after: Record<string, unknown> = { ...before };
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete after[field];
    else after[field] = strategicMerge(before[field], value, field);
  }
  return after;
}

function mergeLists(before: readonly unknown[], patch: readonly unknown[], key: string): unknown[] {
  const after = [...before];
  for (const item of patch) {
    const at = after.findIndex((one) => isMapping(one) && isMapping(item) && one[key] === item[key]);
    if (isMapping(item) && item['$patch'] === 'delete') {
      if (at >= 0) after.splice(at, 1);
    } else if (at >= 0) {
      after[at] = strategicMerge(after[at], item);
    } else {
      after.push(strategicMerge(undefined, item));
    }
  }
  return after;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
