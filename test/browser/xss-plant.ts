import { setTimeout as sleep } from 'node:timers/promises';
import { xssVectors } from '../fixtures/xss-vectors.ts';

/*
 * A school whose every text field holds what runs in a page that is careless. Fields of plain text hold several at once, as many as they
 * take; those of Markdown one each, for one may swallow the next.
 */

export const PASSWORD = 'demo-malawi-2026';
export const demoRoles = ['superadmin', 'instructor', 'student'] as const;
export type DemoRole = (typeof demoRoles)[number];

/** Every second vector, for fields where each takes a page of its own. */
const half = (from: 0 | 1) => xssVectors.filter((_, index) => index % 2 === from);

/** Texts of at most so many characters that hold the vectors between them; of one line, those that are. */
function packs(limit: number, between = ' ', vectors = xssVectors): string[] {
  const found: string[] = [];
  const fit = vectors.filter((one) => one.length <= limit && (between !== ' ' || !/\p{Cc}/u.test(one)));
  for (const vector of fit) {
    const last = found.at(-1);
    if (last !== undefined && last.length + between.length + vector.length <= limit)
      found[found.length - 1] = last + between + vector;
    else found.push(vector);
  }
  return found;
}

type Json = Record<string, unknown> & { id: string };
/** How many of a field's texts were taken, and why the last of the others was not: such as for characters nobody types. */
type Planted = Record<string, { given: number; taken: number; refusal: unknown }>;

