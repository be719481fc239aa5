// The kubeconfig with which clients find the simulated cluster: a file of its own, which only its owner reads.
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { load } from 'js-yaml';
import { InputError } from '../lib/errors.ts';

const NAME = 'wavetank';
const HEAD = '# Of `wavetank up`. It goes with the run, and another run may replace it.';
const PRIVATE = 0o600;

export interface Access {
  /** `https://127.0.0.1:8001`. */
  readonly server: string;
  /** PEM of whoever signed its certificate; undefined over plain HTTP. */
  readonly authority: string | undefined;
  /** Undefined where none is asked for. */
  readonly token: string | undefined;
}

export function kubeconfigOf({ server, authority, token }: Access): string {
  const ca =
    authority === undefined ? [] : [`    certificate-authority-data: ${Buffer.from(authority).toString('base64')}`];
  return [
    HEAD,
    'apiVersion: v1',
    'kind: Config',
    `current-context: ${NAME}`,
    'clusters:',
    `- name: ${NAME}`,
    '  cluster:',
    `    server: ${server}`,
    ...ca,
    'contexts:',
    `- name: ${NAME}`,
    '  context:',
    `    cluster: ${NAME}`,
    `    user: ${NAME}`,
    'users:',
    `- name: ${NAME}`,
    token === undefined ? '  user: {}' : `  user:\n    token: ${token}`,
    '',
  ].join('\n');
}

/** Whether there may be a kubeconfig at that path: throws an InputError where another file is, or no folder. */
export function checkKubeconfig(file: string): void {
  if (!existsSync(dirname(resolve(file)))) {
    throw new InputError({ file, message: 'cannot be written: its folder does not exist' });
  }
  if (!existsSync(file)) return;
  if (!textOf(file).startsWith(HEAD)) {
    throw new InputError({
      file,
      message: 'is there and not of `wavetank up`: nothing is merged into it; name another file by --kubeconfig-out',
    });
  }
}

/** Writes the whole file or none. Throws an InputError as `checkKubeconfig` does. */
export function writeKubeconfig(file: string, text: string): void {
  checkKubeconfig(file);
  const target = resolve(file);
  const partial = join(dirname(target), `.${basename(target)}.${process.pid}`);
  try {
    rmSync(partial, { force: true });
    const descriptor = openSync(partial, 'wx', PRIVATE);
    try {
      writeSync(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { force: true });
    throw new InputError({ file, message: `cannot be written: ${(error as Error).message}` });
  }
}

/** Takes the file away, unless another run has replaced it. */
export function removeKubeconfig(file: string, text: string): void {
  if (existsSync(file) && textOf(file) === text) rmSync(file);
}

/** What the current context of a kubeconfig says. Throws an InputError for a file that is none, or has keys of other ways to log in. */
export function readKubeconfig(file: string): Access {
  if (!existsSync(file)) {
    throw new InputError({ file, message: 'is not there: `wavetank up` writes it, and removes it when it ends' });
  }
  const config = parsed(file);
  const fail = (message: string): never => {
    throw new InputError({ file, message });
  };
  const context = named(config['contexts'], config['current-context'])?.['context'];
  if (!isMapping(context)) return fail('has no current context');
  const cluster = named(config['clusters'], context['cluster'])?.['cluster'];
  const user = named(config['users'], context['user'])?.['user'];
  const server = isMapping(cluster) ? cluster['server'] : undefined;
  if (!isMapping(cluster) || typeof server !== 'string') return fail('has no server in its current context');
  const authority = cluster['certificate-authority-data'];
  const token = isMapping(user) ? user['token'] : undefined;
  return {
    server,
    authority: typeof authority === 'string' ? Buffer.from(authority, 'base64').toString() : undefined,
    token: typeof token === 'string' ? token : undefined,
  };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError({ file, message: `cannot be read: ${(error as Error).message}` });
  }
}

function parsed(file: string): Readonly<Record<string, unknown>> {
  const text = textOf(file);
  let value: unknown;
  try {
    value = load(text);
  } catch (error) {
    throw new InputError({ file, message: `is not YAML: ${(error as Error).message.split('\n')[0]}` });
  }
  if (!isMapping(value)) throw new InputError({ file, message: 'is no kubeconfig' });
  return value;
}

function named(list: unknown, name: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!Array.isArray(list)) return undefined;
  return list.find((one): one is Record<string, unknown> => isMapping(one) && one['name'] === name);
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
