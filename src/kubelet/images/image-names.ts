// Which image references a kubelet accepts.

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
