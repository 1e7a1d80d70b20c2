import type { Outcome } from '@skein/contracts';
import type { Requester } from '../http/requester.js';
import { send } from './send.js';
import { templateContentOf, type TemplateValues } from './template-content.js';
import type { SendMore, To } from './types.js';

/** An approved template to one person. */
export interface TemplateInput extends SendMore, TemplateValues {
  to: To;
  /** The exact name. */
  templateName: string;
  /** Such as `en_US`; left out, the only approved one. */
  languageCode?: string;
  /** What the conversation shows for it; left out, the text of the template with its values. */
  messageContext?: string;
  channelId?: string;
  agentId?: string;
}

/** A reaction to a message of the conversation. */
export type ReactionInput = SendMore & { channelId?: string; agentId?: string } & (
    { to: To } | { conversationId: string }
  ) & {
    /** Ours of the message that is reacted to. */
    messageId: string;
    /** Empty takes the reaction back. */
    emoji: string;
  };

/** What only WhatsApp has. */
export interface WhatsApp {
  /** Sends an approved template; allowed at any time. @throws `TemplateError` before anything is sent when it does not fit */
  sendTemplate(input: TemplateInput): Promise<Outcome>;
  /** Reacts to a message. A reaction is never held: where the window is closed it is refused. */
  sendReaction(input: ReactionInput): Promise<Outcome>;
}

/** {@link WhatsApp} over a requester. */
export function whatsappOf(requester: Requester): WhatsApp {
  return {
    sendTemplate: ({ templateName, languageCode, params, components, header, buttons, ...rest }) =>
      send(requester, {
        ...rest,
        channel: 'whatsapp',
        content: {
          template: templateContentOf(templateName, languageCode, { params, components, header, buttons }),
        },
      }),
    sendReaction: ({ messageId, emoji, ...rest }) => {
      const { conversationId, to, ...more } = rest as { conversationId?: string; to?: To };
      return send(requester, {
        ...more,
        channel: 'whatsapp',
        to: to ?? { conversationId: conversationId ?? '' },
        content: { reaction: { messageId, emoji } },
        options: { whatsapp: { onClosedWindow: 'fail' } },
      });
    },
  };
}
