import { Controller, Get, HttpCode, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { MAX_MEDIA_BYTES, storeMedia, verifyMediaUrl } from '@skein/channel-kit';
import { refuse } from '@skein/contracts';
import { MediaStore } from '@skein/messaging';
import { Db, findMedia, type KeyOwner, type MediaView } from '@skein/persistence';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiConfig } from '../api.config.js';
import { ApiKeyGuard, Caller, keyOf } from '../http/api-key.guard.js';
import { KeyRing } from '../http/key-ring.js';
import { bytesOf } from '../http/raw-body.js';
import { idempotencyKeyOf } from '../send/send-headers.js';
import { readUpload } from './upload.js';
import { existingUuid, notFound, type Query as QueryMap } from '../http/query.js';

/** Bytes of one file at most: what the largest channel takes. */
const MAX_BYTES = 100 * 1024 * 1024;

@ApiTags('media')
@Controller('v1/media')
export class MediaController {
  constructor(
    private readonly db: Db,
    private readonly store: MediaStore,
    private readonly keys: KeyRing,
    private readonly config: ApiConfig,
  ) {}

  @Post()
  @UseGuards(ApiKeyGuard)
  @ApiSecurity('key')
  @HttpCode(201)
  @ApiOperation({
    summary: 'Stores a file of at most 10 MB for 30 days: the body itself, or the field "file" of a form',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The same key and bytes are one file.',
  })
  async upload(
    @Caller() caller: KeyOwner,
    @Query() query: QueryMap,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const { filename } = query;
    const name = typeof filename === 'string' ? filename : undefined;
    const file = await readUpload(bytesOf(request), request.headers['content-type'], name);
    if (file.bytes.length > MAX_MEDIA_BYTES)
      return refuse('media_too_large', `The file has ${file.bytes.length} bytes, at most 10 MB are stored.`);
    const { mediaId, ...stored } = await storeMedia(
      { sql: this.db, media: this.store },
      caller.workspaceId,
      file,
      idempotencyKeyOf(request),
    );
    return { id: mediaId, filename: file.filename ?? null, ...stored, url: `/v1/media/${mediaId}/content` };
  }

  @Get(':id')
  @UseGuards(ApiKeyGuard)
  @ApiSecurity('key')
  @ApiOperation({ summary: 'What is known of a file' })
  async get(@Caller() caller: KeyOwner, @Param('id') id: string): Promise<object> {
    const file = await this.fileOf(existingUuid(id, 'file'), caller.workspaceId);
    const { mimeType, filename, sizeBytes, sha256 } = file;
    return {
      id,
      mimeType,
      filename,
      sizeBytes,
      sha256: sha256.toString('hex'),
      url: `/v1/media/${id}/content`,
    };
  }

  @Get(':id/content')
  @ApiSecurity('key')
  @ApiOperation({ summary: 'The bytes of a file, with the key or by a signed address' })
  async content(
    @Param('id') id: string,
    @Query() query: QueryMap,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    const mediaId = existingUuid(id, 'file');
    const file = await this.fileOf(mediaId, await this.workspaceOf(mediaId, query, request));
    const stored = await this.store.getMedia(file.workspaceId, mediaId, MAX_BYTES);
    if (stored === undefined) return notFound('file');
    void reply.headers(safeHeaders(file));
    return Buffer.from(stored.bytes);
  }

  /** The workspace whose files may be read: that of the signed address, or that of the key. */
  private async workspaceOf(id: string, query: QueryMap, request: FastifyRequest): Promise<string> {
    const { workspace, expires, signature } = query;
    const { secretKey } = this.config;
    if (typeof workspace === 'string' && secretKey !== undefined) {
      const file = { workspaceId: workspace, mediaId: id };
      const said = { expires: textIn(expires), signature: textIn(signature) };
      if (verifyMediaUrl(file, said, secretKey)) return workspace;
    }
    const key = keyOf(request);
    const owner = key === undefined ? undefined : await this.keys.ownerOf(key);
    return (
      owner?.workspaceId ??
      refuse('unauthorized', 'The address is not signed and no valid API key was given.')
    );
  }

  private async fileOf(id: string, workspaceId: string): Promise<MediaView> {
    const file = await findMedia(this.db, id);
    return file?.workspaceId === workspaceId ? file : notFound('file');
  }
}

function textIn(value: string | string[] | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** A stranger's file must never run as a page of ours: no sniffing, always a download, nothing it could load. */
function safeHeaders(file: MediaView): Record<string, string> {
  const name = encodeURIComponent(file.filename ?? file.id).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return {
    'content-type': /^[\w.+-]+\/[\w.+-]+(;[\w\s=."-]+)?$/.test(file.mimeType)
      ? file.mimeType
      : 'application/octet-stream',
    'content-disposition': `attachment; filename*=UTF-8''${name}`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, max-age=3600',
  };
}
