import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { type AppContext, type AppEnv, SomeSiteSettings, settingNames } from '../../http/index.ts';
import { DomainError } from '../../lib/errors.ts';
import { scopeOf } from '../../lib/permissions.ts';
import { changedIn, type Fields, fieldsOf, frameOf, numberOf, type Problems, page } from '../../ui/index.ts';
import { pageCall, pageGuard } from '../page-guard.ts';
import { readForm } from '../read-form.ts';
import { changeSettings, readSettingsOf } from './settings.ts';
import { SettingsPage, settingFields, settingProblem } from './settings-page.tsx';

/** `/staff/settings`: what admins set for the whole house. */
export const settingsPages = new Hono<AppEnv>({ strict: false });

const whoMay = createMiddleware<AppEnv>(async (c, next) => {
  if (scopeOf(pageCall(c).actor, 'settings:manage') === undefined) throw new DomainError('forbidden');
  await next();
});
settingsPages.use('/staff/settings', pageGuard, whoMay);

function show(c: AppContext, fields: Fields, problems: Problems = {}) {
  const { words, viewer, csrf } = frameOf(c);
  const isSaved = c.req.query('saved') === 'yes' && Object.keys(problems).length === 0;
  return page(
    c,
    { title: words('setTitle'), viewer, status: Object.keys(problems).length > 0 ? 400 : 200 },
    <SettingsPage {...{ words, csrf, fields, problems, isSaved }} />,
  );
}

settingsPages.get('/staff/settings', async (c) => show(c, settingFields(await readSettingsOf(pageCall(c)))));

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

settingsPages.post('/staff/settings', async (c) => {
  const fields = fieldsOf(await readForm(c));
  const changed = changedIn(fields);
  const given = settingNames.flatMap((name) => {
    const text = changed[name];
    if (text === undefined) return [];
    return [[name, name === 'corsOrigins' ? linesOf(text) : (numberOf(text) ?? text)] as const];
  });
  const parsed = SomeSiteSettings.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const { words } = frameOf(c);
    const wrong = settingNames.filter((name) => parsed.error.issues.some(({ path }) => path[0] === name));
    return show(c, fields, Object.fromEntries(wrong.map((name) => [name, settingProblem(words, name)])));
  }
  await changeSettings(pageCall(c), parsed.data);
  return c.redirect('/staff/settings?saved=yes', 303);
});
