import { configDefaults, defineConfig } from 'vitest/config';
import { transpiled } from './scripts/transpile-for-tests.mjs';

/** They replace modules of the simulator, or measure a process: each runs in a process of its own. */
const ALONE = ['test/world/probe-events.test.ts', 'test/traffic/heap.test.ts', 'test/speed/**/*.test.ts'];
/** Whoever watches changes modules while tests run, and coverage is of the modules themselves. */
const asTheyAre = !process.argv.includes('run') || process.argv.some((one) => one.startsWith('--coverage'));

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // As src/sweep/compiler.ts tunes the program: a tenth of the time of what simulates.
    execArgv: ['--single-threaded-gc', '--max-inlined-bytecode-size-cumulative=5000', '--interrupt-budget=400000'],
    maxWorkers: 2,
    projects: [
      // The simulator is loaded once in each worker, and not once for each of some hundred files.
      {
        extends: true,
        plugins: asTheyAre ? [] : [transpiled()],
        test: {
          name: 'together',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...ALONE],
          isolate: false,
          server: { deps: { external: [/\/test\/\.cache\//, /\/dist\//] } },
        },
      },
      { extends: true, test: { name: 'alone', include: ALONE } },
    ],
    coverage: { provider: 'v8', include: ['src/**'], exclude: ['**/*.test.ts', 'src/cli/**', '**/*.generated.ts'] },
  },
});
