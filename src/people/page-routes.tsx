import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { type AppContext, type AppEnv, validate } from '../http/index.ts';
import { findTeacher, newOnce, pageCall, pageGuard, readForm, showOnce, staffOnly } from '../identity/index.ts';
import { roles } from '../lib/call.ts';
import { DomainError, type ErrorCode } from '../lib/errors.ts';
import { pageAnswer } from '../lib/paging.ts';
import { scopeOf } from '../lib/permissions.ts';
import {
  ConfirmPage,
  changedIn,
  type Fields,
  fieldsOf,
  frameOf,
  type Problems,
  page,
  submitForm,
  tryForm,
  type Words,
} from '../ui/index.ts';
import { assignInstructor } from './assign-instructor.ts';
import { blockUser, unblockUser } from './block-user.ts';
import { changeRole } from './change-role.ts';
import { deleteUser } from './delete-user.ts';
import { givePassword } from './give-password.ts';
import { SlipPage } from './import-pages.tsx';
import { ChangeRoleInput, ListUsersInput, UpdateUserInput } from './input.ts';
import { PeopleListPage } from './list-page.tsx';
import { mayChange, mayGiveRole } from './may-change.ts';
import { type May, PersonPage } from './person-page.tsx';
import { findInstructorName, isDeleted, listUsers, requireReachable } from './read-users.ts';
import { removeFactor } from './remove-factor.ts';
import { slipOf } from './slip-of.ts';
import { updateUser } from './update-user.ts';
import type { Person } from './user-answer.ts';

const HOME = '/staff/people';
const PAGE_SIZE = 25;

/** `/staff/people`: people as staff see them. */
export const personPages = new Hono<AppEnv>({ strict: false });

const peopleGuard = createMiddleware<AppEnv>(async (c, next) => {
  if (scopeOf(pageCall(c).actor, 'users:read') === undefined) throw new DomainError('forbidden');
  await next();
});
personPages.use(`${HOME}/*`, pageGuard, staffOnly, peopleGuard);

/** The filters of the list that are any; another one, of an old or mistyped address, is as if it were not there. */
const filtersOf = (asked: Fields): Fields =>
  Object.fromEntries(
    (['search', 'role', 'blocked'] as const).flatMap((name) =>
      asked[name] && ListUsersInput.shape[name].safeParse(asked[name]).success ? [[name, asked[name]]] : [],
    ),
  );

personPages.get(HOME, async (c) => {
  const { words, viewer } = frameOf(c);
  const { actor } = pageCall(c);
  const { page: number = '1', deleted, ...asked } = c.req.query();
  const fields = filtersOf(asked);
  const query = validate(ListUsersInput, { ...fields, page: number, pageSize: PAGE_SIZE }, '/query');
  const url = new URL(c.req.url);
  url.searchParams.delete('deleted');
  const listed = pageAnswer(url, query, await listUsers(pageCall(c), query));
  return page(
    c,
    { title: words('pplTitle'), viewer },
    <PeopleListPage
      words={words}
      isAll={scopeOf(actor, 'users:read') === 'all'}
      mayCreate={scopeOf(actor, 'users:create') !== undefined && !actor.isHeld}
      fields={fields}
      listed={listed}
      notice={deleted === undefined ? undefined : words('pplDeleted')}
    />,
  );
});

/** What the reader may do to a person, as the verbs will have it: a page offers nothing that is then refused. */
function mayOf(c: AppContext, person: Person): May {
  const { actor } = pageCall(c);
  const isBelow = mayChange(actor, person.role) && !actor.isHeld;
  const isAll = scopeOf(actor, 'users:write') === 'all';
  return {
    seeAll: scopeOf(actor, 'users:read') === 'all',
    change: isBelow && scopeOf(actor, 'users:write') !== undefined,
    roles: actor.isHeld ? [] : roles.filter((role) => mayGiveRole(actor, person.role, role)),
    manage: isBelow && scopeOf(actor, 'users:manage') !== undefined,
    givePassword: isBelow && (isAll || person.email === null),
    remove: !actor.isHeld && scopeOf(actor, 'users:delete') !== undefined,
    seeAudit: scopeOf(actor, 'audit:read') !== undefined,
  };
}

