// The server of the page: whom it answers, what, and with which headers.
import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/lib/errors.ts';
import { emptyFrame } from '../../src/page/empty-frame.ts';
import type { PageServer, Question } from '../../src/view/server.ts';
import { runDocument, serveRun } from '../../src/view/view-run.ts';

const parts = { script: 'document.title;', style: 'body{margin:0}' };
const questions: Question[] = [];
let server: PageServer;
beforeAll(async () => {
  server = await serveRun(parts, emptyFrame(60), 0, (question) => {
    questions.push(question);
    return question.name === 'shop/web' ? Promise.resolve('on node-1') : Promise.reject(new InputError('no such pod'));
  });
});
afterAll(() => server.close());

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** fetch would not let a test say whose page asks. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = get(new URL(path, server.url), { headers, method }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('latin1'),
        }),
      );
    });
    request.on('error', reject);
  });
}

describe('the server of a page', () => {
  it('gives the page, which may load nothing and run nothing else', async () => {
    const { status, headers, text } = await ask('/');
    expect(status).toBe(200);
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[\w+/=]{44}'; style-src 'sha256-[\w+/=]{44}'; connect-src 'self'/,
    );
    expect(policy).toContain("frame-ancestors 'none'");
    expect(text).not.toMatch(/(?:src|href)="(?!#)/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('gives frames, compressed', async () => {
    const { headers, status } = await ask('/frames');
    expect([status, headers['content-encoding']]).toEqual([200, 'gzip']);
    const frame: unknown = JSON.parse(await (await fetch(new URL('/frames', server.url))).text());
    expect(frame).toEqual(emptyFrame(60));
  });

  it('passes questions on', async () => {
    expect(await ask('/explain?pod=shop/web&at=12.5')).toMatchObject({ status: 200, text: 'on node-1' });
    expect(await ask('/explain?workload=Deployment/shop/web&at=0')).toMatchObject({ status: 404, text: 'no such pod' });
    expect(questions).toEqual([
      { subject: 'pod', name: 'shop/web', seconds: 12.5 },
      { subject: 'workload', name: 'Deployment/shop/web', seconds: 0 },
    ]);
  });

  it.each([
    ['/explain', 400],
    ['/explain?pod=shop/web', 400],
    ['/explain?pod=shop/web&at=soon', 400],
    ['/explain?pod=shop/web&at=-1', 400],
    [`/explain?pod=${'x'.repeat(700)}&at=1`, 400],
    ['/../../etc/passwd', 404],
    ['/%2e%2e/package.json', 404],
  ])('%s is answered %d', async (path, status) => expect((await ask(path)).status).toBe(status));

  it.each([
    ['a name that leads to loopback', { host: 'evil.example' }, 'GET', 403],
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }, 'GET', 403],
    ['a page of another port of this machine', { 'sec-fetch-site': 'same-site' }, 'GET', 403],
    ['somebody who writes', {}, 'PUT', 405],
    ['somebody who acts', {}, 'POST', 403],
    ['localhost', { host: 'localhost:80' }, 'GET', 200],
  ])('%s', async (_who, headers: Record<string, string>, method, status) =>
    expect((await ask('/', headers, method)).status).toBe(status),
  );

  it('says when a port is taken', async () => {
    const port = Number(new URL(server.url).port);
    await expect(serveRun(parts, emptyFrame(1), port)).rejects.toThrow(`--port: ${port} is taken`);
  });
});

it('writes a document that asks nobody', () => {
  const text = runDocument(parts, emptyFrame(5));
  expect(text).toContain('connect-src &#39;none&#39;');
  expect(text).toMatch(/<script type="application\/gzip" id="frames">[\w+/=]+<\/script>/);
});
