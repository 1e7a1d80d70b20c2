import type { SandboxKind, World } from '../core/kind.js';
import { MetaKind } from '../meta/meta-kind.js';
import type { Platform } from '../meta/platform.js';

const MB = 1024 * 1024;

/** Facebook Messenger: marks for delivery and reading, echoes with their metadata (Meta, Messenger Platform, checked 2026-11-21). */
const MESSENGER: Platform = {
  kind: 'messenger',
  object: 'page',
  errorType: 'OAuthException',
  textMax: 2000,
  needsMessagingType: true,
  echoesMetadata: true,
  hasWatermarks: true,
  media: {
    image: { maxBytes: 8 * MB, types: /^image\/(jpeg|png|gif|webp)$/ },
    video: { maxBytes: 25 * MB, types: /^video\// },
    audio: { maxBytes: 25 * MB, types: /^audio\// },
    file: { maxBytes: 25 * MB, types: /^[\w.+-]+\/[\w.+-]+$/ },
  },
  closed: { code: 10, subcode: 2018278, message: 'This message is sent outside of allowed window.' },
  nobody: { code: 100, subcode: 2018001, message: 'No matching user found' },
  idPrefix: 'm_',
};

export const openMessenger = (world: World): Promise<SandboxKind> =>
  Promise.resolve(new MetaKind(world, MESSENGER));
