/** An address as a PDU carries it: type of number, numbering plan, and the digits without a plus (SMPP 3.4, 5.2.5 and 5.2.6). */
export interface WireAddress {
  ton: number;
  npi: number;
  digits: string;
}

/** International 1/1, short code 3/0, alphanumeric 5/0. */
export function wireAddress(address: string): WireAddress {
  if (address.startsWith('+')) return { ton: 1, npi: 1, digits: address.slice(1) };
  return /^\d{3,8}$/.test(address)
    ? { ton: 3, npi: 0, digits: address }
    : { ton: 5, npi: 0, digits: address.slice(0, 11) };
}

/**
 * The phone number behind a source address. Carriers often leave the type of number unknown (0) on an international number; a short code,
 * a name and a national number with its leading zero are none.
 */
export function phoneOf(digits: unknown, ton: unknown): string | undefined {
  if (typeof digits !== 'string' || (ton !== 0 && ton !== 1)) return undefined;
  const bare = digits.replace(/^\+/, '');
  return /^[1-9]\d{6,14}$/.test(bare) ? `+${bare}` : undefined;
}
