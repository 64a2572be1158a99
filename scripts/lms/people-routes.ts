import { Hono } from 'hono';
import { faulty } from './answers.ts';
import { latest } from './course.ts';
import { blockOf } from './course-tree.ts';
import { type Enrolment, enrolmentKey, type Person } from './people.ts';
import { restTime } from './python.ts';
import { callerOf, unauthorised } from './tokens.ts';
import type { World } from './world.ts';

const PAGE_SIZE = 100;

/** An account as global staff read it. */
function account(world: World, person: Person) {
  const picture = (size: number) => `${world.origin}/static/images/profiles/default_${size}.png`;
  return {
    username: person.username,
    id: person.id,
    email: person.email,
    is_active: person.is_active,
    date_joined: restTime(person.dateJoined),
    last_login: person.lastLogin ? restTime(person.lastLogin) : null,
    name: person.name,
    bio: null,
    country: 'MW',
    gender: null,
    year_of_birth: null,
    level_of_education: null,
    goals: null,
    language_proficiencies: [],
    social_links: [],
    time_zone: null,
    profile_image: {
      has_image: false,
      image_url_full: picture(500),
      image_url_large: picture(120),
      image_url_medium: picture(50),
      image_url_small: picture(30),
    },
    account_privacy: 'private',
    requires_parental_consent: true,
    accomplishments_shared: false,
    course_certificates: null,
    extended_profile: [],
    secondary_email: null,
    secondary_email_enabled: null,
    phone_number: null,
    pending_name_change: null,
    activation_key: null,
    mailing_address: null,
    state: null,
    verified_name: null,
  };
}

/** What other learners read of a private account. */
function sharedAccount(world: World, person: Person) {
  const { username, profile_image, account_privacy } = account(world, person);
  return { username, profile_image, account_privacy };
}

function enrolmentAnswer(world: World, { created, mode, is_active, courseKey, username }: Enrolment) {
  const course = world.courses.get(courseKey);
  const root = course && blockOf(latest(course).tree, course.root);
  return {
    created: restTime(created),
    mode,
    is_active,
    course_details: {
      course_id: courseKey,
      course_name: root?.display_name ?? '',
      enrollment_start: null,
      enrollment_end: null,
      course_start: root?.start ?? null,
      course_end: null,
      invite_only: false,
      course_modes: [
        {
          slug: 'audit',
          name: 'Audit',
          min_price: 0,
          suggested_prices: '',
          currency: 'usd',
          expiration_datetime: null,
          description: null,
          sku: null,
          bulk_sku: null,
        },
      ],
      pacing_type: 'Self Paced',
    },
    user: username,
  };
}

