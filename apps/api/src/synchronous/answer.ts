import { DELIVERED, type MediaSource, type Part } from '@skein/contracts';
import type { TurnAnswerRow, TurnReply } from '@skein/persistence';

/** One message of the agent, in the shapes in which messages are sent. */
export interface AiMessage {
  /** The id of the message; of its second and later parts the id with their place. */
  id: string;
  type: 'TEXT' | 'IMAGE' | 'AUDIO' | 'VIDEO' | 'DOCUMENT';
  content: Record<string, object>;
  sender_type: 'AI';
  sender_name: string;
  /** ISO 8601. */
  createdAt: string;
}

export interface SynchronousAnswer {
  success: true;
  contactId: string;
  conversationId: string;
  messageId: string;
  conversation: {
    id: string;
    status: 'ACTIVE';
    assignedToHuman: false;
    aiAgentId: string;
    aiAgentName: string;
  };
  aiMessages: AiMessage[];
  usage: { credits: number };
}

/** The public address of a file. */
export type AddressOf = (source: MediaSource) => string;

/** The answer to a message whose turn is over: what the person got, in the order in which it was said. */
export function answerOf(row: TurnAnswerRow, addressOf: AddressOf): SynchronousAnswer {
  const { contactId, conversationId, messageId, agentId, credits } = row;
  const name = row.agentName ?? agentId;
  const said = row.replies.filter(({ status }) => DELIVERED.has(status));
  return {
    success: true,
    contactId,
    conversationId,
    messageId,
    conversation: {
      id: conversationId,
      status: 'ACTIVE',
      assignedToHuman: false,
      aiAgentId: agentId,
      aiAgentName: name,
    },
    aiMessages: said.flatMap((reply) => messagesOf(reply, name, addressOf)),
    usage: { credits },
  };
}

function messagesOf({ id, parts, createdAt }: TurnReply, name: string, addressOf: AddressOf): AiMessage[] {
  return (parts ?? []).flatMap((part, index) => {
    const shown = shownOf(part, addressOf);
    if (shown === undefined) return [];
    return {
      id: index === 0 ? id : `${id}:${index}`,
      ...shown,
      sender_type: 'AI' as const,
      sender_name: name,
      createdAt: new Date(createdAt).toISOString(),
    };
  });
}

type Shown = Pick<AiMessage, 'type' | 'content'>;

/** Rendering makes nothing but texts and files for this kind of channel. */
function shownOf(part: Part, addressOf: AddressOf): Shown | undefined {
  if (part.type === 'text') return { type: 'TEXT', content: { text: { body: part.text } } };
  return part.type === 'media' ? fileOf(part, addressOf(part.source)) : undefined;
}

type MediaPart = Extract<Part, { type: 'media' }>;

const FILES: Readonly<Record<MediaPart['media'], (url: string, named: object, captioned: object) => Shown>> =
  {
    image: (url, _, captioned) => ({ type: 'IMAGE', content: { image: { url, ...captioned } } }),
    audio: (url) => ({ type: 'AUDIO', content: { audio: { url } } }),
    video: (url, _, captioned) => ({ type: 'VIDEO', content: { video: { url, ...captioned } } }),
    file: (url, named, captioned) => ({
      type: 'DOCUMENT',
      content: { document: { url, ...named, ...captioned } },
    }),
  };

function fileOf({ media, caption, filename }: MediaPart, url: string): Shown {
  return FILES[media](
    url,
    filename === undefined ? {} : { filename },
    caption === undefined ? {} : { caption },
  );
}
