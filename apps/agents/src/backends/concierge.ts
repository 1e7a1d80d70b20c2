import type { InboundContent, MediaKind } from '@skein/contracts';
import type { ThreadEntry } from '@skein/persistence';
import type { AgentBackend, Answer, TurnContext } from './backend.js';
import { chooseScript } from './script.js';
import { NEVER_SEEN } from './never-seen.js';

/** Characters of an earlier message that are quoted. */
const QUOTE = 80;

const THANKS: Record<MediaKind, string> = {
  image: 'Thank you for the photo',
  video: 'Thank you for the video',
  audio: 'Thank you for the recording',
  file: 'Thank you for the file',
};

/** The agent that comes with the system: a small script that shows what a channel can do, and that the thread was loaded. */
export class Concierge implements AgentBackend {
  /** @param sampleFiles base address of the files it shows; without it, it answers in text only. */
  constructor(private readonly sampleFiles?: string) {}

  async answer(turn: TurnContext): Promise<Answer> {
    const content = turn.message.content as InboundContent;
    const word = (content.action?.id ?? content.text ?? '').trim().toLowerCase();
    const opening = openingOf(turn, content);
    const replies = chooseScript(word, {
      name: turn.person.name,
      files: this.sampleFiles,
      isMedia: hasMedia(content),
    });
    return { replies: opening === undefined ? replies : [{ content: { text: opening } }, ...replies] };
  }
}

function hasMedia(content: InboundContent): boolean {
  return (content.media?.length ?? 0) > 0;
}

/** What was sent, and which message of ours it answers. */
function openingOf(turn: TurnContext, content: InboundContent): string | undefined {
  const file = content.media?.[0];
  const thanks =
    file === undefined ? undefined : `${THANKS[file.media]}${file.filename ? ` "${file.filename}"` : ''}.`;
  const answered = answeredBy(turn);
  const lines = [thanks, answered === undefined ? undefined : `You are answering: "${quote(answered)}"`];
  const said = lines.filter((line) => line !== undefined);
  return said.length === 0 ? undefined : said.join('\n');
}

/** The message that the person quotes, else ours if it is the last thing before this message and we spoke first. */
function answeredBy({ history, message }: TurnContext): string | undefined {
  const { replyToMessageId } = message.content;
  const before = history.slice(0, -1);
  const quoted = before.find((entry) => entry.id === replyToMessageId);
  if (quoted !== undefined) return isProactive(quoted) ? (quoted.text ?? undefined) : undefined;
  const last = before.at(-1);
  return last !== undefined && isProactive(last) ? (last.text ?? undefined) : undefined;
}

function isProactive({ author, purpose, status }: ThreadEntry): boolean {
  return author !== 'user' && purpose === 'message' && !NEVER_SEEN.has(status);
}

function quote(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > QUOTE ? `${[...line].slice(0, QUOTE).join('')}…` : line;
}
