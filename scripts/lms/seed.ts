import { type Course, type CourseSeed, courseOf } from './course.ts';
import { type Enrolment, enrolmentKey, type Person } from './people.ts';
import mathematics from './seed-course.json';
import type { Client } from './world.ts';

export const MATHEMATICS = 'course-v1:EduMW+MSCE-MATH-F3+2026_T1';
export const BIOLOGY = 'course-v1:EduMW+MSCE-BIO-F4+2026_T1';

const biology: CourseSeed = {
  key: BIOLOGY,
  published_version: '69a549b07e1a2c4d3b2a1f2b',
  published_at: '2026-03-02T08:10:56.020Z',
  short_description: 'Form 4 Biology for the Malawi School Certificate of Education.',
  overview: '<section class="about"><h2>About this course</h2><p>Cells and genetics.</p></section>',
  course: {
    type: 'course',
    id: 'course',
    display_name: 'Biology Form 4 (MSCE)',
    start: '2026-01-12T00:00:00Z',
    children: [
      {
        type: 'chapter',
        id: 'c_cells',
        display_name: 'Cell Division',
        children: [
          {
            type: 'sequential',
            id: 's_mitosis',
            display_name: 'Mitosis',
            children: [
              {
                type: 'vertical',
                id: 'u_mitosis',
                display_name: 'Phases of mitosis',
                children: [
                  { type: 'html', id: 'h_mitosis', display_name: 'The four phases' },
                  { type: 'problem', id: 'p_mitosis_1', display_name: 'Name the phase', weight: 2 },
                ],
              },
            ],
          },
          { type: 'sequential', id: 's_meiosis', display_name: 'Meiosis' },
        ],
      },
      { type: 'chapter', id: 'c_genetics', display_name: 'Genetics' },
    ],
  },
};

export function seedCourses(): Course[] {
  const courses = [mathematics, biology].map((seed) => courseOf(seed));
  for (const course of courses) course.staff.add('mercy_teacher');
  courses[0]?.staff.add('outline_reader');
  return courses;
}

const joined = { ms: Date.parse('2026-04-14T06:50:12Z'), micro: 0 };

const people: [id: number, username: string, name: string, more?: Partial<Person>][] = [
  [7, 'vault_service', '', { is_staff: true, email: 'vault_service@example.com' }],
  [8, 'outline_reader', '', { email: 'outline_reader@example.com' }],
  [12, 'mercy_teacher', 'Mercy Kachale'],
  [13, 'platform_admin', 'Platform Admin', { is_staff: true }],
  [1042, 'chisomo_banda', 'Chisomo Banda', { lastLogin: { ms: Date.parse('2026-04-14T07:01:55.102Z'), micro: 0 } }],
  [1043, 'kondwani_mbewe', 'Kondwani Mbewe'],
  [1044, 'tadala_nkhoma', 'Tadala Nkhoma'],
  [1045, 'limbani_gondwe', 'Limbani Gondwe'],
  [1046, 'chimwemwe_tembo', 'Chimwemwe Tembo'],
  [1047, 'yankho_mwale', 'Yankho Mwale'],
  [1048, 'pemphero_zulu', 'Pemphero Zulu'],
  [1049, 'dalitso_kumwenda', 'Dalitso Kumwenda'],
  [1057, 'thoko_phiri', 'Thokozani Phiri', { is_active: false }],
];

export const seedPeople = (): Map<string, Person> =>
  new Map(
    people.map(([id, username, name, more]) => [
      username,
      {
        id,
        username,
        name,
        email: `${username.replace('_', '.')}@example.com`,
        is_active: true,
        is_staff: false,
        dateJoined: joined,
        lastLogin: undefined,
        ...more,
      },
    ]),
  );

const enrolled: [username: string, courseKey: string, created: string, micro: number, is_active?: boolean][] = [
  ['thoko_phiri', MATHEMATICS, '2026-04-13T10:41:00.000Z', 1, false],
  ['kondwani_mbewe', MATHEMATICS, '2026-04-13T11:02:10.120Z', 7],
  ['tadala_nkhoma', MATHEMATICS, '2026-04-13T11:03:44.009Z', 311],
  ['limbani_gondwe', MATHEMATICS, '2026-04-13T12:20:05.500Z', 42],
  ['chimwemwe_tembo', MATHEMATICS, '2026-04-13T15:59:59.999Z', 999],
  ['chisomo_banda', MATHEMATICS, '2026-04-14T07:02:11.417Z', 223],
  ['yankho_mwale', BIOLOGY, '2026-04-14T08:00:00.250Z', 3],
  ['chisomo_banda', BIOLOGY, '2026-04-14T08:30:00.001Z', 500],
];

export const seedEnrolments = (): Map<string, Enrolment> =>
  new Map(
    enrolled.map(([username, courseKey, created, micro, is_active = true]) => [
      enrolmentKey(username, courseKey),
      {
        username,
        courseKey,
        created: { ms: Date.parse(created), micro },
        mode: 'audit',
        is_active,
        percent: 0,
        passed: undefined,
      },
    ]),
  );

/** Applications known without further ado; the secrets are for this machine only. */
export const seedClients = (redirectUris: readonly string[]): Client[] => [
  {
    clientId: 'vault-backend',
    clientSecret: 'stand-in-backend-secret',
    grants: ['client_credentials'],
    scopes: ['read', 'write', 'email', 'profile'],
    username: 'vault_service',
  },
  {
    clientId: 'vault-outline',
    clientSecret: 'stand-in-outline-secret',
    grants: ['client_credentials'],
    scopes: ['read', 'write', 'email', 'profile'],
    username: 'outline_reader',
  },
  {
    clientId: 'vault-sso',
    clientSecret: 'stand-in-sso-secret',
    grants: ['authorization_code'],
    scopes: ['user_id', 'profile', 'email'],
    redirectUris,
  },
];
