import crypto from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportPKCS8, exportSPKI, generateKeyPair } from 'jose';
import ltijs from 'ltijs';
import type { RegistrationBody } from '../../scripts/lms/lti/registration-body.ts';
import type { Any } from './a-tool.ts';

type Row = Record<string, unknown>;

/** The database that ltijs asks for, in memory and without encryption: its interface, as its own for MongoDB has it. */
class Memory {
  readonly #rows = new Map<string, Row[]>();
  #of(collection: string): Row[] {
    const rows = this.#rows.get(collection) ?? [];
    this.#rows.set(collection, rows);
    return rows;
  }
  #matching(collection: string, query: Row = {}) {
    return this.#of(collection).filter((row) => Object.entries(query).every(([name, value]) => row[name] === value));
  }
  async setup() {
    return true;
  }
  async Close() {
    return true;
  }
  async Get(_secret: string | false, collection: string, query?: Row) {
    const found = this.#matching(collection, query);
    return found.length > 0 ? structuredClone(found) : false;
  }
  async Insert(_secret: string | false, collection: string, item: Row, index: Row = {}) {
    this.#of(collection).push({ ...structuredClone(item), ...index, createdAt: Date.now() });
    return true;
  }
  async Replace(secret: string | false, collection: string, query: Row, item: Row, index: Row = {}) {
    await this.Delete(collection, query);
    return await this.Insert(secret, collection, item, index);
  }
  async Modify(_secret: string | false, collection: string, query: Row, change: Row) {
    for (const row of this.#matching(collection, query)) Object.assign(row, change);
    return true;
  }
  async Delete(collection: string, query: Row) {
    const gone = new Set(this.#matching(collection, query));
    this.#rows.set(
      collection,
      this.#of(collection).filter((row) => !gone.has(row)),
    );
    return true;
  }
}

/** A tool made of ltijs, on a port of its own, which answers a launch with what it made of it. */
export async function anLtijsTool() {
  const database = new Memory();
  const provider = ltijs.Provider;
  let answer: (request: Any, response: Any) => void = () => {};
  const server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  provider.setup(
    'a secret for cookies',
    { plugin: database },
    { cookies: { sameSite: 'Lax' }, dynReg: { url, name: 'A tool of ltijs', autoActivate: true } },
  );
  const told = (token: unknown, _: unknown, response: Any) => response.json(token);
  provider.onConnect(told);
  provider.onDeepLinking(told);
  provider.onInvalidToken((_: unknown, response: Any) => response.status(401).json(response.locals.err));
  await provider.deploy({ serverless: true, silent: true });
  answer = provider.app;

  // ltijs makes a key of 4096 bits for every platform, which takes seconds; here every platform gets the same smaller one.
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const pair = { privateKey: await exportPKCS8(privateKey), publicKey: await exportSPKI(publicKey) };
  const { generateKeyPairSync } = crypto;
  Object.assign(crypto, { generateKeyPairSync: () => pair });

  const knows = ({ issuer, clientId, authLoginUrl, authTokenUrl, keySetUrl }: RegistrationBody): Promise<unknown> =>
    provider.registerPlatform({
      url: issuer,
      name: issuer,
      clientId,
      authenticationEndpoint: authLoginUrl,
      accesstokenEndpoint: authTokenUrl,
      authConfig: { method: 'JWK_SET', key: keySetUrl },
    });

  const close = () => {
    server.close();
    Object.assign(crypto, { generateKeyPairSync });
  };
  return { provider, url, knows, close };
}
