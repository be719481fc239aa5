// Programs are found as the shells of each system find them.
import { expect, it } from 'vitest';
import { findProgram, type Machine } from './programs.ts';

const machine = (platform: string, env: Record<string, string>, files: readonly string[]): Machine => ({
  platform,
  env,
  exists: (path) => files.includes(path),
});

it.each([
  [
    'the first folder counts',
    'linux',
    { PATH: '/usr/local/bin:/usr/bin' },
    ['/usr/bin/kubectl', '/usr/local/bin/kubectl'],
    '/usr/local/bin/kubectl',
  ],
  [
    'the order of names counts within a folder',
    'darwin',
    { PATH: '/bin' },
    ['/bin/chrome', '/bin/kubectl'],
    '/bin/kubectl',
  ],
  [
    'Windows has endings, and drives',
    'win32',
    { Path: 'C:\\Windows;D:\\Tools', PATHEXT: '.COM;.EXE' },
    ['D:\\Tools\\kubectl.exe'],
    'D:\\Tools\\kubectl.exe',
  ],
  ['Windows without PATHEXT', 'win32', { PATH: 'C:\\Tools\\' }, ['C:\\Tools\\chrome.cmd'], 'C:\\Tools\\chrome.cmd'],
  ['an empty part of PATH is not the working directory', 'linux', { PATH: ':/bin' }, ['kubectl'], undefined],
  ['no PATH', 'linux', {}, ['/bin/kubectl'], undefined],
])('%s', (_what, platform, env, files, found) => {
  expect(findProgram(['kubectl', 'chrome'], machine(platform, env, files))).toBe(found);
});
