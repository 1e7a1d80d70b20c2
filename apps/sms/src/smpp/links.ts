import type { GuardedClient } from '@skein/channel-kit';
import type { SmppConfig } from './config.js';
import { Link } from './link.js';

/** What a link is opened for. */
export interface SmppAccount {
  id: string;
  smpp: SmppConfig;
}

interface Kept {
  settings: string;
  link: Link;
}

const links = new Map<string, Kept>();

/** The link of a channel, opened when it is first needed. Changed settings replace it. */
export function linkOf({ id, smpp }: SmppAccount, http: GuardedClient): Link {
  const settings = JSON.stringify(Object.entries(smpp));
  const known = links.get(id);
  if (known?.settings === settings && known.link.http === http) return known.link;
  if (known) void known.link.stop();
  const link: Link = new Link(smpp, http, () => void closeLink(id, link));
  links.set(id, { settings, link });
  return link;
}

/** Ends a link; another one that has taken its place meanwhile stays. */
export async function closeLink(id: string, link: Link): Promise<void> {
  if (links.get(id)?.link === link) links.delete(id);
  await link.stop();
}
