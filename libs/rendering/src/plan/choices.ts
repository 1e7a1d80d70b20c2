import { cleanLine } from '../text/clean.js';
import type { Choice } from './plan.js';

/** Numbers choices over the whole message, so that no number is used twice. */
export class ChoiceList {
  readonly all: Choice[] = [];

  add(items: readonly { id: string; label: string }[]): Choice[] {
    const added = items.map(({ id, label }, index) => ({
      number: this.all.length + index + 1,
      id,
      label: cleanLine(label) || cleanLine(id),
    }));
    this.all.push(...added);
    return added;
  }
}
