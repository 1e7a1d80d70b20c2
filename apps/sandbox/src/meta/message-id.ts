import { randomBytes } from 'node:crypto';
import type { Platform } from './platform.js';

/** An id of a message: opaque, and long. */
export function makeMid({ idPrefix }: Platform): string {
  return `${idPrefix}${randomBytes(48).toString('base64url')}`;
}
