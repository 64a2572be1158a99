import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { createAssessment, publishAssessment } from '../../src/assessments/index.ts';
import { CreateAssessmentInput } from '../../src/assessments/input.ts';
import { assignStaff, CreateLessonInput, createLesson, createOutline, enrol } from '../../src/courses/index.ts';
import { hashPassword, user } from '../../src/identity/index.ts';
import { addItems, createBank, ItemInput } from '../../src/items/index.ts';
import type { Call, Role } from '../../src/lib/call.ts';
import type { DemoItem, DemoLesson, DemoOutline } from './demo-item.ts';
import { biology } from './items-biology.ts';
import { english } from './items-english.ts';
import { mathematics } from './items-mathematics.ts';
import { physicalScience } from './items-physical-science.ts';
import { mathematicsLessons } from './lessons-mathematics.ts';
import { biologyOutline } from './outline-jce-biology.ts';
import { mathematicsOutline } from './outline-msce-mathematics.ts';

const DEMO_PASSWORD = 'demo-malawi-2026';

/** Fixed ids, so that a second seed of the same state fails instead of doubling. */
const accounts: { id: string; email: string; name: string; role: Role }[] = [
  { id: 'usr_demo_student', email: 'student@demo.test', name: 'Chikondi Banda', role: 'student' },
  { id: 'usr_demo_student2', email: 'student2@demo.test', name: 'Thoko Phiri', role: 'student' },
  { id: 'usr_demo_instructor', email: 'instructor@demo.test', name: 'Mphatso Mwale', role: 'instructor' },
  { id: 'usr_demo_instructor2', email: 'instructor2@demo.test', name: 'Limbani Nkhoma', role: 'instructor' },
  { id: 'usr_demo_admin', email: 'admin@demo.test', name: 'Madalitso Gondwe', role: 'admin' },
  { id: 'usr_demo_superadmin', email: 'superadmin@demo.test', name: 'Yamikani Nyirenda', role: 'superadmin' },
];

const callAs = (db: DrizzleD1Database, id: string): Call => {
  const role = accounts.find((account) => account.id === id)?.role ?? 'instructor';
  return {
    db,
    now: Date.now(),
    requestId: 'seed',
    address: '127.0.0.1',
    actor: { userId: id, role, sessionId: 'seed' },
  };
};

/** An item as staff would send it, its objective resolved. */
function toInput(item: DemoItem, objectives: ReadonlyMap<string, string>): ItemInput {
  const { slug: _slug, objective, ...rest } = item;
  const input = Object.fromEntries(Object.entries(rest).filter(([name]) => name !== 'formula'));
  const objectiveId = objective === undefined ? undefined : objectives.get(objective);
  return { ...input, ...(objectiveId !== undefined && { objectiveId }) } as ItemInput;
}

async function seedBank(
  call: Call,
  title: string,
  items: readonly DemoItem[],
  outline?: DemoOutline,
  lessons: readonly DemoLesson[] = [],
) {
  const course = outline && (await createOutline(call, outline));
  if (course) {
    await assignStaff(call, { courseId: course.courseId, userId: call.actor.userId });
    for (const { id, role } of accounts)
      if (role === 'student') await enrol(call, { courseId: course.courseId, userId: id });
    for (const { objective, ...lesson } of lessons) {
      const objectiveId = course.objectives.get(objective) ?? null;
      await createLesson(call, CreateLessonInput.parse({ ...lesson, objectiveId, courseKey: outline.courseKey }));
    }
  }
  const bank = await createBank(call, { title, ...(outline && { courseKey: outline.courseKey }) });
  const inputs = items.map((item) => ItemInput.parse(toInput(item, course?.objectives ?? new Map())));
  await addItems(call, { bankId: bank.id, items: inputs });
  return bank.id;
}

async function seedAssessment(call: Call, banks: KVNamespace, input: typeof CreateAssessmentInput._zod.input) {
  const { id } = await createAssessment(call, CreateAssessmentInput.parse(input));
  await publishAssessment(call, { id }, banks);
}

const openReview = {
  score: 'after_submit',
  correctness: 'after_submit',
  key: 'after_submit',
  feedback: 'after_submit',
} as const;

/**
 * Accounts of every role, two outlines, two lessons, four banks, a timed mock of 20 items, a longer paper and two practice sets. `pepper` is the secret
 * that passwords of this state are hashed with.
 */
export async function seedDemo(db: DrizzleD1Database, banks: KVNamespace, pepper: string): Promise<void> {
  const passwordHash = await hashPassword(DEMO_PASSWORD, pepper);
  const now = Date.now();
  await db
    .insert(user)
    .values(accounts.map((account) => ({ ...account, passwordHash, emailVerifiedAt: now, createdAt: now })));

  const teacher = callAs(db, 'usr_demo_instructor');
  const mathematicsBank = await seedBank(
    teacher,
    'MSCE Mathematics',
    mathematics,
    mathematicsOutline,
    mathematicsLessons,
  );
  const biologyBank = await seedBank(teacher, 'JCE Biology', biology, biologyOutline);
  const scienceBank = await seedBank(teacher, 'MSCE Physics and Chemistry', physicalScience);
  const englishBank = await seedBank(teacher, 'MSCE English', english);

  await seedAssessment(teacher, banks, {
    title: 'MSCE Mathematics: mock of 20 questions',
    courseKey: mathematicsOutline.courseKey,
    behaviour: 'exam',
    timeLimitSeconds: 40 * 60,
    attemptsAllowed: 0,
    passMark: 0.5,
    sections: [{ title: 'Section A', bankId: mathematicsBank, select: { easy: 8, medium: 8, hard: 4 } }],
    review: openReview,
  });
  await seedAssessment(teacher, banks, {
    title: 'JCE Biology: practice',
    courseKey: biologyOutline.courseKey,
    behaviour: 'practice',
    attemptsAllowed: 0,
    sections: [{ bankId: biologyBank, select: 10 }],
    review: openReview,
  });
  await seedAssessment(teacher, banks, {
    title: 'MSCE Physics and Chemistry: timed paper',
    behaviour: 'exam',
    timeLimitSeconds: 30 * 60,
    attemptsAllowed: 2,
    sections: [
      { title: 'Physics', bankId: scienceBank, select: 8, tags: ['physics'] },
      { title: 'Chemistry', bankId: scienceBank, select: 8, tags: ['chemistry'] },
    ],
    review: { ...openReview, key: 'never', feedback: 'never' },
  });
  await seedAssessment(teacher, banks, {
    title: 'MSCE English: grammar practice',
    behaviour: 'practice',
    attemptsAllowed: 0,
    sections: [{ bankId: englishBank, select: 12 }],
    review: openReview,
  });
}
