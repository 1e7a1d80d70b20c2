/** The reply line a mailbox with a magic name gets its sender. */
export interface SmtpReply {
  code: number;
  /** Enhanced status code and text. */
  text: string;
}

/** What happens after the mail was accepted. */
export type LateEvent = 'failed' | 'delayed' | 'blank_bounce' | 'out_of_office';

export interface MagicMailbox {
  localPart: string;
  /** Refused at RCPT TO. */
  refused?: SmtpReply;
  /** Refused only the first time. */
  onlyFirst?: boolean;
  late?: { event: LateEvent; status: string; diagnostic: string };
}

/** Mailbox names with a meaning, at any domain and with any `+tag`. Every other mailbox exists and takes its mail. */
export const MAGIC_MAILBOXES: readonly MagicMailbox[] = [
  { localPart: 'nobody', refused: { code: 550, text: '5.1.1 The mailbox does not exist' } },
  { localPart: 'full', refused: { code: 452, text: '4.2.2 The mailbox is full' } },
  { localPart: 'blocked', refused: { code: 550, text: '5.7.1 Message refused by policy' } },
  {
    localPart: 'greylist',
    refused: { code: 451, text: '4.7.1 Greylisted, try again later' },
    onlyFirst: true,
  },
  { localPart: 'bounce', late: late('failed', '5.1.1', '550 5.1.1 The mailbox does not exist') },
  { localPart: 'bouncefull', late: late('failed', '5.2.2', '552 5.2.2 The mailbox is full') },
  { localPart: 'delayed', late: late('delayed', '4.4.1', '451 4.4.1 No answer from host') },
  { localPart: 'blankbounce', late: late('blank_bounce', '5.1.1', '550 5.1.1 The mailbox does not exist') },
  { localPart: 'autoreply', late: late('out_of_office', '', '') },
];

function late(event: LateEvent, status: string, diagnostic: string): MagicMailbox['late'] {
  return { event, status, diagnostic };
}

export function magicMailbox(address: string): MagicMailbox | undefined {
  const [localPart] = address.toLowerCase().split(/[+@]/, 1);
  return MAGIC_MAILBOXES.find((each) => each.localPart === localPart);
}
