import { ask, PASSWORD } from './make.ts';

/** A browser as far as these pages need one: it keeps cookies, and sends forms with the token it finds in the page. */
export function makeBrowser() {
  const cookies = new Map<string, string>();
  const browser = {
    cookies,
    async open(path: string, init: RequestInit = {}) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await ask(path, { ...init, headers: { ...(init.headers as Record<string, string>), cookie } });
      for (const line of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (/max-age=0/i.test(line)) cookies.delete(name);
        else cookies.set(name, value);
      }
      return {
        ...answer,
        csrf: /name="csrf" value="([^"]+)"/.exec(answer.text)?.[1] ?? '',
        to: answer.headers.get('location'),
      };
    },
    send: (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
      browser.open(path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams(fields).toString(),
      }),
    async signIn({ email }: { email: string }, fields: Record<string, string> = {}) {
      const { csrf } = await browser.open('/sign-in');
      return await browser.send('/sign-in', { csrf, email, password: PASSWORD, ...fields });
    },
  };
  return browser;
}
