import type { Loss, Part, Refusal } from '@skein/contracts';

/** A numbered line of the rendered text: the answer "2" means the action or item `id`. */
export interface Choice {
  number: number;
  id: string;
  label: string;
}

export interface Plan {
  parts: Part[];
  losses: Loss[];
  /** Plain text for the thread. */
  text: string;
  choices: Choice[];
}

export interface PlanRefusal {
  refusal: Refusal;
}

/** A plan while its parts are made. */
export type Outcome = Omit<Plan, 'text'> | PlanRefusal;

/** The few words that rendering adds itself. */
export interface Wording {
  /** Above buttons or a list without a text of their own. */
  choose: string;
  /** On the button that opens a list, and on the button of a card. */
  openList: string;
  /** Above choices that the person answers by number. */
  replyWith: string;
  /** On a button that opens a flow. */
  openFlow: string;
  /** Subject of a mail that has no text. */
  subject: string;
}

export const WORDING: Wording = {
  choose: 'Please choose:',
  openList: 'Choose',
  replyWith: 'Reply with a number:',
  openFlow: 'Open',
  subject: 'Message',
};

/** What the message alone does not say. */
export interface PlanContext {
  email?: { subject?: string };
  /** Message-IDs of the mail thread. */
  inReplyTo?: string;
  references?: string[];
  unsubscribeUrl?: string;
  autoSubmitted?: boolean;
  /** The provider's id of the message that a reaction is for. */
  reactTo?: string;
  /** The provider's id of the message whose text is replaced. */
  editOf?: string;
  /** The public address of a stored file, for channels that show files as links; without it such a file is only named. */
  fileUrl?: (mediaId: string) => string;
  wording?: Partial<Wording>;
}
