import type { Draft } from '../plan/draft.js';
import { measure } from '../text/measure.js';

/** A press must name one choice: ids are present, different, and within the limit as they are; an id is never cut. */
export function idsFit(
  choices: readonly { id: string }[],
  max: number,
  draft: Draft,
  unit?: 'bytes',
): boolean {
  const ids = choices.map(({ id }) => id);
  return (
    ids.length > 0 &&
    new Set(ids).size === ids.length &&
    ids.every((id) => id !== '' && measure(id, unit ?? draft.capabilities.text.unit) <= max)
  );
}
