import { createHash } from 'node:crypto';
import { newId, type InboundEvent, type InboundMedia } from '@skein/contracts';
import { insertMedia, updateFactMedia, type Sql } from '@skein/persistence';
import type { MediaStore } from '@skein/messaging';
import { RepeatedLog, type Logger } from '@skein/runtime';
import { fileTypeFromBuffer } from 'file-type';
import type { AccountBook } from '../account/account-book.js';
import type { ChannelAccount, MediaBytes } from '../definition.js';
import type { GuardedClient } from '../http/guarded-fetch.js';

export interface MediaFetcherParts {
  sql: Sql;
  media: MediaStore;
  /** For what a provider's answer points to. */
  client: GuardedClient;
  book: AccountBook;
  logger: Logger;
}

const MAX_BYTES = 10 * 1024 * 1024;
const FETCH_MS = 30_000;
/** Files fetched at once; each may hold 10 MB. */
const MAX_AT_ONCE = 4;

/** Fetches what people sent from the provider, looks at what it really is, and stores it. */
export class MediaFetcher {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly repeated: RepeatedLog;

  constructor(private readonly parts: MediaFetcherParts) {
    this.repeated = new RepeatedLog(parts.logger);
  }

  /** True when the event has files that are still at the provider. */
  wants(account: ChannelAccount<object>, event: InboundEvent): boolean {
    if (event.type !== 'message' || !this.parts.book.definitionOf(account.kind)?.fetchMedia) return false;
    return (event.content.media ?? []).some(isRemote);
  }

  /** Fetches the files of a committed event and writes them, or why they could not be had, into its fact. Never rejects. */
  async fetch(account: ChannelAccount<object>, event: InboundEvent, inboundId: string): Promise<void> {
    if (event.type !== 'message' || !this.wants(account, event)) return;
    try {
      const media = await Promise.all(
        (event.content.media ?? []).map((file) => this.fetchOne(account, file)),
      );
      await updateFactMedia(this.parts.sql, inboundId, media);
    } catch (error) {
      this.repeated.warn(
        'media',
        { err: error, inboundId },
        'files of an inbound message could not be recorded',
      );
    }
  }

  /** Stores bytes for a workspace and records them under the type they really have. @throws MediaTooLargeError, away errors. */
  async store(workspaceId: string, file: MediaBytes): Promise<{ mediaId: string; mimeType: string }> {
    const id = newId();
    const sniffed = await fileTypeFromBuffer(file.bytes);
    const mimeType = sniffed?.mime ?? file.mimeType;
    const { filename } = file;
    const stored = { bytes: file.bytes, mimeType, ...(filename === undefined ? {} : { filename }) };
    await this.parts.media.putMedia(workspaceId, id, stored, MAX_BYTES);
    const sha256 = createHash('sha256').update(file.bytes).digest();
    const sizeBytes = file.bytes.length;
    await insertMedia(this.parts.sql, {
      id,
      workspaceId,
      mimeType,
      filename: filename ?? null,
      sizeBytes,
      sha256,
    });
    return { mediaId: id, mimeType };
  }

  private async fetchOne(account: ChannelAccount<object>, file: InboundMedia): Promise<InboundMedia> {
    const definition = this.parts.book.definitionOf(account.kind);
    if (!isRemote(file) || !definition?.fetchMedia) return file;
    await this.enter();
    try {
      const got = await definition.fetchMedia(file, account, {
        signal: AbortSignal.timeout(FETCH_MS),
        http: this.parts.client,
      });
      if ('kind' in got) return { ...file, error: got.detail };
      const stored = await this.store(account.workspaceId, got);
      return { ...file, providerRef: undefined, ...stored, sizeBytes: got.bytes.length };
    } catch (error) {
      const { code, name } = error as { code?: string; name?: string };
      this.repeated.warn(
        `fetch:${account.id}`,
        { err: error, channelId: account.id },
        'a file could not be fetched',
      );
      return { ...file, error: `The file could not be fetched (${code ?? name ?? 'unknown'}).` };
    } finally {
      this.leave();
    }
  }

  private async enter(): Promise<void> {
    if (this.running >= MAX_AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running += 1;
  }

  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running -= 1;
  }
}

function isRemote(file: InboundMedia): boolean {
  return file.providerRef !== undefined && file.mediaId === undefined && file.error === undefined;
}
