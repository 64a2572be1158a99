import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { idempotency } from '../../src/http/schema.ts';
import { apiKey, audit, session, user } from '../../src/identity/schema.ts';
import { newId } from '../../src/lib/ids.ts';
import { aBrowser, hidden, hiddenIn, said } from '../assessments/a-browser.ts';
import { anAssessment, aUser, db, type Somebody, start } from '../factories.ts';

/** A browser of somebody who showed long ago who they are. */
async function aStaleBrowser(who: Somebody) {
  const browser = await aBrowser(who);
  await db.update(session).set({ confirmedAt: 0 }).where(eq(session.userId, who.id));
  return browser;
}
const rowOf = async (id: string) => {
  const [found] = await db.select().from(user).where(eq(user.id, id));
  if (!found) throw new Error('no such user');
  return found;
};

const PASSWORD = /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/;
/** The user name and password of each slip on a page. */
const codesIn = (text: string) => [...text.matchAll(/<code>([^<]*)<\/code>/g)].map(([, code]) => code);

/** The page where a table is sent, and how it is. */
async function importOf(browser: Awaited<ReturnType<typeof aBrowser>>) {
  const page = (await browser.open('/staff/people/import')).text;
  async function send(content: string, once?: string) {
    const form = new FormData();
    form.set('csrf', hidden(page, 'csrf'));
    if (once !== undefined) form.set('once', once);
    form.set('file', new File([content], 'people.csv', { type: 'text/csv' }));
    return await browser.go('POST', '/staff/people/import', { body: form });
  }
  return { page, once: hidden(page, 'once'), send };
}

