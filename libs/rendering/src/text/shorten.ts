import type { TextUnit } from '@skein/contracts';
import { graphemes } from './graphemes.js';
import { measure } from './measure.js';

const ELLIPSIS = '…';

/** The text itself when it is within `max`, else its beginning and '…', cut between graphemes. */
export function shorten(text: string, max: number, unit: TextUnit): string {
  if (measure(text, unit) <= max) return text;
  const budget = max - measure(ELLIPSIS, unit);
  let used = 0;
  let kept = '';
  for (const grapheme of graphemes(text.slice(0, max * 8))) {
    used += measure(grapheme, unit);
    if (used > budget) break;
    kept += grapheme;
  }
  return kept.trimEnd() + ELLIPSIS;
}

/** Labels within `max`; with `unique`, a repeated one gets a number ("Yes", "Yes 2"). Order and count are kept. */
export function fitLabels(labels: readonly string[], max: number, unit: TextUnit, unique: boolean): string[] {
  const taken = new Set<string>();
  return labels.map((label) => {
    let fitted = shorten(label, max, unit);
    for (let n = 2; unique && taken.has(fitted); n += 1) {
      const suffix = ` ${n}`;
      fitted = shorten(label, max - measure(suffix, unit), unit) + suffix;
    }
    taken.add(fitted);
    return fitted;
  });
}
