// Who set which fields of which objects (metadata.managedFields). Noted at every write where somebody is to apply on the server; otherwise from an object's first apply on.
import type { KubeObject } from '../model/object-store.ts';
import type { PlainObject } from '../model/objects/decode.ts';
import { writeFields } from '../model/objects/managed/field-set.ts';
import { afterUpdate, type Author, type Manager } from '../model/objects/managed/managers.ts';
import { type Shape, shapeOfType } from '../model/objects/managed/shape.ts';
import { builtInKind } from '../model/objects/tables.ts';
import { timestamp } from '../lib/timestamp.ts';

/** As the real server calls whoever wrote an object before anybody applied it. */
const BEFORE = 'before-first-apply';
const CONTROLLERS = 'kube-controller-manager';
const NOBODY: readonly Manager[] = [];
/** Clients by the names of their programs, where these differ. */
const PROGRAMS: Readonly<Record<string, string>> = { 'default-scheduler': 'kube-scheduler', users: 'kubectl-create' };
const KUBECTL = 'kubectl';

export class FieldManagers {
  /** Every write is noted. */
  tracks = false;
  readonly #byUid = new Map<string, readonly Manager[]>();
  /** The name of the client whose request is being committed. */
  readonly #client: () => string;
  readonly #clock: { readonly now: number };
  #as: string | undefined;
  #through = '';
  #silent = false;

  constructor(client: () => string, clock: { readonly now: number }) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Does it in the name of a manager, the client's when there is none, and through a subresource, '' for none. */
  as<T>(manager: string | undefined, subresource: string, act: () => T): T {
    this.#as = manager;
    this.#through = subresource;
    try {
      return act();
    } finally {
      this.#as = undefined;
      this.#through = '';
    }
  }

  /** Does it without a note. */
  silently<T>(act: () => T): T {
    this.#silent = true;
    try {
      return act();
    } finally {
      this.#silent = false;
    }
  }

  /** An object was created (`before` is undefined) or changed; what of it a write of its status may change is the status' manager's. */
  wrote(before: KubeObject | undefined, after: KubeObject, status = false): void {
    if (!this.tracks || this.#silent) return;
    const { uid = '' } = after.metadata;
    const author: Author = {
      ...this.#author(after),
      operation: 'Update',
      subresource: status ? 'status' : this.#through,
    };
    const known = this.#byUid.get(uid) ?? NOBODY;
    const old = before === undefined ? {} : plain(before);
    this.#byUid.set(uid, afterUpdate(known, old, plain(after), author, shapeOf(after), this.#clock.now));
  }

  of(object: KubeObject): readonly Manager[] {
    return this.#byUid.get(object.metadata.uid ?? '') ?? this.#before(object);
  }

  set({ metadata: { uid = '' } }: KubeObject, managers: readonly Manager[]): void {
    this.#byUid.set(uid, managers);
  }

  forget(uid: string): void {
    this.#byUid.delete(uid);
  }

  /** The object with its `metadata.managedFields`, which other answers leave out. */
  shown(object: KubeObject): KubeObject {
    const managedFields = this.of(object).map(({ manager, operation, apiVersion, timeUs, fields, subresource }) => ({
      manager,
      operation,
      apiVersion,
      time: timestamp(timeUs),
      fieldsType: 'FieldsV1',
      fieldsV1: writeFields(fields),
      ...(subresource === '' ? {} : { subresource }),
    }));
    return { ...object, metadata: { ...object.metadata, managedFields } as KubeObject['metadata'] };
  }

  /** Of an object of which nothing was noted all fields are its maker's. */
  #before(object: KubeObject): readonly Manager[] {
    const isMade = object.metadata.ownerReferences?.some(({ controller }) => controller === true) === true;
    const author: Author = {
      manager: isMade ? CONTROLLERS : BEFORE,
      operation: 'Update',
      apiVersion: object.apiVersion,
      subresource: '',
    };
    return afterUpdate(NOBODY, {}, plain(object), author, shapeOf(object), this.#clock.now);
  }

  #author({ apiVersion }: KubeObject): { readonly manager: string; readonly apiVersion: string } {
    const client = this.#client();
    const program = client.endsWith('-controller') || client === 'controllers' ? CONTROLLERS : PROGRAMS[client];
    return { manager: this.#as ?? program ?? (client === '' ? KUBECTL : client), apiVersion };
  }
}

export function shapeOf({ apiVersion, kind }: KubeObject): Shape {
  return shapeOfType(builtInKind(apiVersion, kind)?.type);
}

/** Without its status, which has managers of its own. */
function plain(object: KubeObject): PlainObject {
  const { status: _, ...rest } = object as unknown as PlainObject;
  return rest;
}
