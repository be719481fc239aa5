// Files of /proc and /sys as containers have them: the tightest limit on the way up is the one that holds.
import { expect, it } from 'vitest';
import { cgroupLimits } from './cgroup.ts';

const GIB = 2 ** 30;

it.each([
  ['no cgroups, as on macOS', {}, [undefined, undefined]],
  [
    'a container of version 2 sees its own as the root',
    {
      '/proc/self/cgroup': '0::/\n',
      '/sys/fs/cgroup/cpu.max': '150000 100000\n',
      '/sys/fs/cgroup/memory.max': `${GIB}\n`,
    },
    [1.5, GIB],
  ],
  [
    'without limits',
    {
      '/proc/self/cgroup': '0::/user.slice\n',
      '/sys/fs/cgroup/user.slice/cpu.max': 'max 100000\n',
      '/sys/fs/cgroup/user.slice/memory.max': 'max\n',
    },
    [undefined, undefined],
  ],
  [
    'a slice above limits the service in it',
    {
      '/proc/self/cgroup': '0::/batch.slice/job.service\n',
      '/sys/fs/cgroup/batch.slice/cpu.max': '200000 100000\n',
      '/sys/fs/cgroup/batch.slice/job.service/cpu.max': '800000 100000\n',
      '/sys/fs/cgroup/batch.slice/job.service/memory.max': `${4 * GIB}\n`,
      '/sys/fs/cgroup/batch.slice/memory.max': `${2 * GIB}\n`,
    },
    [2, 2 * GIB],
  ],
  [
    'version 1',
    {
      '/proc/self/cgroup': '11:memory:/docker/a\n4:cpu,cpuacct:/docker/a\n1:name=systemd:/docker/a\n',
      '/sys/fs/cgroup/cpu/docker/a/cpu.cfs_quota_us': '50000\n',
      '/sys/fs/cgroup/cpu/docker/a/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      '/sys/fs/cgroup/memory/docker/a/memory.limit_in_bytes': `${GIB}\n`,
    },
    [0.5, GIB],
  ],
  [
    'version 1 without a quota',
    {
      '/proc/self/cgroup': '4:cpu:/\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    },
    [undefined, undefined],
  ],
  [
    'a file that is something else',
    { '/proc/self/cgroup': 'x', '/sys/fs/cgroup/cpu.max': 'y', '/sys/fs/cgroup/memory.max': '' },
    [undefined, undefined],
  ],
] as const)('%s', (_what, files, [cpus, memoryBytes]) => {
  const texts = new Map<string, string>(Object.entries(files));
  expect(cgroupLimits((path) => texts.get(path))).toEqual({ cpus, memoryBytes });
});
