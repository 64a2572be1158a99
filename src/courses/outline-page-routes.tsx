import { Hono } from 'hono';
import { type AppContext, type AppEnv, validate } from '../http/index.ts';
import { doOnce, newOnce, pageCall, pageGuard, readForm, staffOnly } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { ConfirmPage, type Fields, fieldsOf, frameOf, type Problems, page, tryForm } from '../ui/index.ts';
import { requireWritableCourse } from './courses.ts';
import { addNode, changeNode, retireNode } from './edit-outline.ts';
import { AddNodeInput, ChangeNodeInput } from './input.ts';
import { type Outline, readOutline } from './outline.ts';
import { NodePage, OutlineEditorPage, type Place, placeIn } from './outline-editor.tsx';
import { staffCoursePath } from './paths.ts';

/** The outline of a course that was made here. */
export const outlinePages = new Hono<AppEnv>({ strict: false });

const pathOf = (courseKey: string) => `${staffCoursePath(courseKey)}/outline`;

/** The outline, for those who may change it. Two round trips at once. */
async function openOutline(call: Call, courseKey: string): Promise<Outline> {
  const [course, outline] = await Promise.all([requireWritableCourse(call, courseKey), readOutline(call, courseKey)]);
  if (course.source === 'openedx') throw new DomainError('not_found');
  return outline;
}

async function openNode(call: Call, courseKey: string, id: string): Promise<{ outline: Outline; place: Place }> {
  const outline = await openOutline(call, courseKey);
  const place = placeIn(outline, id);
  if (!place) throw new DomainError('not_found');
  return { outline, place };
}

async function showOutline(c: AppContext, courseKey: string, fields: Fields = {}, problems: Problems = {}) {
  const { words, viewer, csrf } = frameOf(c);
  const outline = await openOutline(pageCall(c), courseKey);
  const status = Object.keys(problems).length === 0 ? 200 : 400;
  return page(
    c,
    { title: words('crsEditOutline'), viewer, status },
    <OutlineEditorPage
      words={words}
      csrf={csrf}
      once={newOnce()}
      outline={outline}
      fields={fields}
      problems={problems}
    />,
  );
}

type Where = { courseKey: string; id: string };

async function showNode(c: AppContext, { courseKey, id }: Where, given?: Fields, problems: Problems = {}) {
  const { words, viewer, csrf } = frameOf(c);
  const { outline, place } = await openNode(pageCall(c), courseKey, id);
  const fields = given ?? { title: place.node.title, parentId: place.parentId };
  const status = Object.keys(problems).length === 0 ? 200 : 400;
  return page(
    c,
    { title: place.node.title, viewer, status },
    <NodePage {...{ words, csrf, outline, place, fields, problems }} once={newOnce()} />,
  );
}

/** What a form of an outline says when it is refused. */
const problemOf = (c: AppContext, { code }: DomainError): Problems => ({
  title: frameOf(c).words(code === 'conflict' ? 'crsOutlineChanged' : 'syncTitleBad'),
});

outlinePages.get('/staff/courses/:courseKey/outline', pageGuard, staffOnly, (c) =>
  showOutline(c, c.req.param('courseKey')),
);

outlinePages.post('/staff/courses/:courseKey/outline', pageGuard, staffOnly, async (c) => {
  const fields = fieldsOf(await readForm(c));
  const { title = '' } = fields;
  const courseKey = c.req.param('courseKey');
  const done = await tryForm(['invalid', 'conflict'], () =>
    doOnce(c, fields, {
      meanwhile: pathOf(courseKey),
      async run() {
        const { id } = await addNode(pageCall(c), { ...validate(AddNodeInput, { title }), courseKey });
        return `${pathOf(courseKey)}/${id}`;
      },
    }),
  );
  if (done instanceof DomainError) return await showOutline(c, courseKey, { title }, problemOf(c, done));
  return c.redirect(done, 303);
});

outlinePages.get('/staff/courses/:courseKey/outline/:id', pageGuard, staffOnly, (c) => showNode(c, c.req.param()));

outlinePages.post('/staff/courses/:courseKey/outline/:id', pageGuard, staffOnly, async (c) => {
  const { title, parentId, position } = fieldsOf(await readForm(c));
  const where = c.req.param();
  const given = {
    ...(title !== undefined && { title }),
    ...(parentId !== undefined && { parentId }),
    ...(position !== undefined && { position: Number(position) }),
  };
  const done = await tryForm(['invalid', 'conflict'], () =>
    changeNode(pageCall(c), { ...validate(ChangeNodeInput, given), ...where }),
  );
  if (done instanceof DomainError) {
    const typed = title === undefined ? undefined : { title, ...(parentId !== undefined && { parentId }) };
    return await showNode(c, where, typed, problemOf(c, done));
  }
  return c.redirect(pathOf(where.courseKey), 303);
});

outlinePages.get('/staff/courses/:courseKey/outline/:id/add', pageGuard, staffOnly, (c) =>
  c.redirect(`${pathOf(c.req.param('courseKey'))}/${c.req.param('id')}`, 303),
);

outlinePages.post('/staff/courses/:courseKey/outline/:id/add', pageGuard, staffOnly, async (c) => {
  const fields = fieldsOf(await readForm(c));
  const { title = '' } = fields;
  const { courseKey, id } = c.req.param();
  const back = `${pathOf(courseKey)}/${id}`;
  const done = await tryForm(['invalid', 'conflict'], () =>
    doOnce(c, fields, {
      meanwhile: back,
      async run() {
        await addNode(pageCall(c), { ...validate(AddNodeInput, { title, parentId: id }), courseKey });
        return back;
      },
    }),
  );
  if (done instanceof DomainError) return await showNode(c, { courseKey, id }, undefined, problemOf(c, done));
  return c.redirect(done, 303);
});

outlinePages.get('/staff/courses/:courseKey/outline/:id/retire', pageGuard, staffOnly, async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const { courseKey, id } = c.req.param();
  const { place } = await openNode(pageCall(c), courseKey, id);
  return page(
    c,
    { title: words('crsRetire'), viewer },
    <ConfirmPage
      csrf={csrf}
      question={words('crsRetireAsk', { title: place.node.title })}
      yes={words('crsRetire')}
      no={words('itemKeep')}
      back={`${pathOf(courseKey)}/${id}`}
    >
      <p>{words('crsRetireNote')}</p>
    </ConfirmPage>,
  );
});

outlinePages.post('/staff/courses/:courseKey/outline/:id/retire', pageGuard, staffOnly, async (c) => {
  await readForm(c);
  const { courseKey, id } = c.req.param();
  await retireNode(pageCall(c), { courseKey, id });
  return c.redirect(pathOf(courseKey), 303);
});
