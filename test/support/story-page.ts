import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Seen } from './people.js';

/** What one person's phone shows, and what their channel could not show. */
export interface Phone {
  kind: string;
  address: string;
  seen: Seen[];
  losses: { component: string; effect: string; detail: string }[];
}

/** Kept after a run for people to look at; never part of the repository. */
const FOLDER = fileURLToPath(new URL('../artefacts/', import.meta.url));

const STYLE = `body{font:14px/1.45 system-ui,sans-serif;background:#eef0f3;color:#1c1e21;margin:2rem}
h1{font-size:1.3rem}main{display:flex;flex-wrap:wrap;gap:1.5rem;align-items:flex-start}
article{width:320px;background:#fff;border-radius:22px;box-shadow:0 2px 12px #0002;overflow:hidden}
article h2{margin:0;padding:.8rem 1rem;background:#20242c;color:#fff;font-size:1rem}article h2 small{opacity:.6;font-weight:400}
section{padding:1rem;display:flex;flex-direction:column;gap:.6rem}.bubble{background:#f1f3f5;border-radius:12px;padding:.6rem .8rem;overflow-wrap:anywhere;white-space:pre-wrap}
.button{display:block;border:1px solid #3b6fd4;color:#2a56ad;border-radius:8px;padding:.3rem .6rem;margin-top:.4rem;text-align:center}
.media{display:block;color:#555;font-size:.85em}ul{margin:0;padding:.6rem 1rem 1rem 2rem;font-size:.8em;color:#7a4b00;background:#fff8e6}`;

const escape = (text: string): string =>
  text.replace(
    /[&<>"]/g,
    (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char,
  );

function bubble({ type, text, media, buttons }: Seen): string {
  const shown = [
    text ? escape(text) : `<i>${escape(type)}</i>`,
    ...(media
      ? [`<span class="media">[${escape(media.type)}] ${escape(media.filename ?? media.url ?? '')}</span>`]
      : []),
    ...(buttons ?? []).map((button) => `<span class="button">${escape(button.title ?? '')}</span>`),
  ];
  return `<div class="bubble">${shown.join('')}</div>`;
}

function phone({ kind, address, seen, losses }: Phone): string {
  const lost = losses.map(
    ({ component, effect, detail }) => `<li>${escape(`${component} ${effect}: ${detail}`)}</li>`,
  );
  const list = lost.length === 0 ? '' : `<ul>${lost.join('')}</ul>`;
  return `<article><h2>${escape(kind)} <small>${escape(address)}</small></h2><section>${seen.map(bubble).join('')}</section>${list}</article>`;
}

/** Writes the page of all phones. @returns its path. */
export function writeStoryPage(phones: Phone[]): string {
  mkdirSync(FOLDER, { recursive: true });
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>One message, every channel</title><style>${STYLE}</style><h1>One message with every component, on every channel</h1><main>${phones.map(phone).join('')}</main></html>`;
  const path = `${FOLDER}every-component.html`;
  writeFileSync(path, page);
  return path;
}
