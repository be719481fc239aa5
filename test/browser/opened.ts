// A page in a browser, and what it says and asks for.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export interface Opened {
  readonly page: Page;
  /** Console messages, uncaught errors and dialogs. */
  readonly complaints: string[];
  /** Addresses asked for beside the page's own. */
  readonly requests: string[];
}

export async function openPage(browser: Browser, address: string, options: BrowserContextOptions): Promise<Opened> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== address && !request.url().startsWith('data:')) requests.push(request.url());
  });
  await page.goto(address, { waitUntil: 'load' });
  return { page, complaints, requests };
}
