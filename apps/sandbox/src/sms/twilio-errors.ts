import type { ProviderAnswer } from '../core/journal.js';

/** HTTP status and wording of the errors that this side can answer (Twilio error and warning dictionary, checked 2026-11). */
const ERRORS: Readonly<Record<number, [number, string]>> = {
  20003: [401, 'Authenticate'],
  20404: [404, 'The requested resource was not found'],
  20429: [429, 'Too Many Requests'],
  20503: [503, 'Service unavailable'],
  21211: [400, "The 'To' number is not a valid phone number."],
  21602: [400, 'Message body is required.'],
  21603: [400, "A 'From' phone number is required."],
  21604: [400, "A 'To' phone number is required."],
  21606: [400, "The 'From' number is not a valid, SMS-capable Twilio number."],
  21610: [400, 'Attempt to send to unsubscribed recipient'],
  21614: [400, "'To' number is not a valid mobile number"],
  21617: [400, 'The concatenated message body exceeds the 1600 character limit.'],
  21620: [400, 'Invalid media URL'],
  21623: [400, 'Number of media files exceeds allowed limit.'],
  30003: [400, 'Unreachable destination handset'],
  30006: [400, 'Landline or unreachable carrier'],
  30007: [400, 'Message filtered'],
};

/** `{code, message, more_info, status}`. */
export function twilioError(code: number): ProviderAnswer {
  const [status, message] = ERRORS[code] ?? [400, 'Error'];
  return {
    status,
    body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
  };
}

export function errorText(code: number): string {
  return ERRORS[code]?.[1] ?? 'Error';
}
