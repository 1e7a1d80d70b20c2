/**
 * How many segments a text takes, counted apart from the channel on purpose: what it believes is tested against what the carrier bills
 * (3GPP TS 23.038; Twilio, What is GSM-7, checked 2026-11).
 */
export function countSegments(text: string): number {
  const gsm = gsmLength(text);
  if (gsm !== undefined) return gsm <= 160 ? 1 : Math.ceil(gsm / 153);
  return text.length <= 70 ? 1 : Math.ceil(text.length / 67);
}

const ONE = /[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]/;
const TWO = /[\f^{}\\[\]~|€]/;

function gsmLength(text: string): number | undefined {
  let length = 0;
  for (const character of text) {
    if (ONE.test(character)) length += 1;
    else if (TWO.test(character)) length += 2;
    else return undefined;
  }
  return length;
}