describe('the pages of people', () => {
  it('are for staff, and show instructors their own students without address', async () => {
    const teacher = await aUser('instructor');
    const email = `${newId('user')}@school.test`;
    const { id } = await aUser('student', { instructorId: teacher.id, name: 'Thoko <b>', email });
    const browser = await aBrowser(teacher);
    expect((await browser.open('/staff')).text).toContain('href="/staff/people"');
    const list = await browser.open('/staff/people');
    expect(list.text).toContain(`href="/staff/people/${id}"`);
    expect(list.text).toContain('Thoko &lt;b&gt;');
    expect(list.text).not.toContain('/staff/people/import');
    const one = await browser.open(`/staff/people/${id}`);
    expect(one.text).not.toContain(email);
    expect(one.text).not.toMatch(/name="(email|username|role|instructor)"|\/block|\/delete/);
    expect((await browser.open('/staff/people/new')).status).toBe(403);
    expect((await browser.open(`/staff/people/${(await aUser()).id}`)).status).toBe(404);
    const refused = await (await aBrowser(await aUser())).open('/staff/people');
    expect([refused.status, refused.text.includes('It may have moved')]).toEqual([403, false]);
    expect((await browser.open('/staff/audit')).status).toBe(403);
  });

  it('find, filter and change a person, and keep what was typed when it does not fit', async () => {
    const admin = await aBrowser(await aUser('admin'));
    const mark = newId('user');
    const { id } = await aUser('student', { name: `Z ${mark}`, username: mark });
    expect((await admin.open(`/staff/people?search=${mark}&role=student&blocked=false`)).text).toContain(id);
    expect((await admin.open(`/staff/people?search=${mark}&role=admin`)).text).not.toContain(id);
    const wrong = await admin.post(`/staff/people/${id}`, { name: 'Thoko', email: 'nowhere', username: mark });
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain('value="nowhere"');
    const done = await admin.post(`/staff/people/${id}`, { name: 'Thoko', email: '', username: mark });
    expect(done.to).toBe(`/staff/people/${id}?saved`);
    expect((await admin.open(done.to)).text).toContain('role="status"');
    expect((await rowOf(id)).name).toBe('Thoko');
  });

  it('change role, block and instructor, each with its refusal in words', async () => {
    const admin = await aBrowser(await aUser('admin'));
    const [student, teacher] = [await aUser(), await aUser('instructor', { username: newId('user') })];
    const path = `/staff/people/${student.id}`;
    const { username } = await rowOf(teacher.id);
    expect((await admin.post(`${path}/instructor`, { instructor: 'nobody' })).status).toBe(400);
    await admin.post(`${path}/instructor`, { instructor: username ?? '' });
    expect((await rowOf(student.id)).instructorId).toBe(teacher.id);
    await admin.post(`${path}/block`);
    expect(said((await admin.open(path)).text)).toContain('This account is blocked');
    await admin.post(`${path}/unblock`);
    await admin.post(`${path}/role`, { role: 'instructor' });
    expect(await rowOf(student.id)).toMatchObject({ role: 'instructor', blockedAt: null, instructorId: null });
    const other = await aUser('admin');
    const above = await admin.post(`/staff/people/${other.id}/block`);
    expect([above.status, said(above.text)]).toEqual([400, expect.stringContaining('Only somebody above them')]);
    expect((await admin.post(`/staff/people/${other.id}/delete`)).status).toBe(403);
    await db.update(user).set({ role: 'admin' }).where(eq(user.role, 'superadmin'));
    const last = await aUser('superadmin');
    const refused = await (await aBrowser(last)).post(`/staff/people/${last.id}/role`, { role: 'admin' });
    expect(said(refused.text)).toContain('Somebody has to remain superadmin');
  });

  it('ask who it is before a role changes, and lead back', async () => {
    // That they have a password is enough: no proof is given here.
    const admin = await aStaleBrowser(await aUser('admin', { passwordHash: 'x' }));
    const { id } = await aUser();
    const asked = await admin.go('POST', `/staff/people/${id}/role`, {
      body: new URLSearchParams({
        csrf: hidden((await admin.open(`/staff/people/${id}`)).text, 'csrf'),
        role: 'instructor',
      }),
      headers: { referer: `http://ve.test/staff/people/${id}` },
    });
    expect(asked.status).toBe(401);
    const confirm = `/confirm?next=${encodeURIComponent(`/staff/people/${id}`)}`;
    expect(JSON.parse(hiddenIn(asked.text, confirm).kept ?? '')).toMatchObject({
      to: `/staff/people/${id}/role`,
      fields: [['role', 'instructor']],
    });
    // A link or a page of an error leads to the page it belongs to, which nobody has to be asked for.
    expect((await admin.open(`/staff/people/${id}/role`)).to).toBe(`/staff/people/${id}`);
    expect((await rowOf(id)).role).toBe('student');
    for (const to of ['https://evil.test/', '//evil.test', 'javascript:alert(1)']) {
      const kept = JSON.stringify({ ...JSON.parse(hiddenIn(asked.text, confirm).kept ?? ''), to });
      expect((await admin.post(confirm, { kept, another: 'yes' })).text).not.toContain(to);
    }
  });

  it('change only what was typed in each of two tabs, and nothing where nothing was', async () => {
    const admin = await aBrowser(await aUser('admin'));
    const [username, other] = [newId('user'), newId('user')];
    const { id } = await aUser('student', { name: 'Thoko', username });
    const path = `/staff/people/${id}`;
    const { was = '' } = hiddenIn((await admin.open(path)).text, path);
    expect(JSON.parse(was)).toEqual({ name: 'Thoko', username });
    const shown = { was, name: 'Thoko', email: '', username };
    expect((await admin.post(path, { ...shown, name: 'Thokozani' })).to).toBe(`${path}?saved`);
    expect((await admin.post(path, { ...shown, username: other })).to).toBe(`${path}?saved`);
    expect((await admin.post(path, shown)).to).toBe(`${path}?saved`);
    expect(await rowOf(id)).toMatchObject({ name: 'Thokozani', username: other });
    const refused = await admin.post(path, { ...shown, email: 'nowhere' });
    expect(hiddenIn(refused.text, path).was).toBe(was);
    expect((await admin.post(path, { ...shown, username: '' })).status).toBe(400);
  });

  it('give a new password once, on a slip', async () => {
    const teacher = await aUser('instructor');
    const username = newId('user');
    const { id } = await aUser('student', { instructorId: teacher.id, username });
    const browser = await aBrowser(teacher);
    expect(said((await browser.open(`/staff/people/${id}/password`)).text)).toContain('Give A student a new password?');
    const slip = await browser.post(`/staff/people/${id}/password`, { confirmed: 'yes' });
    expect(slip.text).toMatch(/<code>[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}<\/code>/);
    expect(slip.text).toContain(`<code>${username}</code>`);
    expect((await rowOf(id)).mustChangePassword).toBe(true);
  });

  it('give the same slip again when the form comes twice, and another from a page opened anew', async () => {
    const admin = await aBrowser(await aUser('admin'));
    const { id } = await aUser('student', { username: newId('user') });
    const path = `/staff/people/${id}/password`;
    const once = async () => hidden((await admin.open(path)).text, 'once');
    const [first, other] = [await once(), await once()];
    const slips = await Promise.all([admin.post(path, { once: first }), admin.post(path, { once: first })]);
    expect(codesIn(slips[0].text)).toHaveLength(2);
    expect(codesIn(slips[1].text)).toEqual(codesIn(slips[0].text));
    expect(codesIn((await admin.post(path, { once: other })).text)).not.toEqual(codesIn(slips[0].text));
  });

  it('lead to the list when an account is deleted, and say so, however often it is asked', async () => {
    const chief = await aBrowser(await aUser('superadmin'));
    const { id } = await aUser();
    for (const _ of ['once', 'twice']) {
      const done = await chief.post(`/staff/people/${id}/delete`, { confirmed: 'yes' });
      expect([done.status, done.to]).toEqual([303, '/staff/people?deleted']);
    }
    const list = await chief.open('/staff/people?deleted');
    expect(list.text).toContain('<p role="status">The account is deleted.</p>');
    expect((await chief.post(`/staff/people/${newId('user')}/delete`, { confirmed: 'yes' })).status).toBe(404);
  });

  it('are listed from the first page, and by filters that are any, whatever the address says', async () => {
    const admin = await aBrowser(await aUser('admin'));
    const mark = newId('user');
    const { id } = await aUser('student', { name: mark });
    const odd = await admin.open(`/staff/people?search=${mark}&role=zzz&blocked=maybe`);
    expect([odd.status, odd.text.includes(id)]).toEqual([200, true]);
    expect(said(odd.text)).toContain('1 person');
    for (const page of ['0', '-1', 'x', '']) {
      const { status, to } = await admin.open(`/staff/people?search=${mark}&page=${page}`);
      expect([status, to]).toEqual([303, `/staff/people?search=${mark}`]);
    }
    expect((await admin.open(`/staff/people?search=${mark}&page=2`)).status).toBe(200);
  });

  it('make accounts from a file, with a report and slips, and say what is wrong with it', async () => {
    const admin = await aBrowser(await aUser('admin'));
    const { send } = await importOf(admin);
    const name = newId('user');
    const made = await send(`name,username\n<i>Thoko</i>,${name}\nBad,a b\n`);
    expect(said(made.text)).toContain('Accounts made: 1. There already: 0. Refused: 1.');
    expect(made.text.match(/<li>/g)).toHaveLength(1);
    expect(made.text).toContain('&lt;i&gt;Thoko');
    expect(said(made.text)).toContain('3 Bad refused: the user name “a b” must have 2 to 64');
    const broken = await send('nothing');
    expect([broken.status, said(broken.text)]).toEqual([
      400,
      expect.stringContaining('The column “nothing” is not known; the columns are name, email, username, role'),
    ]);
    expect((await send('')).status).toBe(400);
    const one = await admin.post('/staff/people/new', { name: 'Grace', username: name, email: '' });
    expect(said(one.text)).toContain('Somebody has this user name');
    const good = await admin.post('/staff/people/new', { name: 'Grace', username: `${name}2`, email: '' });
    expect(good.text).toContain(`<code>${name}2</code>`);
  });

  it('give the slips of a file again when it comes twice, to the same sign-in only', async () => {
    const chief = await aUser('admin');
    const admin = await aBrowser(chief);
    const { send, once, page } = await importOf(admin);
    expect(said(page)).toContain('name; username or email, or both; and role');
    expect(said(page)).toContain('Roles: student, instructor.');
    const username = newId('user');
    const table = `name,username\nThoko,${username}\nBad,a b\n`;
    const [first, second] = await Promise.all([send(table, once), send(table, once)]);
    expect(codesIn(first.text)).toEqual([username, expect.stringMatching(PASSWORD)]);
    expect(said(second.text)).toContain(
      'Accounts made: 1. There already: 0. Refused: 1. Line Name What became of it 3 Bad',
    );
    const reload = await send(table, once);
    for (const again of [second, reload]) expect(codesIn(again.text)).toEqual(codesIn(first.text));
    const kept = JSON.stringify(await db.select().from(idempotency).where(eq(idempotency.userId, chief.id)));
    expect(kept).not.toContain(codesIn(first.text)[1]);
    const elsewhere = await importOf(await aBrowser(chief));
    for (const other of [await elsewhere.send(table, once), await send(`${table}\n`, once), await send(table)]) {
      expect(said(other.text)).toContain('Accounts made: 0. There already: 1.');
      expect(codesIn(other.text)).toEqual([]);
    }
  });

  it('give the slip of one account again when the form comes twice', async () => {
    const admin = await aBrowser(await aUser('admin'));
    const once = hidden((await admin.open('/staff/people/new')).text, 'once');
    const fields = { once, name: 'Grace', username: newId('user'), email: '' };
    const slips = await Promise.all([admin.post('/staff/people/new', fields), admin.post('/staff/people/new', fields)]);
    expect(slips.map(({ status }) => status)).toEqual([200, 200]);
    expect(codesIn(slips[0].text)[1]).toMatch(PASSWORD);
    expect(codesIn(slips[1].text)).toEqual(codesIn(slips[0].text));
  });

  it('ask who it is before a file gives a role', async () => {
    const teacher = await aUser('admin');
    const { send } = await importOf(await aStaleBrowser(teacher));
    const username = newId('user');
    const asked = await send(`name,username,role\nGrace,${username},instructor`);
    expect([asked.status === 200, await db.select().from(user).where(eq(user.username, username))]).toEqual([
      false,
      [],
    ]);
    expect(said((await send(`name,username,role\nGrace,${username},`)).text)).toContain('Accounts made: 1.');
  });
});

