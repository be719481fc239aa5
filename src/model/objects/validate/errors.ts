// Validation errors in the API server's words: field, kind of error, message.

export type FieldErrorType =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueDuplicate'
  | 'FieldValueNotFound'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  /** The request as a whole: not an error of a field. */
  | 'BadRequest'
  | 'InternalError';

export interface FieldError {
  readonly field: string;
  readonly type: FieldErrorType;
  readonly message: string;
}

/** Collects what is wrong with an object, in the API server's order. */
export class Errors {
  readonly list: FieldError[] = [];

  required(field: string, detail = ''): void {
    this.add(field, 'FieldValueRequired', `Required value${detail === '' ? '' : `: ${detail}`}`);
  }

  invalid(field: string, value: unknown, detail: string): void {
    this.list.push(invalid(field, value, detail));
  }

  /** Of a part whose value is not printed. */
  invalidPart(field: string, detail: string): void {
    this.add(field, 'FieldValueInvalid', `Invalid value: ${detail}`);
  }

  /** One error for each problem that a check of `value` has found. */
  invalidEach(field: string, value: unknown, problems: readonly string[]): void {
    for (const problem of problems) this.invalid(field, value, problem);
  }

  immutable(field: string, value: unknown): void {
    this.invalid(field, value, 'field is immutable');
  }

  notSupported(field: string, value: unknown, valid: readonly string[]): void {
    const names = valid.map((name) => JSON.stringify(name)).join(', ');
    this.add(field, 'FieldValueNotSupported', `Unsupported value: ${printed(value)}: supported values: ${names}`);
  }

  forbidden(field: string, detail: string): void {
    this.add(field, 'FieldValueForbidden', `Forbidden: ${detail}`);
  }

  duplicate(field: string, value: unknown): void {
    this.add(field, 'FieldValueDuplicate', `Duplicate value: ${printed(value)}`);
  }

  notFound(field: string, value: unknown): void {
    this.add(field, 'FieldValueNotFound', `Not found: ${printed(value)}`);
  }

  tooLong(field: string, bytes: number): void {
    this.add(field, 'FieldValueTooLong', `Too long: may not be more than ${bytes} bytes`);
  }

  tooMany(field: string, count: number, most: number): void {
    this.add(field, 'FieldValueTooMany', `Too many: ${count}: must have at most ${most} items`);
  }

  private add(field: string, type: FieldErrorType, message: string): void {
    this.list.push({ field, type, message });
  }
}

export function invalid(field: string, value: unknown, detail: string): FieldError {
  return { field, type: 'FieldValueInvalid', message: `Invalid value: ${printed(value)}: ${detail}` };
}

export function badRequest(message: string): FieldError {
  return { field: '', type: 'BadRequest', message };
}

export function internalError(message: string): FieldError {
  return { field: '', type: 'InternalError', message };
}

function printed(value: unknown): string {
  return JSON.stringify(value ?? null);
}
