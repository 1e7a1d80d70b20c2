import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type Stack } from '@skein/testing';
import {
  accessibilityProblems,
  hasBrowser,
  keepPicture,
  startBrowser,
  startHostSite,
  type Browser,
  type Context,
  type HostSite,
  type Page,
} from './support/browser.js';
import { send, untilStatus } from './support/messages.js';
import { proofOf, showTyping } from './support/visitor.js';

const inBrowser = hasBrowser() ? describe : describe.skip;

inBrowser('the widget, in Chromium', () => {
  let stack: Stack;
  let browser: Browser;
  let site: HostSite;
  const contexts: Context[] = [];
  const problems: string[] = [];
  const requested: string[] = [];
  let people = 0;

  beforeAll(async () => {
    stack = await startStack();
    [browser, site] = await Promise.all([startBrowser(), startHostSite(stack)]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    await stack.stop();
  });
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    // Whatever a page of these tests reported is a defect of the widget.
    expect(problems.splice(0)).toEqual([]);
    expect(requested.splice(0).filter((url) => !isOurs(url))).toEqual([]);
  });

  const isOurs = (url: string) =>
    [site.url, stack.dev.webChatUrl, stack.dev.apiUrl, stack.dev.sandboxUrl].some(
      (base) => base && (url.startsWith(base) || url.startsWith(base.replace('127.0.0.1', 'localhost'))),
    );
  const watch = (page: Page): Page => {
    page.on('console', (message) => {
      // A page cannot hide that a connection was refused while the service was away.
      const text = message.text();
      if (['error', 'warning'].includes(message.type()) && !/ERR_CONNECTION|WebSocket|favicon/.test(text))
        problems.push(text);
    });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('dialog', (dialog) => (problems.push(`dialog: ${dialog.message()}`), void dialog.dismiss()));
    page.on('request', (request) => requested.push(request.url()));
    return page;
  };
  const context = async (options: Parameters<Browser['newContext']>[0] = {}): Promise<Context> => {
    const made = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
    contexts.push(made);
    return made;
  };
  const visit = async (where: Context, data: Record<string, string> = {}, path = '/'): Promise<Page> => {
    const page = watch(await where.newPage());
    await page.goto(`${site.url}${path}?${new URLSearchParams(data).toString()}`);
    await page.locator('skein-chat').waitFor({ state: 'attached' });
    return page;
  };
  const newUser = async () => {
    const id = `reader-${(people += 1)}`;
    await stack.api('POST', '/v1/contacts', { body: { userId: id, name: id } });
    return { id, data: { 'user-id': id, 'user-hash': proofOf(stack, id) } };
  };
  const sendTo = (userId: string, text: string) =>
    send(stack, { channel: 'web-chat', to: { userId }, text }, { prefer: 'wait=10' });
  const field = (page: Page) => page.getByRole('textbox', { name: 'Message' });
  const launcher = (page: Page) => page.locator('.launcher');
  const say = async (page: Page, text: string) => {
    await field(page).fill(text);
    await field(page).press('Enter');
  };
  const bubbles = (page: Page) => page.locator('.bubble');

  it('P12, P17: an unread badge while it is closed, delivered; read when it is opened', async () => {
    const { id, data } = await newUser();
    await sendTo(id, 'While you were away');
    const page = await visit(await context(), data);
    await page.getByRole('button', { name: 'Open chat, 1 unread' }).waitFor();
    const told = await sendTo(id, 'And one more');
    await page.getByRole('button', { name: 'Open chat, 2 unread' }).waitFor();
    await untilStatus(stack, told.body.messageId, ['delivered']);
    await keepPicture(page, 'web-chat-closed');
    await launcher(page).click();
    await page.getByText('And one more').waitFor();
    await untilStatus(stack, told.body.messageId, ['read']);
    expect(await page.locator('.badge').isVisible()).toBe(false);
  });

  it('is usable with the keyboard alone: open, write, go round, close, focus back where it was', async () => {
    const page = await visit(await context());
    const focused = () =>
      page.evaluate<string>(
        `(() => { const inner = document.querySelector('skein-chat').shadowRoot.activeElement; return inner ? inner.getAttribute('aria-label') ?? inner.className : document.activeElement.tagName; })()`,
      );
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Open chat');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('Message');
    await page.getByText('Online').waitFor();
    await page.keyboard.type('hello');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('again');
    await page.keyboard.press('Enter');
    await page.getByText('I am the concierge').waitFor();
    expect(await focused()).toBe('Message');
    const seen = new Set<string>();
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press('Tab');
      seen.add(await focused());
    }
    expect([...seen]).toEqual(expect.arrayContaining(['Close chat', 'action', 'Message', 'Attach a file']));
    expect(seen).not.toContain('A');
    expect(seen).not.toContain('Open chat');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Escape');
    expect(await page.locator('.panel').isVisible()).toBe(false);
    expect(await focused()).toContain('Open chat');
  });

  it('P16: shows every component, in light, dark, right to left and on a phone, without serious barriers', async () => {
    const { id, data } = await newUser();
    const files = `${stack.dev.sandboxUrl ?? ''}/files`;
    await sendTo(id, EVERYTHING.replaceAll('FILES', files));
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await visit(await context({ colorScheme, reducedMotion: 'reduce' }), {
        ...data,
        open: '',
      });
      await page.getByText('Available sizes').waitFor();
      const shown = {
        '.list.vertical .item': 2,
        '.list.horizontal .item': 3,
        '.action': 3,
        '.links a[href="https://example.com/guide"]': 1,
        '.media.of-image img': 1,
        'a.attachment': 1,
        '.payment a[href="https://pay.example.com/42"]': 1,
        '.flow button': 1,
        '.links a[href="/sale?from=chat"]': 1,
        'th[scope=col]': 3,
        td: 6,
        'pre code': 1,
      };
      for (const [selector, count] of Object.entries(shown))
        expect([selector, await page.locator(selector).count()]).toEqual([selector, count]);
      await eventually(async () =>
        expect(
          await page.locator('.media.of-image img').evaluate((image) => image.naturalWidth),
        ).toBeGreaterThan(0),
      );
      await keepPicture(page, `web-chat-components-end-${colorScheme}`);
      await page.locator('.line').first().scrollIntoViewIfNeeded();
      await page.evaluate(
        `document.querySelector('skein-chat').shadowRoot.querySelector('.scroller').scrollTop = 0`,
      );
      await keepPicture(page, `web-chat-components-${colorScheme}`);
      await page.locator('.list.horizontal').scrollIntoViewIfNeeded();
      await keepPicture(page, `web-chat-components-middle-${colorScheme}`);
      expect(await accessibilityProblems(page)).toEqual([]);
    }
    const phone = await visit(
      await context({ viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' }),
      {
        ...data,
        open: '',
      },
    );
    await phone.getByText('Available sizes').waitFor();
    await keepPicture(phone, 'web-chat-phone');
    expect(await phone.locator('.launcher').isVisible()).toBe(false);
    const rtl = await visit(
      await context({ reducedMotion: 'reduce' }),
      { ...data, open: '', position: 'left' },
      '/rtl',
    );
    await rtl.getByText('Available sizes').waitFor();
    await keepPicture(rtl, 'web-chat-rtl');
  });

  it('P16: a press reaches the agent as the id that was offered', async () => {
    const page = await visit(await context(), { open: '' });
    await say(page, 'hello');
    await page.getByRole('button', { name: 'Opening hours' }).click();
    await eventually(async () => {
      const rows = await stack.sql(
        `SELECT fact->'content'->'action'->>'id' AS pressed FROM inbound_events WHERE type = 'message' ORDER BY id DESC LIMIT 1`,
      );
      expect(rows).toEqual([{ pressed: 'hours' }]);
    });
    await page.locator('.line.in', { hasText: 'Opening hours' }).waitFor();
  });

  it('R5: a file goes up, is shown, and comes down; a picture of the agent is shown', async () => {
    const page = await visit(await context(), { open: '' });
    await page.getByText('Online').waitFor();
    const pixel = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
      'base64',
    );
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'pixel.png', mimeType: 'image/png', buffer: pixel });
    await eventually(async () =>
      expect(await page.getByRole('button', { name: 'Send message' }).isEnabled()).toBe(true),
    );
    await keepPicture(page, 'web-chat-upload');
    await say(page, 'look at this');
    const img = page.locator('.line.in .media.of-image img');
    await img.waitFor();
    await eventually(async () => expect(await img.evaluate((image) => image.naturalWidth)).toBe(1));
    await say(page, 'photo');
    await page.locator('.line.out .media.of-image img').waitFor();
  });

  it('P2: draft and history survive a reload; what was written without a connection is sent once, later', async () => {
    const page = await visit(await context(), { open: '' });
    await say(page, 'before the outage');
    await page.getByText('I am the concierge').waitFor();
    await stack.service('web-chat').stop();
    await page.getByText(/No connection/).waitFor();
    await say(page, 'first without a line');
    await say(page, 'second without a line');
    await field(page).fill('still a draft');
    await page.locator('.mark.sending').last().waitFor();
    await keepPicture(page, 'web-chat-offline');
    await page.reload();
    await page.getByText('second without a line').waitFor();
    expect(await field(page).inputValue()).toBe('still a draft');
    await stack.service('web-chat').restart();
    await page.getByText('before the outage').waitFor({ timeout: 40_000 });
    await eventually(async () => expect(await page.locator('.mark.sending').count()).toBe(0), {
      timeoutMs: 20_000,
    });
    const own = (await page.locator('.line.in .bubble').allInnerTexts()).filter((text) =>
      / line|outage/.test(text),
    );
    expect(own).toEqual(['before the outage', 'first without a line', 'second without a line']);
    const kept = await stack.sql<{ text: string }>(
      `SELECT text FROM messages WHERE direction = 'in' AND text LIKE '%without a line' ORDER BY seq`,
    );
    expect(kept.map(({ text }) => text)).toEqual(own.slice(1));
  });

  it('P2: shows that somebody is writing, and a change of what was written before', async () => {
    const { id, data } = await newUser();
    const page = await visit(await context(), { ...data, open: '' });
    await page.getByText('Online').waitFor();
    await showTyping(stack, `u:${id}`);
    await page.locator('.dots').waitFor();
    await keepPicture(page, 'web-chat-typing');
    const { body } = await sendTo(id, 'We meet at nine');
    await page.getByText('We meet at nine').waitFor();
    await page.locator('.dots').waitFor({ state: 'detached' });
    const edit = { messageId: body.messageId, text: 'We meet at **ten**' };
    await send(stack, { channel: 'web-chat', to: { userId: id }, content: { edit } });
    await page.getByText('We meet at ten').waitFor();
    expect(await bubbles(page).allInnerTexts()).toEqual(['We meet at ten']);
    expect(await page.locator('.meta').innerText()).toContain('edited');
    await page.reload();
    await page.getByText('We meet at ten').waitFor();
    expect(await bubbles(page).count()).toBe(1);
  });

  it('two tabs show the same, and reading in one clears the other', async () => {
    const { id, data } = await newUser();
    const where = await context();
    const [one, other] = [await visit(where, data), await visit(where, data)];
    await sendTo(id, 'For both tabs');
    for (const page of [one, other])
      await page.getByRole('button', { name: 'Open chat, 1 unread' }).waitFor();
    await launcher(one).click();
    await other.getByRole('button', { name: 'Open chat', exact: true }).waitFor();
    await say(one, 'from the first tab');
    await launcher(other).click();
    await other.getByText('from the first tab').waitFor();
  });

  it('shows hostile text as text, follows no script address, and lets page and widget alone', async () => {
    const { id, data } = await newUser();
    const hostile = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    await sendTo(
      id,
      `${hostile} [click](javascript:alert(3)) [data](data:text/html,x)\n::: links\n[${'go'}](https://example.com/"onmouseover=alert(4))\n:::`,
    );
    const page = await visit(await context(), { ...data, open: '' });
    await page.getByText(hostile).waitFor();
    expect(await page.locator('skein-chat img, skein-chat script').count()).toBe(0);
    const links = await page.evaluate<string[]>(
      `[...document.querySelector('skein-chat').shadowRoot.querySelectorAll('a')].map((a) => a.protocol)`,
    );
    expect(links.every((protocol) => protocol === 'https:')).toBe(true);
    await say(page, hostile);
    await eventually(async () => expect(await bubbles(page).allInnerTexts()).toContain(hostile));
  });

  it('P3: a page can say who its user is later, and forget them: nobody sees what was another’s', async () => {
    const { id, data } = await newUser();
    await sendTo(id, 'Only for the user');
    const page = await visit(await context(), { open: '' });
    await page.getByText('Online').waitFor();
    await page.evaluate(`SkeinChat.identify({ id: '${id}', hash: '${data['user-hash']}', name: 'Reader' })`);
    await page.getByText('Only for the user').waitFor();
    await page.evaluate(`SkeinChat.logout()`);
    await page.getByText('Online').waitFor();
    expect(await page.getByText('Only for the user').count()).toBe(0);
    await page.evaluate(`SkeinChat.identify({ id: '${id}', hash: 'wrong' })`);
    await page.getByText('The chat is not available on this page.').waitFor();
    expect(await page.getByText('Only for the user').count()).toBe(0);
  });

  it('a long history loads page by page and keeps the place', async () => {
    const { id, data } = await newUser();
    const items = Array.from({ length: 70 }, (_, index) => ({
      ...{ channel: 'web-chat', to: { userId: id }, text: `line ${index}.` },
    }));
    await stack.api('POST', '/v1/messages/batch', { body: { messages: items } });
    await eventually(async () => {
      const rows = await stack.sql(`SELECT 1 FROM web_chat_entries WHERE address = $1`, [`u:${id}`]);
      expect(rows).toHaveLength(70);
    });
    const page = await visit(await context(), { ...data, open: '' });
    await page.getByText('line 69.').waitFor();
    expect(await page.getByText('line 19.').count()).toBe(0);
    await page.getByRole('button', { name: 'Show earlier messages' }).click();
    await page.getByText('line 0.', { exact: true }).waitFor({ state: 'attached' });
    expect((await bubbles(page).allInnerTexts()).map((text) => text.trim())).toEqual(
      items.map(({ text }) => text),
    );
    expect(await page.getByRole('button', { name: 'Show earlier messages' }).isVisible()).toBe(false);
  });
});

