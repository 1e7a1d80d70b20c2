import 'reflect-metadata';
import type { SettingName } from './settings.js';

/** A field of a configuration class and the environment variable it is read from. */
export interface EnvField {
  property: string;
  name: SettingName;
  /** The declared type of the property, kept by the compiler: String, Number, Boolean or Array. */
  type: unknown;
}

const FIELDS = Symbol('skein:env-fields');
const SECRETS = Symbol('skein:secret-fields');

/**
 * Marks a property as read from an environment variable. What the variable means, its default and whether it may
 * be printed stand in the settings table; what it must look like is said by class-validator decorators beside this one.
 */
export function FromEnv(name: SettingName): PropertyDecorator {
  return (target, property) => {
    const type: unknown = Reflect.getMetadata('design:type', target, property);
    Reflect.defineMetadata(FIELDS, [...fieldsOf(target), { property: String(property), name, type }], target);
  };
}

/** The environment fields declared on a class and on those it extends. */
export function fieldsOf(prototype: object): EnvField[] {
  return (Reflect.getMetadata(FIELDS, prototype) as EnvField[] | undefined) ?? [];
}

/** Marks a property (a channel's access token, a password) that is printed as `***` wherever it is shown. */
export function Secret(): PropertyDecorator {
  return (target, property) => {
    Reflect.defineMetadata(SECRETS, [...secretsOf(target), String(property)], target);
  };
}

/** The names of the properties marked as secret. */
export function secretsOf(prototype: object): string[] {
  return (Reflect.getMetadata(SECRETS, prototype) as string[] | undefined) ?? [];
}
