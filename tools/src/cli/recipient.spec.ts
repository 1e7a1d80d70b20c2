import { describe, expect, it } from '@jest/globals';
import { recipientOf } from './recipient.js';

describe('recipientOf', () => {
  it('P1 reads what people type as exactly one form of recipient', () => {
    const id = '0b5c0f0a-6f9b-4a54-9a0e-0a6a4c1f2d3e';
    expect(recipientOf('+44 7700 900-123')).toEqual({ phoneNumber: '+447700900123' });
    expect(recipientOf('ana@example.com')).toEqual({ email: 'ana@example.com' });
    expect(recipientOf('user:u@1')).toEqual({ userId: 'u@1' });
    expect(recipientOf(id)).toEqual({ conversationId: id });
    for (const target of ['slack:#ops', 'telegram', 'telegram:home', 'my-alias', '+12', 'email:a@b.c'])
      expect(recipientOf(target)).toEqual({ target });
  });
});
