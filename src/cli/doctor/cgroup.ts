// What Linux lets the processes of this container or service use: Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/memory.rst, scheduler/sched-bwc.rst.

export interface CgroupLimits {
  /** Processors, such as 1.5; undefined: all. */
  readonly cpus: number | undefined;
  readonly memoryBytes: number | undefined;
}

const ROOT = '/sys/fs/cgroup';
/** Version 1 has no word for "no limit": it is the largest whole number of pages. */
const NO_LIMIT_BYTES = 2 ** 60;

/** Limits of a cgroup are those of the ones above it too. `read` gives a file's text, or undefined. */
export function cgroupLimits(read: (path: string) => string | undefined): CgroupLimits {
  const lines = (read('/proc/self/cgroup') ?? '').trim().split('\n');
  const own = (controller: string): string | undefined => {
    const line = lines.find((one) => (one.split(':')[1] ?? '-').split(',').includes(controller));
    return line?.split(':').slice(2).join(':');
  };
  const unified = own('') ?? '/';
  const ofBoth = (values: readonly (number | undefined)[]): number | undefined => {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  };
  return {
    cpus: ofBoth([
      ...above(unified).map((folder) => quota(read(`${ROOT}${folder}/cpu.max`)?.trim().split(' '))),
      ...above(own('cpu')).map((folder) =>
        quota([
          read(`${ROOT}/cpu${folder}/cpu.cfs_quota_us`)?.trim() ?? '-1',
          read(`${ROOT}/cpu${folder}/cpu.cfs_period_us`)?.trim() ?? '',
        ]),
      ),
    ]),
    memoryBytes: ofBoth([
      ...above(unified).map((folder) => bytes(read(`${ROOT}${folder}/memory.max`))),
      ...above(own('memory')).map((folder) => bytes(read(`${ROOT}/memory${folder}/memory.limit_in_bytes`))),
    ]),
  };
}

/** `/a/b`, `/a` and the root, as an empty text. */
function above(path: string | undefined): string[] {
  if (path === undefined) return [];
  const names = path.split('/').filter((name) => name !== '');
  return Array.from({ length: names.length + 1 }, (_, left) =>
    names
      .slice(0, names.length - left)
      .map((name) => `/${name}`)
      .join(''),
  );
}

/** Of `150000 100000`, `max 100000`, or -1 for none. */
function quota(parts: readonly string[] | undefined): number | undefined {
  const [most, period] = (parts ?? []).map(Number);
  return most > 0 && period > 0 ? most / period : undefined;
}

function bytes(text: string | undefined): number | undefined {
  const value = Number(text?.trim() ?? Number.NaN);
  return value > 0 && value < NO_LIMIT_BYTES ? value : undefined;
}
