import { refuse } from '@skein/contracts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Refuses web pages of strangers. Only browsers send `Origin`; a page that had its own name resolve to this machine would name itself
 * there (Model Context Protocol, Transports, security warning, modelcontextprotocol.io/specification/2025-11-25/basic/transports,
 * read 2026-11).
 *
 * @param publicUrl where the api is reached, whose pages are ours.
 * @throws `forbidden`
 */
export function checkOrigin(origin: string | undefined, publicUrl: string | undefined): void {
  if (origin === undefined) return;
  const page = URL.canParse(origin) ? new URL(origin) : undefined;
  const isOurs = publicUrl !== undefined && page?.origin === new URL(publicUrl).origin;
  if (page === undefined || !(isOurs || LOOPBACK.has(page.hostname)))
    refuse('forbidden', 'Pages of other origins may not call the MCP server.');
}