describe('the page of keys', () => {
  it('makes one after a proof of who asks, shows it once, and revokes it', async () => {
    const teacher = await aUser('instructor');
    const unproven = await aStaleBrowser(teacher);
    expect((await unproven.open('/profile/keys/new')).to).toContain('/confirm?next=%2Fprofile%2Fkeys%2Fnew');
    const browser = await aBrowser(teacher);
    const form = await browser.open('/profile/keys/new');
    expect(form.text).toContain('value="users:read"');
    expect(form.text).not.toMatch(/value="(profile:write|users:role|users:create)"/);
    const wrong = await browser.post('/profile/keys/new', { name: 'A robot', days: '400', scopes: ['courses:read'] });
    expect(wrong.status).toBe(400);
    expect(wrong.text).toMatch(/value="courses:read" checked/);
    expect(said(wrong.text)).toContain('Write a number of days from 1 to 365');
    const made = await browser.post('/profile/keys/new', { name: 'A robot', days: '30', scopes: ['courses:read'] });
    expect(made.text).toMatch(/value="vek_[A-Za-z0-9_-]{43}"/);
    const list = await browser.open('/profile/keys');
    expect(list.text).not.toContain('vek_');
    const once = hidden(form.text, 'once');
    const again = { once, name: 'Twice', days: '30', scopes: ['courses:read', 'items:read'] };
    const keys = await Promise.all([
      browser.post('/profile/keys/new', again),
      browser.post('/profile/keys/new', again),
    ]);
    const [one, two] = keys.map(({ text }) => /value="(vek_[^"]+)"/.exec(text)?.[1]);
    expect(one).toBeDefined();
    expect(two).toBe(one);
    expect(await db.select().from(apiKey).where(eq(apiKey.name, 'Twice'))).toHaveLength(1);
    const [key] = await db.select().from(apiKey).where(eq(apiKey.userId, teacher.id));
    const gone = await browser.post(`/profile/keys/${key?.id}/revoke`);
    expect(said((await browser.open(gone.to)).text)).toContain('The key is revoked.');
  });
});

