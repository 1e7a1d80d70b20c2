/** How a file is fetched: with the bot's token from its own connector, or from an address that is its own proof. */
type Way = 'bot' | 'signed';

/** What fetching it needs, in one word and an address. */
export function fileReference(way: Way, url: string): string {
  return `${way} ${url}`;
}
