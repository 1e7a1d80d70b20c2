import { mediaUrl } from '@skein/channel-kit';
import type { Component, MediaSource } from '@skein/contracts';
import type { StoredBody } from './encode.js';
import type { StoredEntry } from './entries.js';
import type { ShownBody, ShownComponent, ShownEntry } from './protocol.js';

/** Where a browser fetches a file. */
export type UrlOf = (workspaceId: string, source: MediaSource) => string;

/** Addresses signed anew each time: they hold for two days, a conversation for years. */
export function urlsOf(publicUrl: string, secretKey: string): UrlOf {
  return (workspaceId, source) =>
    'url' in source ? source.url : mediaUrl(publicUrl, { workspaceId, mediaId: source.mediaId }, secretKey);
}

/** An entry as it goes to a browser. */
export function show(
  { id, direction, at, clientId, isRead, body }: StoredEntry,
  urlOf: (source: MediaSource) => string,
): ShownEntry {
  return {
    ...{ id, direction, at: at.toISOString() },
    ...(clientId === null ? {} : { clientId }),
    ...(isRead ? { read: true } : {}),
    body: shownBody(body, urlOf),
  };
}

function shownBody(body: StoredBody, urlOf: (source: MediaSource) => string): ShownBody {
  if (body.type === 'edit') return body;
  if (body.type === 'components')
    return { ...body, components: body.components.map((component) => shownComponent(component, urlOf)) };
  const { files, ...said } = body;
  if (files === undefined) return said;
  return { ...said, files: files.map(({ mediaId, ...file }) => ({ ...file, url: urlOf({ mediaId }) })) };
}

function shownComponent(component: Component, urlOf: (source: MediaSource) => string): ShownComponent {
  if (component.type !== 'media') return component;
  const { source, ...rest } = component;
  return { ...rest, url: urlOf(source) };
}
