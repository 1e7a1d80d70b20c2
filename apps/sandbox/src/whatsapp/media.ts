import { isObject } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { World } from '../core/kind.js';
import { ownFile } from '../core/own-links.js';
import type { GraphProblem } from './graph-errors.js';
import { MEDIA_LIMITS } from './limits.js';

export interface StoredMedia {
  id: string;
  mimeType: string;
  filename: string | null;
  sha256: string;
  size: number;
}

/** Downloads longer than this fail at the platform. */
const DOWNLOAD_WITHIN_MS = 20_000;

/** Uploaded and inbound media by id; the bytes are in the blob store. */
export class MediaShelf {
  private readonly stored = new Map<string, StoredMedia>();
  /** Media ids are long digit strings; starting from the clock keeps them apart over restarts. */
  private nextId = Date.now() * 1000;

  constructor(private readonly world: World) {}

  add(bytes: Buffer, mimeType: string, filename: string | null): StoredMedia {
    this.nextId += 1;
    const media = {
      id: String(this.nextId),
      mimeType,
      filename,
      sha256: this.world.blobs.put(bytes),
      size: bytes.length,
    };
    this.stored.set(media.id, media);
    this.world.changed();
    return media;
  }

  get(id: string): StoredMedia | undefined {
    return this.stored.get(id);
  }

  remove(id: string): boolean {
    return this.stored.delete(id);
  }

  bytes(media: StoredMedia): Buffer | undefined {
    return this.world.blobs.get(media.sha256);
  }

  snapshot(): unknown {
    return [...this.stored.values()];
  }

  restore(saved: unknown): void {
    for (const media of (saved ?? []) as StoredMedia[]) this.stored.set(media.id, media);
  }

  clear(): void {
    this.stored.clear();
  }

  /** What is wrong with media named by id: known at once. */
  checkId(type: string, id: unknown): GraphProblem | undefined {
    const media = this.stored.get(String(id));
    if (!media) return { code: 100, details: `Media ID ${String(id)} does not exist or was deleted.` };
    return checkMedia(type, media.mimeType, media.size);
  }

  /**
   * What is wrong with media named by link: the platform finds out after it accepted the message. Links to other hosts than
   * this sandbox are taken unseen.
   */
  checkLink(type: string, link: string): GraphProblem | undefined {
    const file = ownFile(this.world, link);
    if (file === 'foreign') return undefined;
    if (file === 'missing')
      return { code: 131053, details: 'Downloading media from weblink failed with http code 404' };
    if (file.delayMs > DOWNLOAD_WITHIN_MS)
      return { code: 131053, details: 'Downloading media from weblink timed out' };
    return checkMedia(type, file.mimeType, file.bytes.length);
  }
}

/** Type and size against what the message type may carry. */
export function checkMedia(type: string, mimeType: string, size: number): GraphProblem | undefined {
  const limit = MEDIA_LIMITS[type];
  const [essence = ''] = mimeType.split(';');
  if (!limit?.types.test(essence.trim()))
    return { code: 131053, details: `${type} cannot be of type ${essence}.` };
  return size > limit.maxBytes
    ? { code: 131053, details: `${type} is larger than ${limit.maxBytes} bytes.` }
    : undefined;
}

/** The media object of a message: its own, or that of an interactive header. */
export function mediaOf(type: string, content: JsonObject): { type: string; file: JsonObject } | undefined {
  if (type in MEDIA_LIMITS) return { type, file: content };
  const header = type === 'interactive' && isObject(content['header']) ? content['header'] : undefined;
  const headerType = String(header?.['type']);
  const file = headerType in MEDIA_LIMITS ? header?.[headerType] : undefined;
  return isObject(file) ? { type: headerType, file } : undefined;
}
