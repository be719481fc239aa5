import { configDefaults, defineConfig } from 'vitest/config';

/** They replace modules of the simulator, or measure a process: each runs in a process of its own. */
const ALONE = ['test/world/probe-events.test.ts', 'test/traffic/heap.test.ts', 'test/speed/**/*.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      // The simulator is loaded once in each worker, and not once for each of some hundred files.
      {
        extends: true,
        test: {
          name: 'together',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...ALONE],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: ALONE } },
    ],
    coverage: { provider: 'v8', include: ['src/**'], exclude: ['**/*.test.ts', 'src/cli/**', '**/*.generated.ts'] },
  },
});
