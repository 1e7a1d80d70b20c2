import { createHash } from 'node:crypto';
import { makeJpeg } from './jpeg.js';
import { makeMp3 } from './mp3.js';
import { makeMp4 } from './mp4.js';
import { makePdf } from './pdf.js';

export interface FixtureFile {
  name: string;
  mimeType: string;
  bytes: Buffer;
  sha256: string;
  /** How long the last octets are held back, in ms of real time. */
  delayMs: number;
}

interface Recipe {
  mimeType: string;
  delayMs?: number;
  make(): Buffer;
}

/** The files every test may name as a public address; sizes and delays lie beyond what S2 of the contract allows. */
const RECIPES: Record<string, Recipe> = {
  'small.jpg': { mimeType: 'image/jpeg', make: () => makeJpeg() },
  'small.pdf': { mimeType: 'application/pdf', make: () => makePdf('A small document') },
  'small.mp3': { mimeType: 'audio/mpeg', make: () => makeMp3() },
  'small.mp4': { mimeType: 'video/mp4', make: () => makeMp4() },
  'big.bin': { mimeType: 'application/octet-stream', make: () => Buffer.alloc(11 * 1024 * 1024, 'sandbox ') },
  'slow.jpg': { mimeType: 'image/jpeg', delayMs: 40_000, make: () => makeJpeg() },
};

/** Builds each file when it is first asked for. */
export class FixtureFiles {
  private readonly made = new Map<string, FixtureFile>();

  get(name: string): FixtureFile | undefined {
    const made = this.made.get(name);
    if (made) return made;
    const recipe = Object.hasOwn(RECIPES, name) ? RECIPES[name] : undefined;
    if (!recipe) return undefined;
    const bytes = recipe.make();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const file = { name, mimeType: recipe.mimeType, bytes, sha256, delayMs: recipe.delayMs ?? 0 };
    this.made.set(name, file);
    return file;
  }

  names(): string[] {
    return Object.keys(RECIPES);
  }
}