export async function plant(address: string) {
  const planted: Planted = {};
  const tokens: Partial<Record<DemoRole, string>> = {};
  for (const role of demoRoles) {
    const body = { email: `${role}@demo.test`, password: PASSWORD };
    tokens[role] = String((await send('POST', '/auth/login', body)).access);
  }

  async function send(method: string, path: string, body?: object | string, by?: DemoRole, type = 'application/json') {
    const answer = await fetch(`${address}/api/v1${path}`, {
      method,
      headers: {
        ...(by && { authorization: `Bearer ${tokens[by]}` }),
        ...(body !== undefined && { 'content-type': type }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} → ${answer.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Json;
  }

  /** Each text in its turn into a field, `atOnce` at a time. What was made of those that were taken. */
  async function fill<T>(
    field: string,
    texts: readonly string[],
    into: (text: string, index: number) => Promise<T>,
    atOnce = 8,
  ) {
    const [made, left] = [[] as T[], texts.map((text, index) => [text, index] as const)];
    let refusal: unknown;
    const worker = async () => {
      for (let next = left.shift(); next; next = left.shift())
        await into(...next).then(
          (one) => made.push(one),
          (error: unknown) => {
            refusal = error;
          },
        );
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    planted[field] = { given: texts.length, taken: made.length, refusal };
    if (made.length === 0) throw refusal;
    return made;
  }

  // A formula that cannot be drawn, or a control character, is refused with the whole text it stands in.
  const drawn = xssVectors.filter((one) => !one.includes('$') && !/[^\P{Cc}\n\t]/u.test(one));
  const [line, short, long] = [packs(200), packs(100, ' ', half(0)), packs(1500, '\n\n', drawn)];
  const course = (title: string, index: number, more: object = {}) =>
    send(
      'POST',
      '/courses',
      {
        courseKey: `course-v1:XSS+${index}+${Date.now()}`,
        title,
        examinationLevel: 'JCE',
        academicClass: 'Form 1',
        ...more,
      },
      'superadmin',
    );
  const keyOf = ({ courseKey }: Json) => encodeURIComponent(String(courseKey));

  const titled = await fill('course: title', line, (title, index) => course(title, index));
  const described = await fill('course: description', long, (text, index) =>
    course('Described', 1000 + index, { description: text, teacherGuide: text }),
  );
  const home = await course('Home', 2000);
  const key = keyOf(home);
  await fill('outline: title', line, (title) => send('POST', `/courses/${key}/nodes`, { title }, 'superadmin'), 1);
  const courseKey = home.courseKey;
  const lessons = await fill('lesson: body', half(1), (body, index) =>
    send('POST', '/lessons', { courseKey, title: line[index % line.length], body }, 'superadmin'),
  );
  await fill('attachment: name', short, (name, index) => {
    const to = `/lessons/${lessons[index]?.id}/attachments?name=${encodeURIComponent(`${name.slice(0, 90)}.csv`)}`;
    return send('POST', to, 'a,b\r\n1,2\r\n', 'superadmin', 'text/csv');
  });

  await fill('bank: title', line, (title) => send('POST', '/banks', { title }, 'instructor'));
  const bank = await send('POST', '/banks', { title: 'Items' }, 'instructor');
  const items = await fill('item: all texts', half(0), async (text) => {
    const solution = { explanation: text, steps: [text] };
    const choices = [
      { id: 'a', text: `A ${text}`, misconception: text },
      { id: 'b', text: `B ${text}`, misconception: text },
    ];
    const common = { difficulty: 'easy', hint: text, solution, tags: [text.slice(0, 40)] };
    const item = { type: 'choice', prompt: text, choices, correct: ['a'], ...common };
    const added = await send('POST', `/banks/${bank.id}/items`, { items: [item] }, 'instructor');
    return String((added.items as Json[])[0]?.id);
  });
  const when = 'after_submit';
  const paper = (title: string, more: object = {}) =>
    send(
      'POST',
      '/assessments',
      {
        ...{ title, behaviour: 'exam', attemptsAllowed: 0, timeLimitSeconds: 3600 },
        sections: [{ title, bankId: bank.id, select: items.length }],
        review: { score: when, correctness: when, key: when, feedback: when },
        ...more,
      },
      'instructor',
    );
  const papers = await fill('assessment: title', line, (title) => paper(title));
  const [first] = papers;
  for (const { id } of papers.slice(0, 5)) await send('POST', `/assessments/${id}/publish`, {}, 'instructor');
  const view = await send('POST', `/assessments/${first?.id}/attempts`, {}, 'student');
  const done = await send('POST', `/assessments/${papers[1]?.id}/attempts`, {}, 'student');
  const [open, over] = [view, done].map(({ attempt }) => (attempt as Json).id);
  await send('POST', `/attempts/${over}/submit`, { epoch: 1 }, 'student');

  const people = await fill('person: name', packs(200).slice(0, 6), (name, index) =>
    send('POST', '/users', { name, email: `xss${index}@demo.test` }, 'superadmin'),
  );
  for (const { id } of people) await send('POST', '/enrollments', { courseKey, userId: id }, 'superadmin');
  const me = await send('GET', '/auth/me', undefined, 'student');
  await send('PATCH', '/users/me', { name: line[0] }, 'student');
  await send('POST', '/enrollments', { courseKey, userId: me.id }, 'superadmin');
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  await fill('key: name', short, (name) =>
    send('POST', '/auth/api-keys', { name, scopes: ['profile:read'], expiresAt }, 'superadmin'),
  );
  await fill('connection: name', short, (name, index) => {
    const lmsUrl = `https://lms${index}.example.mw`;
    return send(
      'POST',
      '/openedx/connections',
      { name, lmsUrl, clientId: name.slice(0, 60), clientSecret: 'x' },
      'superadmin',
    );
  });
  await fill('registration: name', short, (name, index) => {
    const at = `https://lms${index}.example.mw`;
    const urls = { authLoginUrl: `${at}/login`, authTokenUrl: `${at}/token`, keySetUrl: `${at}/keys` };
    return send(
      'POST',
      '/lti/registrations',
      { name, issuer: at, clientId: `client ${index}`, ...urls, deployments: [name.slice(0, 99)] },
      'superadmin',
    );
  });

  // Mails tell names and titles only to whoever has shown that the address is theirs; they come by a queue.
  const email = 'reader@demo.test';
  await send('POST', '/auth/register', { email, password: PASSWORD, name: line[0] });
  const told = async (wanted: RegExp) => {
    for (let waited = 0; waited < 150; waited++) {
      const { results } = await send('GET', '/outbox?pageSize=100', undefined, 'superadmin');
      const found = wanted.exec((results as Json[]).map(({ text }) => text).join('\n'));
      if (found) return found[1];
      await sleep(100);
    }
    throw new Error(`no mail says ${wanted}`);
  };
  await send('GET', `/auth/verify-email/${await told(/verify-email\/([\w-]+)/)}`);
  const { results } = await send('GET', `/users?search=${email}`, undefined, 'superadmin');
  const [reader] = results as Json[];
  for (const { courseKey } of titled.slice(0, 3))
    await send('POST', '/enrollments', { courseKey, userId: reader?.id }, 'superadmin');
  await told(/(alert)/);

  const each = (prefix: string, ids: readonly (string | undefined)[]) => ids.map((id) => `${prefix}${id}`);
  const keys = described.map(keyOf);
  const lessonIds = lessons.map(({ id }) => id);
  const lists = ['/staff/banks', '/staff/assessments', '/staff/people', '/staff/outbox', '/staff/mails', '/courses'];
  const echoes = line.slice(0, 4).flatMap((text) => {
    const asked = encodeURIComponent(text);
    return [...lists.map((list) => `${list}?search=${asked}`), `/nowhere/${asked}`, `/sign-in?next=${asked}`];
  });
  /** Pages that are to be looked at beside what lists lead to, as who they are for. */
  const pages: Record<DemoRole, string[]> = {
    superadmin: [
      ...each('/staff/lessons/', lessonIds.slice(0, 8)),
      ...keys.map((one) => `/staff/courses/${one}/edit`),
      ...['', '/outline', '/roster', '/lessons'].map((page) => `/staff/courses/${key}${page}`),
      ...echoes,
    ],
    instructor: [...each('/staff/items/', items), `/staff/banks/${bank.id}`, `/staff/assessments/${first?.id}/preview`],
    student: [...each('/lessons/', lessonIds), ...each('/courses/', [...keys, key]), `/attempts/${over}/result`],
  };
  /** Tables of people and of enrolments, whose reports say what was in them. */
  const tables = {
    '/staff/people/import': `name,username\n${line.map((text) => `"${text.replaceAll('"', '""')}",?`).join('\n')}\n`,
    [`/staff/courses/${key}/roster/import`]: `email\n${line.map((text) => `"${text.replaceAll('"', '""')}"`).join('\n')}\n`,
  };
  return { planted, pages, tables, open: `/attempts/${open}` };
}
