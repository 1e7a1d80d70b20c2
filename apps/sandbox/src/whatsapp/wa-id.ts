/** BSUID: country code, optional parent mark, up to 128 letters and digits (Meta, business-scoped user ids, 28 May 2026). */
const USER_ID = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;
const MOBILE_BRAZIL = /^55(\d\d)9(\d{8})$/;
const MEXICO_WITHOUT_ONE = /^52(\d{10})$/;
/** Brazilian area codes up to 28 keep the ninth digit in the WhatsApp id, later ones never got it. */
const LAST_AREA_WITH_NINTH_DIGIT = 28;

export function isUserId(address: string): boolean {
  return USER_ID.test(address);
}

/** The digits of a phone number in any usual spelling, or undefined when there are not 7 to 15 of them. */
export function phoneDigits(address: string): string | undefined {
  const digits = address.replace(/[\s()+.-]/g, '');
  return /^[1-9]\d{6,14}$/.test(digits) ? digits : undefined;
}

/**
 * The id WhatsApp knows a number by, which is not always the number dialled: Brazil drops the ninth digit of mobile
 * numbers in most areas, Mexico inserts a 1 after the country code. `contacts[].wa_id` of the send answer tells it.
 */
export function waIdOf(digits: string): string {
  const brazil = MOBILE_BRAZIL.exec(digits);
  if (brazil?.[1] && Number(brazil[1]) > LAST_AREA_WITH_NINTH_DIGIT) return `55${brazil[1]}${brazil[2]}`;
  const mexico = MEXICO_WITHOUT_ONE.exec(digits);
  return mexico?.[1] ? `521${mexico[1]}` : digits;
}
