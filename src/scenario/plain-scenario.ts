// The Scenario document of an input that has none: plain manifests.
import { basename, extname } from 'node:path';
import { InputDocument } from './document.ts';
import { API_VERSION } from './schema/schema.ts';

/** Named after the file. */
export function plainScenario(file: string): InputDocument {
  const plain = basename(file, extname(file))
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-');
  const name = plain.replaceAll(/^-+|-+$/g, '') || 'scenario';
  const value = { apiVersion: API_VERSION, kind: 'Scenario', metadata: { name }, spec: {} };
  return new InputDocument({ place: () => ({ file }) }, value);
}
