// Answers in YAML, for who asks for application/yaml.
import { dump } from 'js-yaml';

export function writeYaml(value: object): string {
  return dump(value, { noRefs: true, lineWidth: -1, sortKeys: true });
}
