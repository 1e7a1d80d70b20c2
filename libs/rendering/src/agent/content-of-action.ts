import { cleanLine } from '../text/clean.js';
import type { SendActionName } from './send-actions.js';

/** The input of a call, as its schema describes it; what is in it is checked with the request it becomes. */
export type ActionInput = Record<string, unknown>;

const CONTENTS: Record<SendActionName, (input: ActionInput) => Record<string, unknown>> = {
  send_text: ({ text }) => ({ text }),
  send_buttons: (input) => ({ interactive: { type: 'buttons', ...input } }),
  send_list: (input) => ({ interactive: { type: 'list', ...input } }),
  send_cards: ({ cards }) => ({ text: (Array.isArray(cards) ? cards : []).map(cardBlock).join('\n') }),
  send_link: (input) => ({ interactive: { type: 'link', ...input } }),
  send_file: ({ media, ...file }) => ({ [typeof media === 'string' ? media : 'file']: file }),
  send_email: (input) => ({ email: input }),
  send_template: (input) => ({ template: input }),
  send_reaction: (input) => ({ reaction: input }),
  edit_message: (input) => ({ edit: input }),
};

/** The `content` of the send request that a call of an action stands for. */
export function contentOfAction(name: SendActionName, input: ActionInput): Record<string, unknown> {
  return CONTENTS[name](input);
}

/** One card in the block grammar; every value is on a line of its own, so none can end the block. */
function cardBlock(card: unknown): string {
  const value = (name: string): string => {
    const found: unknown = (card as ActionInput | null)?.[name];
    return typeof found === 'string' ? cleanLine(found) : '';
  };
  const [title, subtitle, imageUrl] = [value('title'), value('subtitle'), value('imageUrl')];
  return [
    '::: horizontal-list-item',
    ...(imageUrl === '' ? [] : [`![image](${imageUrl})`]),
    `# ${title}`,
    ...(subtitle === '' ? [] : [`## ${subtitle}`]),
    ':::',
  ].join('\n');
}
