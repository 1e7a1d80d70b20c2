/** The bench's WhatsApp number, the same for every contestant. */
export const ACCOUNT = {
  kind: 'whatsapp',
  channelId: 'bench-whatsapp',
  phoneNumberId: '109900000000001',
  wabaId: '209900000000001',
  displayPhoneNumber: '+15550109999',
  accessToken: 'bench-access-token',
  appSecret: 'bench-app-secret',
  verifyToken: 'bench-verify-token',
} as const;

export interface AccountChoice {
  webhookUrl: string | null;
  /** Sent, delivered and read are told for every message; off: none of them. */
  receipts: boolean;
}

/** Body of the sandbox's `POST /accounts`: no limit on the number itself, every other rule on. */
export function accountBody({ webhookUrl, receipts }: AccountChoice): Record<string, unknown> {
  const limits = { throughputPerSecond: null, uniqueUserLimit: null, pairRate: true };
  return { ...ACCOUNT, ...limits, templates: [], webhookUrl, receipts, autoRead: receipts };
}

/** Graph API address of the number's messages at a sandbox. */
export function messagesPath(): string {
  return `/whatsapp/v23.0/${ACCOUNT.phoneNumberId}/messages`;
}
