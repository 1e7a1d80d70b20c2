import 'reflect-metadata';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsEmail,
  IsNumber,
  IsObject,
  IsString,
  IsUrl,
  Length,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

const NESTED = Symbol('skein:nested-class');

/** The class of the objects in a property, for documentation made from the same declarations. */
export function nestedClassOf(Class: new () => object, property: string): (new () => object) | undefined {
  return Reflect.getMetadata(NESTED, Class.prototype as object, property) as (new () => object) | undefined;
}

/** Several validators as one, so that a field is one line. */
function all(...decorators: PropertyDecorator[]): PropertyDecorator {
  return (target, property) => {
    for (const decorate of decorators) decorate(target, property);
  };
}

/** May be left out. `null` is a value and must be valid. */
export function Maybe(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}

/** A text of 1 to `max` characters. */
export function Words(max: number): PropertyDecorator {
  return all(IsString(), Length(1, max, { message: `must have 1 to ${max} characters` }));
}

/** A text without line breaks, safe in a mail header. */
export function Line(max: number): PropertyDecorator {
  return all(Words(max), Matches(/^[^\r\n]*$/, { message: 'must not contain line breaks' }));
}

/** A number from 0 to `max`; class-validator's own check of decimals fails on 1e-7 (no point in it), so this one rounds. */
export function Decimal(max: number, decimals: number): PropertyDecorator {
  const validate = (value: unknown) => typeof value === 'number' && Number(value.toFixed(decimals)) === value;
  const message = `must have at most ${decimals} decimals`;
  return all(
    IsNumber({}, { message: 'must be a number' }),
    Min(0),
    Max(max),
    ValidateBy({ name: 'decimal', validator: { validate } }, { message }),
  );
}

/** Up to `maxItems` texts of up to `max` characters. */
export function WordsList(maxItems: number, max: number): PropertyDecorator {
  return all(
    IsArray(),
    ArrayMaxSize(maxItems, { message: `must have at most ${maxItems} items` }),
    IsString({ each: true, message: 'must contain texts only' }),
    Length(0, max, { each: true, message: `each item must have at most ${max} characters` }),
  );
}

/** Up to `maxItems` mail addresses. */
export function AddressList(maxItems: number): PropertyDecorator {
  return all(
    IsArray(),
    ArrayMaxSize(maxItems, { message: `must have at most ${maxItems} items` }),
    IsEmail({}, { each: true, message: 'each item must be an e-mail address' }),
  );
}

/** Validators look into every item of a list, also of one that is too long: of such a list the rest is dropped before. */
function FirstItems(count: number): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.slice(0, count) : value));
}

/** An object of its own class. */
export function Nested(Class: new () => object): PropertyDecorator {
  return all(
    IsObject({ message: 'must be an object' }),
    ValidateNested(),
    Type(() => Class),
    FirstItems(1),
    Reflect.metadata(NESTED, Class),
  );
}

/** Up to `maxItems` objects of a class. */
export function NestedList(Class: new () => object, maxItems: number): PropertyDecorator {
  return all(
    IsArray(),
    ArrayMaxSize(maxItems, { message: `must have at most ${maxItems} items` }),
    IsObject({ each: true, message: 'must contain objects only' }),
    ValidateNested({ each: true }),
    Type(() => Class),
    FirstItems(maxItems + 1),
    Reflect.metadata(NESTED, Class),
  );
}

/** A web address. Whether it is public is decided where it is fetched. */
export function WebAddress(): PropertyDecorator {
  const options = { require_tld: false, require_protocol: true, protocols: ['http', 'https'] };
  return all(Words(2048), IsUrl(options, { message: 'must be an http or https address' }));
}
