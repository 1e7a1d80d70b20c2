import type { ChatLine, InboxButton, InboxMedia, PersonSummary, SandboxKind } from '../core/kind.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';

/** Chats listed on the page at most. */
const LISTED = 100;
const LINES_SHOWN = 200;

interface Listed extends PersonSummary {
  kind: string;
}

/** The sandbox as a page: everybody with a phone or mailbox, and one chat to read and answer as that person. */
export function renderPage(
  kinds: readonly SandboxKind[],
  kind: string | null,
  address: string | null,
): string {
  const listed = kinds.flatMap((each) =>
    each.people().map((person): Listed => ({ kind: each.kind, ...person })),
  );
  listed.sort((one, other) => (other.lastAt ?? '').localeCompare(one.lastAt ?? ''));
  const [first] = listed;
  const chosen = kinds.find((each) => each.kind === (kind ?? first?.kind));
  const shown = address ?? first?.address ?? null;
  const main = chosen && shown !== null ? renderChat(chosen, shown) : EMPTY;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sandbox</title><style>${STYLE}</style></head>
<body>
<header><h1>Sandbox</h1><p>The other side of every channel. Read and answer as the person.</p>
<form class="open" method="get">
<select name="kind" aria-label="Kind">${kinds.map((each) => `<option>${escape(each.kind)}</option>`).join('')}</select>
<input name="address" placeholder="+34600123456 or ada@example.org" aria-label="Address" required><button>Open</button>
</form></header>
<nav id="people" aria-label="People">${renderPeople(listed.slice(0, LISTED), chosen?.kind, shown)}</nav>
<main id="chat">${main}</main>
<script>${SCRIPT}</script>
</body></html>`;
}

const EMPTY =
  '<p class="hint">Nobody has received anything yet. Send a message, or open an address above.</p>';

function renderPeople(people: readonly Listed[], kind: string | undefined, address: string | null): string {
  if (people.length === 0) return '<p class="hint">Nobody yet</p>';
  return people
    .map((person) => {
      const current = person.kind === kind && person.address === address ? ' aria-current="page"' : '';
      const unread = person.unread > 0 ? `<b class="unread">${person.unread}</b>` : '';
      const query = `kind=${encodeURIComponent(person.kind)}&amp;address=${encodeURIComponent(person.address)}`;
      return `<a href="?${query}"${current}><span class="kind ${escape(person.kind)}">${escape(person.kind)}</span>
<strong>${escape(person.address)}</strong>${unread}<small>${escape(person.name)} · ${time(person.lastAt)}</small></a>`;
    })
    .join('');
}

function renderChat(kind: SandboxKind, address: string): string {
  const lines = linesOf(kind, address);
  const isMail = kind.kind === 'email';
  const subject = isMail
    ? '<input name="subject" placeholder="Subject (a reply has one)" aria-label="Subject">'
    : '';
  return `<h2>${escape(address)} <small>${escape(kind.kind)}</small></h2>
<div class="lines">${lines.slice(-LINES_SHOWN).map(renderLine).join('') || '<p class="hint">Nothing here yet</p>'}</div>
<form class="answer" data-kind="${escape(kind.kind)}" data-address="${escape(address)}">${subject}
<textarea name="text" rows="${isMail ? 4 : 2}" placeholder="Write as this person" aria-label="Message" required></textarea>
<button>Send</button><button type="button" data-read>Mark as read</button><output role="status"></output></form>`;
}

/** An address typed by hand may be none; the page then says so instead of failing. */
function linesOf(kind: SandboxKind, address: string): ChatLine[] {
  try {
    return kind.chat(address);
  } catch (error) {
    const { message } = error as { message?: unknown };
    const at = new Date().toISOString();
    return [{ at, direction: 'in', title: 'Not an address', text: String(message), buttons: [], media: [] }];
  }
}

function renderLine({ at, direction, title, text, buttons, media, note }: ChatLine): string {
  const heading = title ? `<h3>${escape(title)}</h3>` : '';
  const footer = `<footer>${note ? `${escape(note)} · ` : ''}${time(at)}</footer>`;
  const body = text === '' ? '' : `<p>${escape(text)}</p>`;
  const row = buttons.length > 0 ? `<div class="buttons">${buttons.map(renderButton).join('')}</div>` : '';
  return `<article class="${direction}">${heading}${media.map(renderMedia).join('')}${body}${row}${footer}</article>`;
}

function renderButton({ id, title, url, description }: InboxButton): string {
  const hint = description === undefined ? '' : `<small>${escape(description)}</small>`;
  if (url !== undefined)
    return `<a class="button" href="${safeUrl(url)}" rel="noreferrer">${escape(title)} ↗</a>`;
  return `<button type="button" data-press="${escape(id)}">${escape(title)}${hint}</button>`;
}

function renderMedia({ type, url, filename, mimeType }: InboxMedia): string {
  if (type === 'image' || type === 'sticker')
    return `<img src="${safeUrl(url)}" alt="${escape(filename ?? type)}">`;
  return `<a class="file" href="${safeUrl(url)}" rel="noreferrer">${escape(filename ?? type)} ${escape(mimeType ?? '')}</a>`;
}

/** Links come from the business: only web addresses are made clickable. */
function safeUrl(url: string): string {
  return /^https?:\/\//i.test(url) ? escape(url) : '#';
}

function time(at: string | null): string {
  return at === null
    ? ''
    : `<time datetime="${escape(at)}">${escape(at.slice(0, 16).replace('T', ' '))}</time>`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
