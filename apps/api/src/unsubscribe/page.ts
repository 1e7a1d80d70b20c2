/** A page of one heading and a little markup of our own. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 15vh auto; padding: 0 1rem } button { font: inherit; padding: .5rem 1rem }</style>
<h1>${title}</h1>
${body}
</html>
`;
}
