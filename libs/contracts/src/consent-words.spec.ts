import { describe, expect, it } from '@jest/globals';
import { consentWish } from './consent-words.js';

describe('P11: consent keywords', () => {
  it.each(['STOP', ' stop. ', '"Stop!"', 'Stop  all', 'UNSUBSCRIBE', 'opt-out', '¡Baja!', 'Opt  out'])(
    '%j asks to stop, on every channel',
    (text) => {
      expect(consentWish('whatsapp', text)).toEqual({ value: 'stop' });
      expect(consentWish('sms', text)).toEqual({ value: 'stop' });
    },
  );

  it.each([
    'Stop texting me',
    'please stop',
    '',
    '!',
    'cancel',
    'END',
    'yes',
    'help',
    'constructor',
    'STOP'.repeat(20),
  ])('%j is an ordinary message outside SMS', (text) => {
    expect(consentWish('telegram', text)).toBeUndefined();
  });

  it('knows the wider lists of text messages', () => {
    for (const text of ['Cancel', 'QUIT', 'revoke', 'End.', 'ARRET'])
      expect([text, consentWish('sms', text)]).toEqual([text, { value: 'stop' }]);
    expect(consentWish('sms', 'Start')).toEqual({ value: 'start' });
    expect(consentWish('sms', 'help?')).toEqual({ value: 'help' });
  });

  it('YES is an answer, and a wish only of somebody who is opted out', () => {
    expect(consentWish('sms', 'yes')).toEqual({ value: 'start', onlyIfOptedOut: true });
  });
});
