import { capabilitiesOf, subjects, type TypingNote } from '@skein/contracts';
import type { NatsLink } from '@skein/messaging';
import type { TurnContext } from './backends/backend.js';

/** An answer that comes sooner needs no indicator, in ms. */
const FIRST_MS = 700;
/** Platforms show it for 5 s (Telegram) to 25 s (WhatsApp). */
const AGAIN_MS = 5000;
/** Somebody who waits longer is not told by dots any more. */
const MOST = 24;

/** Shows the person that an answer is being written while `work` runs, where the channel can. Nothing depends on it. */
export async function whileTyping<T>(
  link: Pick<NatsLink, 'publishCore'>,
  { person, channelId }: Pick<TurnContext, 'person' | 'channelId'>,
  work: () => Promise<T>,
): Promise<T> {
  if (capabilitiesOf(person.kind)?.typing !== true) return work();
  const { address, providerMessageId } = person;
  const note: TypingNote = { address, ...(providerMessageId === null ? {} : { providerMessageId }) };
  let shown = 0;
  const show = (): void => {
    shown += 1;
    link.publishCore(subjects.typing(person.kind, channelId), note);
    if (shown < MOST) timer = setTimeout(show, AGAIN_MS);
  };
  let timer = setTimeout(show, FIRST_MS);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}
