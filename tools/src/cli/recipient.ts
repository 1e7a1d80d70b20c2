const PHONE = /^\+[\d ().-]{6,24}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MAIL = /^[^\s@:]+@[^\s@]+$/;

/** Who is meant by what was typed: a phone number, an e-mail address, a conversation id, `user:<id>`, or a target. */
export function recipientOf(typed: string): Record<string, string> {
  if (typed.startsWith('user:')) return { userId: typed.slice('user:'.length) };
  if (PHONE.test(typed)) return { phoneNumber: typed.replace(/[ ().-]/g, '') };
  if (UUID.test(typed)) return { conversationId: typed };
  if (MAIL.test(typed)) return { email: typed };
  return { target: typed };
}