async function showPerson(c: AppContext, id: string, given: Fields = {}, problems: Problems = {}) {
  const { words, viewer, csrf } = frameOf(c);
  const call = pageCall(c);
  const person = await requireReachable(call, id, 'users:read');
  const instructor = await findInstructorName(call, person);
  const { name, email, username, role } = person;
  return page(
    c,
    { title: name, viewer, status: Object.keys(problems).length > 0 ? 400 : 200 },
    <PersonPage
      words={words}
      csrf={csrf}
      person={person}
      instructor={instructor}
      may={mayOf(c, person)}
      fields={{ name, email: email ?? '', username: username ?? '', role, ...given }}
      problems={problems}
      notice={c.req.method === 'GET' && c.req.query('saved') !== undefined ? words('pplSaved') : undefined}
    />,
  );
}

/** Where a refusal is told, and in which words. */
const told: { [C in ErrorCode]?: readonly [field: string, word: Parameters<Words>[0]] } = {
  email_taken: ['email', 'pplEmailTaken'],
  username_taken: ['username', 'pplUsernameTaken'],
  last_superadmin: ['role', 'pplLastSuperadmin'],
  instructor_full: ['instructor', 'pplInstructorFull'],
  second_factor_off: ['main', 'pplFactorOff'],
  conflict: ['main', 'pplConflict'],
  forbidden: ['main', 'pplForbidden'],
};
const toldCodes = Object.keys(told) as ErrorCode[];
export const problemsOf = (words: Words, { code }: DomainError): Problems => {
  const [field, word] = told[code] ?? ['username', 'pplUsernameBad'];
  return { [field]: words(word) };
};

/** Does one thing to a person, then shows them again. */
async function act(c: AppContext, run: (id: string, fields: Fields) => Promise<unknown>) {
  const fields = fieldsOf(await readForm(c));
  const id = c.req.param('id') ?? '';
  const done = await tryForm(toldCodes, () => run(id, fields));
  if (!(done instanceof DomainError)) return c.redirect(`${HOME}/${id}?saved`, 303);
  return await showPerson(c, id, fields, problemsOf(frameOf(c).words, done));
}

personPages.get(`${HOME}/:id`, (c) => showPerson(c, c.req.param('id')));

personPages.post(`${HOME}/:id`, async (c) => {
  const { words } = frameOf(c);
  const id = c.req.param('id');
  const fields = fieldsOf(await readForm(c));
  const { name, email, username } = changedIn(fields);
  if ((name ?? email ?? username) === undefined) return c.redirect(`${HOME}/${id}?saved`, 303);
  const tried = await submitForm(
    {
      ...{ words, schema: UpdateUserInput, codes: [...toldCodes, 'invalid'] },
      fieldWords: { name: 'pplNameBad', email: 'pplEmailBad', username: 'pplUsernameBad' },
      given: {
        ...(name !== undefined && { name }),
        ...(email !== undefined && { email: email.trim() || null }),
        ...(username !== undefined && { username: username.trim() || null }),
      },
      problemsOf: (refused) => problemsOf(words, refused),
    },
    (input) => updateUser(pageCall(c), { ...input, id }),
  );
  if ('problems' in tried) return await showPerson(c, id, fields, tried.problems);
  return c.redirect(`${HOME}/${id}?saved`, 303);
});

personPages.post(`${HOME}/:id/role`, (c) =>
  act(c, (id, { role }) => changeRole(pageCall(c), { ...validate(ChangeRoleInput, { role }), id })),
);
personPages.post(`${HOME}/:id/block`, (c) => act(c, (id) => blockUser(pageCall(c), id)));
personPages.post(`${HOME}/:id/unblock`, (c) => act(c, (id) => unblockUser(pageCall(c), id)));

