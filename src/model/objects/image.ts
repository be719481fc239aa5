// Names of container images, as the container runtimes' reference grammar reads them.

const ALPHANUMERIC = '[a-zA-Z0-9]';
const LABEL = `(?:${ALPHANUMERIC}|${ALPHANUMERIC}[a-zA-Z0-9-]*${ALPHANUMERIC})`;
const DOMAIN = `(?:${LABEL}(?:\\.${LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const REFERENCE = new RegExp(
  `^(${DOMAIN}/${COMPONENT}(?:/${COMPONENT})*)(?::(\\w[\\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$`,
);
const IDENTIFIER = /^[a-f0-9]{64}$/;
const DIGEST_LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };
const LONGEST_NAME = 255;

/** The image's tag, `latest` without tag and digest; undefined where the name is none. */
export function imageTag(image: string): string | undefined {
  if (IDENTIFIER.test(image)) return undefined;
  const slash = image.indexOf('/');
  const first = image.slice(0, Math.max(slash, 0));
  const hasDomain = slash !== -1 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const rest = hasDomain ? image.slice(slash + 1) : slash === -1 ? `library/${image}` : image;
  const match = REFERENCE.exec(`${hasDomain ? first : 'docker.io'}/${rest}`);
  if (match === null || match[1].length > LONGEST_NAME) return undefined;
  const [, , tag, digest] = match as unknown as [string, string, string | undefined, string | undefined];
  if (digest === undefined) return tag ?? 'latest';
  const [algorithm, hex] = digest.split(':');
  if (DIGEST_LENGTHS[algorithm] !== hex.length || hex !== hex.toLowerCase()) return undefined;
  return tag ?? '';
}
