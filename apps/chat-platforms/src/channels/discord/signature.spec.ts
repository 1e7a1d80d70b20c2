import { describe, expect, it } from '@jest/globals';
import { isEd25519 } from './signature.js';

/** RFC 8032 §7.1: public key, message, signature. */
const VECTORS: [string, string, string, string][] = [
  [
    'TEST 1',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    'TEST 2',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'TEST 3',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
  [
    'TEST SHA(abc)',
    'ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf',
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    'dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704',
  ],
];

const KEY = VECTORS[1]?.[1] ?? '';
const MESSAGE = Buffer.from('72', 'hex');
const SIGNATURE = VECTORS[1]?.[3] ?? '';

describe('Ed25519', () => {
  it.each(VECTORS)('R1: takes RFC 8032 %s', (_name, key, message, signature) => {
    expect(isEd25519(signature, Buffer.from(message, 'hex'), key)).toBe(true);
  });

  it.each(VECTORS)('R1: refuses RFC 8032 %s with one bit changed', (_name, key, message, signature) => {
    const changed = (hex: string) => hex.replace(/.$/, (last) => (parseInt(last, 16) ^ 1).toString(16));
    expect(isEd25519(changed(signature), Buffer.from(message, 'hex'), key)).toBe(false);
    expect(isEd25519(signature, Buffer.from(`${message}00`, 'hex'), key)).toBe(false);
    expect(isEd25519(signature, Buffer.from(message, 'hex'), changed(key))).toBe(false);
  });

  it.each([
    ['', KEY],
    [SIGNATURE.slice(0, -1), KEY],
    [`${SIGNATURE}0`, KEY],
    [SIGNATURE.replace(/^./, 'g'), KEY],
    [SIGNATURE, ''],
    [SIGNATURE, KEY.slice(2)],
    [SIGNATURE, 'f'.repeat(64)],
    ['0'.repeat(128), '0'.repeat(64)],
  ])('R1: refuses the signature %j under the key %j', (signature, key) => {
    expect(isEd25519(signature, MESSAGE, key)).toBe(false);
  });
});
