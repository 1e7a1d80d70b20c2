import { createHash, createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { ChannelAccount } from '@skein/channel-kit';
import type { WebChatConfig } from './config.js';

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif; }
body { max-width: 44rem; margin: 0 auto; padding: 4rem 1.5rem; }
code { background: color-mix(in srgb, currentColor 10%, transparent); padding: .1em .3em; border-radius: .3em; }`;

/** A plain page with the widget, for development. `?user=ann` is a proved user, `&open` opens the chat at once. */
export function demoPage(
  response: ServerResponse,
  { id, config }: ChannelAccount<WebChatConfig>,
  query: URLSearchParams,
): void {
  const user = query.get('user') ?? '';
  const hash = createHmac('sha256', config.identitySecret).update(user).digest('hex');
  const known =
    user === ''
      ? ''
      : ` data-user-id="${escape(user)}" data-user-hash="${hash}" data-user-name="${escape(user)}"`;
  const open = query.has('open') ? ' data-open' : '';
  const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Web chat demo</title><style>${STYLE}</style></head>
<body>
<main>
<h1>Web chat demo</h1>
<p>This page holds one script tag and nothing else of the chat. ${user === '' ? 'You are an anonymous visitor; add <code>?user=ann</code> to be a known user.' : `You are the user <code>${escape(user)}</code>.`}</p>
<p><a href="#pricing">A link of the page</a></p>
</main>
<script async src="/widget.js" data-channel="${escape(id)}"${known}${open}></script>
</body></html>`;
  // As strict as a careful host page: the widget needs its script, its connection and pictures, nothing inline.
  const policy = `default-src 'none'; script-src 'self'; style-src 'sha256-${sha256(STYLE)}'; connect-src 'self'; img-src * data: blob:; media-src *; base-uri 'none'`;
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'cache-control': 'no-store',
  });
  response.end(page);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
