import { describe, expect, it } from '@jest/globals';
import { requesterFor } from './requester.js';

/** A requester whose `fetch` counts. */
function counting() {
  let calls = 0;
  const fetch = () => {
    calls += 1;
    return Promise.resolve({ status: 200, headers: { get: () => null }, text: () => Promise.resolve('{}') });
  };
  const settings = { url: 'http://skein.test', apiKey: 'k', fetch };
  return { requester: requesterFor(() => settings), calls: () => calls };
}

describe('P1, B2: what no header carries', () => {
  it.each([
    ['idempotencyKey', 'Bestellung ✓'],
    ['idempotencyKey', 'a\nb'],
    ['idempotencyKey', ' a'],
    ['idempotencyKey', ''],
    ['contentType', 'image/✓'],
  ])('is refused before the first try and never said to be in doubt: %s %j', async (name, value) => {
    const { requester, calls } = counting();
    const call = requester.request({ method: 'POST', path: '/v1/messages', body: {}, [name]: value });
    await expect(call).rejects.toMatchObject({
      name: 'InvalidRequestError',
      retryable: false,
      errors: [{ field: name === 'contentType' ? 'mimeType' : name }],
    });
    expect(calls()).toBe(0);
  });

  it.each(['order-1', 'Größe 7'])('any other key is carried: %s', async (idempotencyKey) => {
    const { requester, calls } = counting();
    await requester.request({ method: 'POST', path: '/v1/messages', body: {}, idempotencyKey });
    expect(calls()).toBe(1);
  });
});