personPages.post(`${HOME}/:id/instructor`, async (c) => {
  const fields = fieldsOf(await readForm(c));
  const { words } = frameOf(c);
  const id = c.req.param('id');
  const call = pageCall(c);
  const who = fields.instructor?.trim() ?? '';
  const found = who === '' ? null : await findTeacher(call.db, who);
  const done = await tryForm([...toldCodes, 'invalid'], async () => {
    if (found === undefined) throw new DomainError('invalid');
    return await assignInstructor(call, { id, instructorId: found?.id ?? null });
  });
  if (!(done instanceof DomainError)) return c.redirect(`${HOME}/${id}?saved`, 303);
  const problems = done.code === 'invalid' ? { instructor: words('pplInstructorBad') } : problemsOf(words, done);
  return await showPerson(c, id, fields, problems);
});

personPages.get(`${HOME}/:id/password`, async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const { id, name } = await requireReachable(pageCall(c), c.req.param('id'), 'users:write');
  return page(
    c,
    { title: words('pplPassword'), viewer },
    <ConfirmPage
      csrf={csrf}
      question={words('pplPasswordAsk', { name })}
      yes={words('pplPassword')}
      no={words('pplKeep')}
      back={`${HOME}/${id}`}
      keep={{ once: newOnce() }}
    >
      <p>{words('pplPasswordNote')}</p>
    </ConfirmPage>,
  );
});

personPages.post(`${HOME}/:id/password`, async (c) => {
  const fields = fieldsOf(await readForm(c));
  const { words, viewer } = frameOf(c);
  const given = await tryForm(['forbidden', 'conflict'], () =>
    showOnce(c, fields, async () => slipOf(await givePassword(pageCall(c), c.req.param('id'), c.env.PASSWORD_PEPPER))),
  );
  if (given instanceof DomainError) {
    const problem = given.code === 'forbidden' ? words('pplNotInCare') : words('pplConflict');
    return await showPerson(c, c.req.param('id'), {}, { main: problem });
  }
  return page(
    c,
    { title: words('pplSlips'), viewer },
    <SlipPage words={words} origin={c.var.settings.publicOrigin} slip={given.slip} back={`${HOME}/${given.id}`} />,
  );
});

personPages.post(`${HOME}/:id/second-factor`, (c) =>
  act(c, async (id) => {
    const { eventId } = await removeFactor(pageCall(c), id);
    c.executionCtx.waitUntil(c.env.JOBS.send({ job: 'react', eventId }));
  }),
);

personPages.get(`${HOME}/:id/delete`, async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const { id, name } = await requireReachable(pageCall(c), c.req.param('id'), 'users:delete');
  return page(
    c,
    { title: words('pplDelete'), viewer },
    <ConfirmPage
      csrf={csrf}
      question={words('pplDeleteAsk', { name })}
      yes={words('pplDelete')}
      no={words('pplKeep')}
      back={`${HOME}/${id}`}
    >
      <p>{words('pplDeleteNote')}</p>
    </ConfirmPage>,
  );
});

personPages.post(`${HOME}/:id/delete`, async (c) => {
  await readForm(c);
  const { words } = frameOf(c);
  const id = c.req.param('id');
  const call = pageCall(c);
  // The guard lets in who may see people; who may delete them are fewer.
  if (scopeOf(call.actor, 'users:delete') === undefined) throw new DomainError('forbidden');
  const done = await tryForm(['last_superadmin', 'not_found'], () => deleteUser(call, id));
  // Sent twice, it was done by the first.
  if (done instanceof DomainError && done.code === 'not_found') {
    if (!(await isDeleted(call, id))) throw done;
    return c.redirect(`${HOME}?deleted`, 303);
  }
  if (done instanceof DomainError) return await showPerson(c, id, {}, problemsOf(words, done));
  c.executionCtx.waitUntil(c.env.JOBS.send({ job: 'react', eventId: done.eventId }));
  return c.redirect(`${HOME}?deleted`, 303);
});
