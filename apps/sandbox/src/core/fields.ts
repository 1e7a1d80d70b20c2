import { isObject } from './json.js';
import type { JsonObject } from './json.js';
import { invalid } from './refusal.js';

/** Reads the fields of a control request; a wrong type is a 400 that names the field. */
export class Fields {
  constructor(
    readonly body: JsonObject,
    private readonly path = '',
  ) {}

  has(name: string): boolean {
    return this.body[name] !== undefined && this.body[name] !== null;
  }

  text(name: string): string {
    const value = this.body[name];
    if (typeof value !== 'string' || value === '')
      throw invalid(this.path + name, 'must be a non-empty string');
    return value;
  }

  optionalText(name: string): string | undefined {
    if (!this.has(name)) return undefined;
    const value = this.body[name];
    if (typeof value !== 'string') throw invalid(this.path + name, 'must be a string');
    return value;
  }

  flag(name: string, otherwise: boolean): boolean {
    if (!this.has(name)) return otherwise;
    const value = this.body[name];
    if (typeof value !== 'boolean') throw invalid(this.path + name, 'must be true or false');
    return value;
  }

  /** A number ≥ `least`; absent gives undefined, null gives null. */
  number(name: string, least: number): number | null | undefined {
    const value = this.body[name];
    if (value === undefined || value === null) return value;
    if (typeof value !== 'number' || !Number.isFinite(value) || value < least) {
      throw invalid(this.path + name, `must be a number of at least ${least}`);
    }
    return value;
  }

  object(name: string): Fields | undefined {
    if (!this.has(name)) return undefined;
    const value = this.body[name];
    if (!isObject(value)) throw invalid(this.path + name, 'must be an object');
    return new Fields(value, `${this.path}${name}.`);
  }

  objects(name: string): Fields[] {
    const value = this.body[name] ?? [];
    if (!Array.isArray(value)) throw invalid(this.path + name, 'must be a list');
    return value.map((item: unknown, index) => {
      if (!isObject(item)) throw invalid(`${this.path}${name}[${index}]`, 'must be an object');
      return new Fields(item, `${this.path}${name}[${index}].`);
    });
  }
}
