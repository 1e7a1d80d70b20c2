/** A link where only text can be shown. Apps find mail addresses and phone numbers by themselves, so those are shown bare. */
export function linkText(label: string, url: string): string {
  const address = shownAddress(url);
  return label === url || label === '' ? address : `${label}: ${address}`;
}

/** An address as people write it. */
export function shownAddress(url: string): string {
  return url.replace(/^(?:mailto|tel):/i, '');
}
