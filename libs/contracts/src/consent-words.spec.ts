import { describe, expect, it } from '@jest/globals';
import { consentWish, SMS_CONSENT_WORDS } from './consent-words.js';

describe('consent keywords', () => {
  it.each(['STOP', ' stop ', 'Stop!', 'unsubscribe.', 'Opt  out', 'REVOKE\n'])('%j asks to stop', (text) => {
    expect(consentWish(text)).toBe('stop');
  });

  it.each(['Stop texting me', 'do not stop', '', 'cancel', 'END', 'yes', 'help', `STOP${' '.repeat(99)}`])(
    '%j is an ordinary message outside SMS',
    (text) => {
      expect(consentWish(text)).toBeUndefined();
    },
  );

  it('knows the wider lists of text messages', () => {
    expect(consentWish('Cancel', SMS_CONSENT_WORDS)).toBe('stop');
    expect(consentWish('yes', SMS_CONSENT_WORDS)).toBe('start');
    expect(consentWish('help?', SMS_CONSENT_WORDS)).toBe('help');
  });
});
