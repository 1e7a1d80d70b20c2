/** One reply to an SMTP command: code, enhanced status code and text. */
export interface Reply {
  code: number;
  text: string;
}

export const REPLIES = {
  taken: { code: 250, text: '2.0.0 Ok' },
  stopping: { code: 421, text: '4.3.2 The service is stopping, try again' },
  away: { code: 451, text: '4.3.0 Temporary problem, try again' },
  tooManyRecipients: { code: 452, text: '4.5.3 Too many recipients' },
  noMailbox: { code: 550, text: '5.1.1 There is no such mailbox' },
  tooLarge: { code: 552, text: '5.3.4 The mail is too large' },
  unreadable: { code: 554, text: '5.6.0 The mail cannot be read' },
} as const satisfies Record<string, Reply>;

/** The reply as the error that the SMTP library expects. */
export function refuse({ code, text }: Reply): Error {
  return Object.assign(new Error(text), { responseCode: code });
}
