import { Chat } from './chat.js';
import { optionsOf } from './options.js';
import type { UserProof } from '../src/protocol.js';

/** What a page may call as `window.SkeinChat`. */
interface SkeinChat {
  open(): void;
  close(): void;
  /** The user has logged in; the hash comes from the page's server. */
  identify(user: UserProof): void;
  /** The user has logged out: what they see next is a stranger's. */
  logout(): void;
}

declare global {
  interface Window {
    SkeinChat?: SkeinChat;
  }
}

const script = document.currentScript;
const options = script instanceof HTMLScriptElement ? optionsOf(script) : undefined;

if (options === undefined) console.error('Skein chat: the script tag needs data-channel.');
else if (window.SkeinChat === undefined) {
  let chat = new Chat(options, options.user);
  const replace = (user: UserProof | undefined): void => {
    const wasOpen = chat.panel.isOpen;
    chat.remove();
    chat = new Chat(options, user);
    chat.start();
    if (wasOpen) chat.open(false);
  };
  window.SkeinChat = {
    open: () => chat.open(),
    close: () => chat.panel.close(),
    identify: (user) => replace(user),
    logout: () => replace(undefined),
  };
  if (document.body) chat.start();
  else document.addEventListener('DOMContentLoaded', () => chat.start(), { once: true });
}