describe('the page of the audit log', () => {
  it('shows who did what, filters, and gives the same as a file', async () => {
    const admin = await aUser('admin', { name: 'Chief Banda' });
    const browser = await aBrowser(admin);
    const { id } = await aUser('student', { name: 'Thoko Phiri' });
    await admin.ask('POST', `/users/${id}/block`);
    const shown = said((await browser.open(`/staff/audit?subject=${id}&from=&action=`)).text);
    expect(shown).toContain('user.blocked');
    expect(shown).toMatch(/user\.blocked Thoko Phiri .* Chief Banda /);
    expect(said((await browser.open(`/staff/audit?subject=${id}&action=user.role`)).text)).toContain('Nothing fits');
    expect((await browser.open('/staff/audit?from=soon')).status).toBe(400);
    const file = await browser.open(`/staff/audit/audit.csv?subject=${id}&page=2`);
    expect(file.text).toContain(',user.blocked,');
  });
});

describe('what is kept about somebody', () => {
  it('is given to them whole, and to nobody else: no secret, no hidden score, no key', async () => {
    const teacher = await aUser('instructor');
    const { id } = await anAssessment(teacher, {
      review: { score: 'never', correctness: 'never', key: 'never', feedback: 'never' },
    });
    const me = await aUser('student', { email: `${newId('user')}@school.test`, passwordHash: '$scrypt$secret' });
    const other = await aUser('student', { name: 'Somebody else' });
    for (const one of [me, other]) {
      const { attempt, paper } = await start(one, id);
      const [item] = paper.items;
      const ops = [{ seq: 1, itemId: item?.id, kind: 'set', response: { selected: ['a'] } }];
      await one.ask('POST', `/attempts/${attempt.id}/ops`, { epoch: 1, ops });
      await one.ask('POST', `/attempts/${attempt.id}/submit`, { epoch: 1 });
    }
    const by = { requestId: 'req_1', address: '198.51.100.7', at: Date.now() };
    await db.insert(audit).values([
      { ...by, id: newId('audit'), actorId: teacher.id, action: 'user.changed', subject: me.id, detail: { mine: 1 } },
      { ...by, id: newId('audit'), actorId: me.id, action: 'x', subject: other.id, detail: { theirs: 'Phiri' } },
    ]);
    const { json, text, headers } = await me.ask('GET', '/users/me/export');
    expect(json.log).toContainEqual({
      at: new Date(by.at).toISOString(),
      action: 'user.changed',
      subject: me.id,
      detail: { mine: 1 },
    });
    expect(json.log).toContainEqual({
      at: new Date(by.at).toISOString(),
      action: 'x',
      subject: other.id,
      address: by.address,
    });
    expect(headers.get('content-disposition')).toContain('attachment');
    expect(Object.keys(json).sort()).toEqual(
      [
        ...['accommodations', 'attempts', 'enrolments', 'exportedAt', 'identities', 'keys', 'lessons', 'log', 'mails'],
        ...['openedx', 'platforms', 'profile', 'secondFactor', 'signIns', 'teaches'],
      ].sort(),
    );
    expect(json.profile).toMatchObject({ id: me.id, hasPassword: true });
    const [attempt] = json.attempts as { answers: unknown[]; score?: object }[];
    expect(attempt?.answers).toContainEqual({ itemId: expect.any(String), response: { selected: ['a'] } });
    expect(attempt).not.toHaveProperty('score');
    expect(text).not.toMatch(/scrypt|Hash|Somebody else|Phiri/);
    expect((await aBrowser(me).then((browser) => browser.open('/profile/data/my-data.json'))).text).toContain(me.id);
  });

  it('goes with their account on their own wish, after a proof and a question', async () => {
    const me = await aUser('student', { name: 'Thoko' });
    expect((await (await aStaleBrowser(me)).open('/profile/data/delete')).to).toContain('/confirm?next=');
    const browser = await aBrowser(me);
    expect(said((await browser.open('/profile/data')).text)).toContain('Delete my account');
    expect(said((await browser.open('/profile/data/delete')).text)).toContain('for good?');
    const gone = await browser.post('/profile/data/delete', { confirmed: 'yes' });
    expect(gone.to).toBe('/sign-in?notice=deleted');
    expect(await rowOf(me.id)).toMatchObject({ name: 'Deleted user', deletedAt: expect.any(Number) });
    expect((await browser.open('/profile')).to).toContain('/sign-in');
  });
});
