// Image references: which a kubelet accepts, and as what its container runtime knows them.

/** Why it is not a name of an image; undefined when it is one. */
export function imageNameError(image: string): string | undefined {
  const name = image.replace(/@.*$/, '').replace(/:[\w][\w.-]*$/, '');
  const path = name.includes('/') && /^[^/]*[.:]|^localhost\//.test(name) ? name.slice(name.indexOf('/') + 1) : name;
  if (/^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/.test(path)) return undefined;
  const why = /[A-Z]/.test(path)
    ? `repository name (${name.includes('/') ? path : `library/${path}`}) must be lowercase`
    : '';
  const problem = why === '' ? 'invalid reference format' : `invalid reference format: ${why}`;
  return `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${problem}`;
}

/** As containerd has it: with registry and tag, or with its digest. */
export function reportedImageName(image: string): string {
  const [path, digest] = image.split('@');
  const slash = path.indexOf('/');
  const host = slash < 0 ? '' : path.slice(0, slash);
  const hasHost = /[.:]/.test(host) || host === 'localhost';
  const full = hasHost ? path : slash < 0 ? `docker.io/library/${path}` : `docker.io/${path}`;
  const colon = full.lastIndexOf(':');
  const tagged = colon > full.lastIndexOf('/');
  if (digest !== undefined) return `${tagged ? full.slice(0, colon) : full}@${digest}`;
  return tagged ? full : `${full}:latest`;
}

/** kube-scheduler adds nothing but a missing tag: of `nginx` it does not see that nodes report `docker.io/library/nginx:latest`. */
export function isNamedAsReported(image: string): boolean {
  const reported = reportedImageName(image);
  return reported === image || reported === `${image}:latest`;
}
