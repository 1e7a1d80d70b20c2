import type { Fields } from '../core/fields.js';
import type { World } from '../core/kind.js';
import { ownFile } from '../core/own-links.js';
import { invalid } from '../core/refusal.js';

/** The bytes of `{file | url | base64, filename?}`: a fixture file, a link to this sandbox, or the bytes themselves. */
export async function fileOf(world: World, media: Fields): Promise<{ bytes: Buffer; filename: string }> {
  const [name, url, base64] = ['file', 'url', 'base64'].map((field) => media.optionalText(field));
  const filename = media.optionalText('filename');
  if (base64 !== undefined) return { bytes: Buffer.from(base64, 'base64'), filename: filename ?? 'file' };
  const own = ownFile(world, url ?? `${world.origin()}/files/${name ?? ''}`);
  if (typeof own === 'string') throw invalid('media', 'must name a file of this sandbox, or hold base64');
  return { bytes: own.bytes, filename: filename ?? own.name };
}
