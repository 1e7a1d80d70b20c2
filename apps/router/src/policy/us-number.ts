import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

/**
 * True for +1 numbers of the United States. Canada and the Caribbean share +1 and are told apart by area code. A +1 number whose
 * area code belongs to nobody counts as US: the refusal is then on the safe side.
 */
export function isUsNumber(address: string): boolean {
  if (!address.startsWith('+1')) return false;
  const country = parsePhoneNumberFromString(address)?.country;
  return country === undefined || country === 'US';
}
