// Names of images as a container runtime reports them, and which of them kube-scheduler finds.
import { expect, it } from 'vitest';
import { isNamedAsReported, reportedImageName } from './image-names.ts';

it.each([
  ['nginx', 'docker.io/library/nginx:latest', false],
  ['nginx:1.29', 'docker.io/library/nginx:1.29', false],
  ['example/web', 'docker.io/example/web:latest', false],
  ['docker.io/example/web', 'docker.io/example/web:latest', true],
  ['registry.k8s.io/pause:3.10', 'registry.k8s.io/pause:3.10', true],
  ['localhost/web', 'localhost/web:latest', true],
  ['registry:5000/web', 'registry:5000/web:latest', true],
  ['ghcr.io/a/b@sha256:0123', 'ghcr.io/a/b@sha256:0123', true],
  ['ghcr.io/a/b:v1@sha256:0123', 'ghcr.io/a/b@sha256:0123', false],
])('%s is reported as %s', (image, reported, isFound) => {
  expect([reportedImageName(image), isNamedAsReported(image)]).toEqual([reported, isFound]);
});