/** Enrolments and accounts. */
export function peopleRoutes(world: World): Hono {
  const app = new Hono();

  app.get('/api/enrollment/v1/enrollments/', faulty(world, 'enrolment'), async (c) => {
    const { person, problem } = await callerOf(world, c);
    if (!person) return unauthorised(c, problem, 'developer_message');
    if (!person.is_staff)
      return c.json({ developer_message: 'You do not have permission to perform this action.' }, 403);
    const courseKey = c.req.query('course_id');
    if (courseKey !== undefined && !/^course-v1:[^+\s]+\+[^+\s]+\+[^+\s]+$/.test(courseKey))
      return c.json(
        { field_errors: { course_id: { developer_message: `'${courseKey}' is not a valid course id.` } } },
        400,
      );
    const usernames = c.req.query('username')?.split(',');
    const emails = c.req.query('email')?.split(',');
    const size = Math.min(Number(c.req.query('page_size') ?? PAGE_SIZE) || PAGE_SIZE, PAGE_SIZE);
    const all = [...world.enrolments.values()]
      .filter((one) => courseKey === undefined || one.courseKey === courseKey)
      .filter((one) => !usernames || usernames.includes(one.username))
      .filter((one) => !emails || emails.includes(world.people.get(one.username)?.email ?? ''))
      .map((one) => ({ ...one, at: restTime(one.created) }))
      .sort((a, b) => (a.at < b.at ? 1 : -1));

    // A cursor names the last one of the page before; what is enrolled meanwhile comes on no later page.
    const [, back, from] = /^(r=1&)?p=(.+)$/.exec(decoded(c.req.query('cursor'))) ?? [];
    const start = from === undefined || back ? 0 : all.findIndex(({ at }) => at < from);
    const rest = back ? all.filter(({ at }) => at > (from ?? '')).slice(-size) : start < 0 ? [] : all.slice(start);
    const page = rest.slice(0, size);
    const link = (cursor: string) => {
      const url = new URL('/api/enrollment/v1/enrollments/', world.origin);
      const asked = new URL(c.req.url).searchParams;
      asked.set('cursor', btoa(cursor));
      url.search = asked.toString();
      return url.href;
    };
    const [first, last] = [page[0], page.at(-1)];
    return c.json({
      next: last && all.at(-1)?.at !== last.at ? link(`p=${last.at}`) : null,
      previous: first && all[0]?.at !== first.at ? link(`r=1&p=${first.at}`) : null,
      results: page.map(({ at, mode, is_active, username, courseKey: course_id }) => ({
        created: at,
        mode,
        is_active,
        user: username,
        course_id,
      })),
    });
  });

  app.get('/api/enrollment/v1/enrollment/:who{[^,/]+,.+}', faulty(world, 'enrolment'), async (c) => {
    const { person, problem } = await callerOf(world, c);
    if (!person) return unauthorised(c, problem, 'detail');
    const [username = '', courseKey = ''] = c.req.param('who').split(',');
    if (username !== person.username && !person.is_staff) return c.body(null, 404);
    if (!world.courses.has(courseKey)) return c.json({ message: `No course '${courseKey}' found for enrollment` }, 400);
    const enrolment = world.enrolments.get(enrolmentKey(username, courseKey));
    // Never enrolled is 200 with an empty body.
    return enrolment
      ? c.json(enrolmentAnswer(world, enrolment))
      : c.body('', 200, { 'content-type': 'application/json' });
  });

  app.get('/api/enrollment/v1/roles/', faulty(world, 'enrolment'), async (c) => {
    const { person, problem } = await callerOf(world, c);
    if (!person) return unauthorised(c, problem, 'detail');
    const wanted = c.req.query('course_id');
    const taught = [...world.courses.values()].filter(
      ({ key, staff }) => staff.has(person.username) && (wanted === undefined || wanted === key),
    );
    const roles = taught.map(({ key }) => ({
      org: /^course-v1:([^+]+)/.exec(key)?.[1] ?? '',
      course_id: key,
      role: 'staff',
    }));
    return c.json({ roles, is_staff: person.is_staff });
  });

  app.get('/api/user/v1/me', faulty(world, 'account'), async (c) => {
    const { person, problem } = await callerOf(world, c);
    return person ? c.json({ username: person.username }) : unauthorised(c, problem, 'detail');
  });

  app.get('/api/user/v1/accounts', faulty(world, 'account'), async (c) => {
    const { person, problem } = await callerOf(world, c);
    if (!person) return unauthorised(c, problem, 'detail');
    const { lms_user_id: id, email, username } = c.req.query();
    if (!person.is_staff && (id !== undefined || email !== undefined)) return c.body(null, 403);
    if (id !== undefined && !/^\d+$/.test(id)) return c.body(null, 400);
    const found = [...world.people.values()].filter(
      (one) => one.id === Number(id) || one.email === email || username?.split(',').includes(one.username),
    );
    if (found.length === 0) return c.body(null, 404);
    return c.json(found.map((one) => (person.is_staff ? account(world, one) : sharedAccount(world, one))));
  });

  app.get('/api/user/v1/accounts/:username', faulty(world, 'account'), async (c) => {
    const { person, problem } = await callerOf(world, c);
    if (!person) return unauthorised(c, problem, 'detail');
    const found = world.people.get(c.req.param('username'));
    if (!found) return c.body(null, 404);
    const seesAll = person.is_staff || person.username === found.username;
    return c.json(seesAll ? account(world, found) : sharedAccount(world, found));
  });

  return app;
}

function decoded(cursor: string | undefined): string {
  try {
    return cursor ? atob(cursor) : '';
  } catch {
    return '';
  }
}
