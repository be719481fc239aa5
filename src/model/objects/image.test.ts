// Tags of image names, which decide the default pull policy.
import { expect, test } from 'vitest';
import { imageTag } from './image.ts';

const HEX = '0123456789abcdef'.repeat(4);

test.each([
  ['nginx', 'latest'],
  ['nginx:1.25', '1.25'],
  ['repo/app', 'latest'],
  ['localhost/app', 'latest'],
  ['registry:5000/app', 'latest'],
  ['registry:5000/app:v1', 'v1'],
  ['gcr.io/a/b/c:latest', 'latest'],
  [`repo/app@sha256:${HEX}`, ''],
  [`repo/app:v2@sha256:${HEX}`, 'v2'],
  ['Upper', undefined],
  ['', undefined],
  ['a b', undefined],
  [HEX, undefined],
  [`repo/app@sha256:${HEX.slice(0, 40)}`, undefined],
])('%s', (image, tag) => {
  expect(imageTag(image)).toBe(tag);
});
