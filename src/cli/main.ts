#!/usr/bin/env node
// Where the program begins. What it needs is loaded when it is needed, and what V8 compiles is kept for the next time.
import * as nodeModule from 'node:module';
import { version } from '../library/package.ts';
import { tuneCompiler } from '../sweep/compiler.ts';

if (process.argv.length === 3 && process.argv[2] === '--version') {
  process.stdout.write(`${version()}\n`);
} else {
  tuneCompiler();
  // Since Node 22.1.
  if ('enableCompileCache' in nodeModule) (nodeModule.enableCompileCache as () => void)();
  // A reader such as `head` may close the pipe early: that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    process.stderr.write(`standard output: cannot be written: ${error.message}\n`);
    process.exit(2);
  });
  const { main } = await import('./program.ts');
  await main(process.argv.slice(2));
}
