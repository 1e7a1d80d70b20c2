import { describe, expect, it } from '@jest/globals';
import { ValidateBy } from 'class-validator';
import { Maybe, Nested, NestedList, Words } from './fields.js';
import { readShape } from './shape.js';

let checked = 0;

class Item {
  @ValidateBy({ name: 'counted', validator: { validate: () => (checked += 1) < 0 } }, { message: 'is wrong' })
  value?: string;
}

class Holder {
  @Maybe() @NestedList(Item, 30) items?: Item[];
  @Maybe() @Nested(Item) item?: Item;
}

class Dish {
  @Words(5) name!: string;
}

class Menu {
  @NestedList(Dish, 30) items!: Dish[];
}

describe('readShape', () => {
  it.each<[string, object, number]>([
    ['a list that is too long', { items: Array(5000).fill({}) }, 31],
    ['a list in place of an object', { item: Array(5000).fill({}) }, 1],
  ])('looks into the first items only of %s, and names 20 errors', (_, body, most) => {
    checked = 0;
    const read = readShape(Holder, body);
    expect(checked).toBe(most);
    const errors = 'errors' in read ? read.errors : [];
    expect(errors.length).toBe(Math.min(20, most + 1));
    expect(errors[0]?.field).toBe(Object.keys(body)[0]);
  });

  it('keeps a list as long as it may be', () => {
    const items = Array(30).fill({ name: 'a' }) as object[];
    expect(readShape(Menu, { items })).toEqual({ value: { items } });
  });
});
