import { Objm, StorageType, type ObjectStore } from '@nats-io/obj';
import { headers, nanos } from '@nats-io/transport-node';
import type { NatsLink } from './link/nats-link.js';

/** A stored file. */
export interface Media {
  bytes: Uint8Array;
  mimeType: string;
  filename?: string;
}

export interface MediaStoreOptions {
  /** Copies in a cluster. Default 1. */
  replicas?: number;
  /** Days a file is kept. Default 30. */
  days?: number;
}

const BUCKET = 'media';
/** Bytes of the whole store; beyond it a put is refused. */
const MAX_STORE_BYTES = 2 * 1024 * 1024 * 1024;
const DAY_MS = 86_400_000;

/** A file is larger than the caller allows. */
export class MediaTooLargeError extends Error {
  override readonly name = 'MediaTooLargeError';
  readonly code = 'media_too_large';

  constructor(bytes: number, limit: number) {
    super(`the file has ${bytes} bytes, ${limit} are allowed`);
  }
}

/** Files of messages, by workspace and id, in a JetStream object store: up to tens of MB each, gone after their time. */
export class MediaStore {
  constructor(
    private readonly link: NatsLink,
    private readonly options: MediaStoreOptions = {},
  ) {}

  /**
   * Stores a file; the same id again replaces it.
   *
   * @param limit the largest size in bytes that the caller accepts
   * @throws MediaTooLargeError, NatsAwayError, or the client's error when the store is full.
   */
  async putMedia(ws: string, id: string, media: Media, limit: number): Promise<void> {
    if (media.bytes.length > limit) throw new MediaTooLargeError(media.bytes.length, limit);
    const store = await this.open();
    const fields = headers();
    fields.set('Content-Type', media.mimeType);
    const metadata: Record<string, string> = media.filename === undefined ? {} : { filename: media.filename };
    await store.putBlob({ name: nameOf(ws, id), headers: fields, metadata }, media.bytes);
  }

  /**
   * Reads a file, or undefined when there is none.
   *
   * @throws MediaTooLargeError before anything is read, NatsAwayError
   */
  async getMedia(ws: string, id: string, limit: number): Promise<Media | undefined> {
    const store = await this.open();
    const info = await store.info(nameOf(ws, id));
    if (!info || info.deleted) return undefined;
    if (info.size > limit) throw new MediaTooLargeError(info.size, limit);
    const bytes = await store.getBlob(info.name);
    if (!bytes) return undefined;
    const mimeType = info.headers?.get('Content-Type') || 'application/octet-stream';
    const filename = info.metadata?.['filename'];
    return { bytes, mimeType, ...(filename === undefined ? {} : { filename }) };
  }

  /** Creates the store where it does not exist yet, also after a wipe. */
  private open(): Promise<ObjectStore> {
    const { replicas = 1, days = 30 } = this.options;
    return new Objm(this.link.nats).create(BUCKET, {
      ttl: nanos(days * DAY_MS),
      max_bytes: MAX_STORE_BYTES,
      storage: StorageType.File,
      replicas,
    });
  }
}

function nameOf(ws: string, id: string): string {
  return `${ws}/${id}`;
}
