import type { DialectName } from '@skein/contracts';
import { DIALECTS } from './dialects/dialect.js';
import { literal } from './markup/urls.js';

/**
 * A plain value (label, title, description) as text of a dialect, with nothing in it taken for a mark. Parts hold such values as
 * they are; a channel that shows one inside marked-up text writes it with this.
 */
export function literalIn(dialect: DialectName, value: string): string {
  return DIALECTS[dialect].write(literal(value));
}
