import type { OpenKind } from './core/kind.js';
import { openEmail } from './email/index.js';
import { openWhatsApp } from './whatsapp/index.js';

/** Every platform the sandbox plays: one folder and one line each. */
export const KINDS: readonly OpenKind[] = [openWhatsApp, openEmail];