const EVERYTHING = `Here is **everything** at once, with _emphasis_, ~~mistakes~~, \`code\` and [a link](https://example.com).
\`\`\`
const total = 42;
\`\`\`
::: list-item
![shoe](FILES/small.jpg)
# Canvas shoe
## 39 €, in stock
:::
::: list-item
# Leather boot
## 129 €, in a week
:::
Pick a colour:
::: horizontal-list-item
![a](FILES/small.jpg)
# Midnight blue
## 39 €
:::
::: horizontal-list-item
![b](FILES/small.jpg)
# Coral
## 41 €
:::
::: horizontal-list-item
![c](FILES/small.jpg)
# Sand
## 37 €
:::
Shall I put it aside?
::: actions
- [Yes, please](yes)
- [Not now](no)
- [Talk to a person](human)
:::
::: links
[Care guide](https://example.com/guide)
[Size chart](https://example.com/sizes)
:::
::: images
![Our shop in the morning](FILES/small.jpg)
:::
::: documents
[Warranty terms.pdf](FILES/small.pdf)
:::
::: payment
[Pay 39 €](https://pay.example.com/42)
:::
::: flow
flow_id=fitting
flow_cta=Choose a time
header=Fitting
body=Come by and try them on.
footer=Takes about ten minutes
:::
::: navigate
[See the sale](/sale?from=chat)
:::
Available sizes:
::: table
Size,Stock,Delivery
40,12,Tomorrow
41,3,Friday
:::`;
