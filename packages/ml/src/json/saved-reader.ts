import { MlError } from '../error.ts';
import { damaged, decodeFloats } from './floats.ts';

/** How deep objects may lie in one another; the models of this package need six. */
const deepest = 32;

/**
 * Reads the fields of saved JSON one by one and believes none of them.
 */
export class SavedReader {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #depth: number;

  /**
   * @param saved - A parsed value or its JSON text.
   * @param depth - In how many objects it lies.
   * @throws {MlError} NOVA_ML_DAMAGED when it is no object, or lies deeper than any model.
   */
  constructor(saved: unknown, depth: number = 0) {
    if (depth > deepest) throw damaged(`objects must not lie more than ${deepest} deep`);
    this.#depth = depth;
    let value = saved;
    if (typeof saved === 'string') {
      try {
        value = JSON.parse(saved);
      } catch (cause) {
        throw damaged('it must be JSON', cause);
      }
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw damaged('it must be an object');
    this.#fields = value as Readonly<Record<string, unknown>>;
  }

  /**
   * Checks the head that every saved thing has.
   *
   * @returns which model it is.
   * @throws {MlError} NOVA_ML_UNSUPPORTED when the version is not 1.
   * @throws {MlError} NOVA_ML_DAMAGED when it is something else.
   */
  head(format: string): string {
    if (this.raw('format') !== format) throw damaged(`format must be ${format}`);
    const version = this.integer('version', 1, Number.MAX_SAFE_INTEGER);
    if (version !== 1) {
      throw new MlError({
        kind: 'unsupported',
        message: `This release reads version 1 of saved models, not ${version}; update @novacron/ml`,
        details: { version },
      });
    }
    return this.text('model');
  }

  /** The field as it stands; only own fields count. */
  raw(field: string): unknown {
    return Object.hasOwn(this.#fields, field) ? this.#fields[field] : undefined;
  }

  /**
   * A field that is an object.
   *
   * @throws {MlError} NOVA_ML_DAMAGED when it is something else, or lies too deep.
   */
  object(field: string): SavedReader {
    const value = this.raw(field);
    if (typeof value === 'string') throw damaged(`${field} must be an object`);
    return new SavedReader(value, this.#depth + 1);
  }

  /**
   * A text.
   *
   * @throws {MlError} NOVA_ML_DAMAGED when it is something else.
   */
  text(field: string): string {
    const value = this.raw(field);
    if (typeof value !== 'string') throw damaged(`${field} must be a string`);
    return value;
  }

  /**
   * A finite number within limits.
   *
   * @throws {MlError} NOVA_ML_DAMAGED when it is something else.
   */
  number(field: string, minimum: number, maximum: number): number {
    const value = this.raw(field);
    if (typeof value !== 'number' || !(value >= minimum && value <= maximum)) {
      throw damaged(`${field} must be a number from ${minimum} to ${maximum}`);
    }
    return value;
  }

  /**
   * A whole number within limits.
   *
   * @throws {MlError} NOVA_ML_DAMAGED when it is something else.
   */
  integer(field: string, minimum: number, maximum: number): number {
    const value = this.number(field, minimum, maximum);
    if (!Number.isInteger(value)) throw damaged(`${field} must be a whole number`);
    return value;
  }

  /**
   * An array of finite numbers; NaN passes where `missing` allows it.
   *
   * @throws {MlError} NOVA_ML_DAMAGED when it is something else.
   */
  floats(field: string, options: { length?: number; missing?: boolean } = {}): Float64Array {
    const values = decodeFloats(this.text(field), field);
    if (options.length !== undefined && values.length !== options.length) {
      throw damaged(`${field} must hold ${options.length} numbers, not ${values.length}`);
    }
    for (const value of values) {
      if (!Number.isFinite(value) && !(options.missing === true && Number.isNaN(value))) {
        throw damaged(`${field} must hold finite numbers`);
      }
    }
    return values;
  }
}
