import { type Endpoint, endpoint, readingAtOnce, SiteSettings, SomeSiteSettings, writing } from '../../http/index.ts';
import { changeSettings, readSettingsOf } from './settings.ts';

const tag = 'Settings';

export const settingsEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/settings',
    tag,
    summary: 'The settings of the whole house',
    access: readingAtOnce('settings:manage'),
    answers: { 200: SiteSettings },
    run: async ({ call }) => ({ status: 200, body: await readSettingsOf(call) }),
  }),
  endpoint({
    method: 'patch',
    path: '/api/v1/settings',
    tag,
    summary: 'Change some settings; they hold everywhere within a minute',
    access: writing('settings:manage'),
    body: SomeSiteSettings,
    answers: { 200: SiteSettings },
    run: async ({ call, body }) => ({ status: 200, body: await changeSettings(call, body) }),
  }),
];
