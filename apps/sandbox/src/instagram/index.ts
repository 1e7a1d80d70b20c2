import type { SandboxKind, World } from '../core/kind.js';
import { MetaKind } from '../meta/meta-kind.js';
import type { Platform } from '../meta/platform.js';

const MB = 1024 * 1024;

/** Instagram Messaging: shorter texts, nothing about delivery, reading by message (Meta, Instagram Platform, checked 2026-11-21). */
const INSTAGRAM: Platform = {
  kind: 'instagram',
  object: 'instagram',
  errorType: 'IGApiException',
  textMax: 1000,
  needsMessagingType: false,
  echoesMetadata: false,
  hasWatermarks: false,
  media: {
    image: { maxBytes: 8 * MB, types: /^image\/(jpeg|png|gif)$/ },
    video: { maxBytes: 25 * MB, types: /^video\/(mp4|ogg|x-msvideo|quicktime|webm)$/ },
    audio: { maxBytes: 25 * MB, types: /^audio\/(aac|m4a|x-m4a|wav|x-wav|mp4)$/ },
    file: { maxBytes: 25 * MB, types: /^application\/pdf$/ },
  },
  closed: { code: 10, subcode: 2534022, message: 'This message is sent outside of allowed window.' },
  nobody: { code: 100, subcode: 2534014, message: 'The requested user cannot be found.' },
  idPrefix: 'aWdf',
};

export const openInstagram = (world: World): Promise<SandboxKind> =>
  Promise.resolve(new MetaKind(world, INSTAGRAM));
