// The other side, for examples and tests: the sandbox is every platform at once, and this is somebody with a phone.
import { readFileSync } from 'node:fs';

const { sandboxUrl } = JSON.parse(readFileSync(`${process.env.SKEIN_DATA_DIR ?? '.skein'}/dev.json`, 'utf8'));
const urlOf = (kind, address, what) => `${sandboxUrl}/people/${kind}/${encodeURIComponent(address)}/${what}`;

/** Writes as the person. */
export async function writes(kind, address, text) {
  const headers = { 'content-type': 'application/json' };
  await fetch(urlOf(kind, address, 'messages'), { method: 'POST', headers, body: JSON.stringify({ text }) });
}

/** What the person has received, oldest first, as soon as there are `count` messages. */
export async function sees(kind, address, count = 1) {
  for (;;) {
    const inbox = await (await fetch(urlOf(kind, address, 'inbox'))).json();
    if (inbox.length >= count) return inbox.map(({ text, template, type }) => text ?? template?.name ?? type);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Files that the sandbox serves: small.jpg, small.pdf, small.mp3 and small.mp4. */
export const fileAt = (name) => `${sandboxUrl}/files/${name}`;
