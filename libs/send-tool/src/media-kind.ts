import type { MediaKind } from '@skein/contracts';

/** What every platform shows as what it is. */
const SHOWN: Readonly<Record<string, MediaKind>> = {
  'image/jpeg': 'image',
  'image/png': 'image',
  'video/mp4': 'video',
  'audio/mpeg': 'audio',
  'audio/ogg': 'audio',
  'audio/mp4': 'audio',
  'audio/aac': 'audio',
};

/** As what a file of this type is sent: anything that some platform would not show goes as a file. */
export function mediaKindOf(mimeType: string): MediaKind {
  return SHOWN[mimeType] ?? 'file';
}
