import type { UserProof } from '../src/protocol.js';
import { wordsOf, type Words } from './words.js';

/** What the script tag says. */
export interface Options {
  channel: string;
  /** Origin of the web chat service. */
  url: string;
  user: UserProof | undefined;
  title: string | undefined;
  accent: string;
  theme: 'auto' | 'light' | 'dark';
  side: 'left' | 'right';
  isOpen: boolean;
  words: Words;
}

const ACCENT = '#4f46e5';

/** Reads `data-*` of the script tag; undefined when it names no channel. */
export function optionsOf(script: HTMLScriptElement): Options | undefined {
  const { channel, url, userId, userHash, userName, title, accent, theme, position, open, words } =
    script.dataset;
  if (!channel) return undefined;
  return {
    channel,
    url: new URL(url ?? script.src, location.href).origin,
    user: userId ? { id: userId, hash: userHash ?? '', ...(userName && { name: userName }) } : undefined,
    title,
    accent: /^#[0-9a-f]{6}$/i.test(accent ?? '') ? String(accent) : ACCENT,
    theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
    side: position === 'left' ? 'left' : 'right',
    isOpen: open !== undefined,
    words: wordsOf(words),
  };
}

/** Black or white, whichever is easier to read on the colour (WCAG 2.2, relative luminance). */
export function inkOn(color: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000' : '#fff';
}
