import { mkdirSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Stack } from '@skein/testing';

const CHROMIUM = '/usr/bin/chromium';
const ARTEFACTS = fileURLToPath(new URL('../artefacts/', import.meta.url));
const require = createRequire(new URL('../package.json', import.meta.url));

/** The few calls of playwright-core that the tests make; its own types are not installed with the root. */
export interface Locator {
  click(): Promise<void>;
  fill(text: string): Promise<void>;
  press(key: string): Promise<void>;
  focus(): Promise<void>;
  waitFor(options?: {
    state?: 'visible' | 'hidden' | 'attached' | 'detached';
    timeout?: number;
  }): Promise<void>;
  count(): Promise<number>;
  innerText(): Promise<string>;
  allInnerTexts(): Promise<string[]>;
  getAttribute(name: string): Promise<string | null>;
  inputValue(): Promise<string>;
  isVisible(): Promise<boolean>;
  isEnabled(): Promise<boolean>;
  setInputFiles(files: { name: string; mimeType: string; buffer: Buffer }): Promise<void>;
  evaluate<T>(work: (element: HTMLElementLike) => T): Promise<T>;
  scrollIntoViewIfNeeded(): Promise<void>;
  first(): Locator;
  last(): Locator;
}
interface HTMLElementLike {
  scrollHeight: number;
  clientHeight: number;
  scrollTop: number;
  naturalWidth: number;
}
export interface Page {
  goto(url: string): Promise<unknown>;
  reload(): Promise<unknown>;
  locator(selector: string, options?: { hasText?: string | RegExp }): Locator;
  getByRole(role: string, options?: { name?: string | RegExp; exact?: boolean }): Locator;
  getByText(text: string | RegExp, options?: { exact?: boolean }): Locator;
  evaluate<T>(work: string | (() => T)): Promise<T>;
  screenshot(options: { path: string }): Promise<Buffer>;
  keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
  on(event: 'console', listener: (message: { type(): string; text(): string }) => void): void;
  on(event: 'pageerror', listener: (error: Error) => void): void;
  on(event: 'request', listener: (request: { url(): string }) => void): void;
  on(event: 'dialog', listener: (dialog: { message(): string; dismiss(): Promise<void> }) => void): void;
  setViewportSize(size: { width: number; height: number }): Promise<void>;
  close(): Promise<void>;
  url(): string;
}
export interface Context {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}
interface ContextOptions {
  viewport?: { width: number; height: number };
  colorScheme?: 'light' | 'dark';
  reducedMotion?: 'reduce';
}
export interface Browser {
  newContext(options?: ContextOptions): Promise<Context>;
  close(): Promise<void>;
}

/** True where Debian's Chromium is installed; says so where it is not. */
export function hasBrowser(): boolean {
  if (existsSync(CHROMIUM)) return true;
  console.log(`skipped: there is no ${CHROMIUM}; install the package "chromium" to test the widget`);
  return false;
}

export async function startBrowser(): Promise<Browser> {
  const { chromium } = require('playwright-core') as {
    chromium: { launch(options: { executablePath: string; args: string[] }): Promise<Browser> };
  };
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** Keeps a picture for people to look at; not in git. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(ARTEFACTS, { recursive: true });
  await page.screenshot({ path: `${ARTEFACTS}${name}.png` });
}

export interface AxeViolation {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}

/** What axe-core finds wrong in the widget: serious and critical findings. */
export async function accessibilityProblems(page: Page): Promise<AxeViolation[]> {
  const { source } = require('axe-core') as { source: string };
  await page.evaluate(`${source};0`);
  const found = await page.evaluate<{ violations: AxeViolation[] }>(
    `axe.run(document.querySelector('skein-chat'), { resultTypes: ['violations'] })`,
  );
  return found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
}

export interface HostSite {
  url: string;
  close(): Promise<void>;
}

/** A web site of somebody else with the widget on it, as strict about what it loads as a site can be. */
export async function startHostSite(stack: Stack): Promise<HostSite> {
  const { webChatUrl } = stack.dev;
  const socket = webChatUrl.replace('http', 'ws');
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://host.test');
    const data = [...url.searchParams].map(([name, value]) => `data-${name}="${value}"`).join(' ');
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; script-src ${webChatUrl}; connect-src ${webChatUrl} ${socket}; img-src http:; media-src http:; base-uri 'none'; require-trusted-types-for 'script'`,
    });
    response.end(`<!doctype html><html lang="en"${url.pathname === '/rtl' ? ' dir="rtl"' : ''}><head><title>Shop</title></head><body>
<main><h1>A shop</h1><p>Shoes of every colour.</p><a href="/other">Another page</a></main>
<script async src="${webChatUrl}/widget.js" data-channel="${stack.dev.channels['web-chat'] ?? ''}" ${data}></script></body></html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
