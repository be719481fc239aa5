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
  await import('./program.ts');
}
