import { hex, pick, seededRandom } from '../scripts/lms/random-source.ts';

/*
 * A course of any size and what a platform answers about it. The stand-in of scripts/lms looks every parent up anew and is
 * made for small courses; here the answers are written in one pass.
 */

const nouns = ['Surds', 'Sets', 'Cells', 'Graphs', 'The mole', 'Proof', 'Motion', 'Kuŵerenga', 'Essay', 'Circles'];
const holds = { course: 8, chapter: 8, sequential: 6, vertical: 5 };
const under = { course: 'chapter', chapter: 'sequential', sequential: 'vertical' };
const parts = ['html', 'problem', 'problem', 'video', 'problem'];

/** A course of exactly `size` blocks: chapters of 8 subsections of 6 units of 5 parts. The same seed makes the same course. */
export function bigCourse(courseKey, size) {
  const random = seededRandom(courseKey);
  const blocks = new Map();
  const keyOf = (type, id) => `${courseKey.replace('course-v1:', 'block-v1:')}+type@${type}+block@${id}`;
  const make = (type, id = hex(random, 32)) => {
    const title = `${pick(random, nouns)} ${Math.floor(random() * 1000)}: what every student should know`;
    const block = { id: keyOf(type, id), type, title, children: [] };
    blocks.set(block.id, block);
    return block;
  };
  const root = make('course', 'course');
  const fill = (parent) => {
    const limit = parent === root ? Number.POSITIVE_INFINITY : holds[parent.type];
    while (parent.children.length < limit && blocks.size < size) {
      const child = make(under[parent.type] ?? parts[parent.children.length]);
      parent.children.push(child.id);
      if (holds[child.type]) fill(child);
    }
  };
  fill(root);
  return { courseKey, root: root.id, blocks, random, make, versions: 1 };
}

const parentsOf = ({ blocks }) =>
  new Map([...blocks.values()].flatMap(({ id, children }) => children.map((child) => [child, id])));

/**
 * Edits a course: of its blocks a share `part` each is renamed, moved to another parent, added and removed (parts of units
 * only, so that nothing else goes with them), and as many units and subsections have their children reversed.
 */
export function editCourse(course, part) {
  const { blocks, random, make } = course;
  const count = Math.max(1, Math.round(blocks.size * part));
  const drawn = (list) => {
    const left = [...list];
    return Array.from({ length: Math.min(count, left.length) }, () => {
      const at = Math.floor(random() * left.length);
      [left[at], left[left.length - 1]] = [left.at(-1), left[at]];
      return left.pop();
    });
  };
  const all = () => [...blocks.values()];
  const units = () => all().filter(({ type }) => type === 'vertical');
  const leaves = () => all().filter(({ type }) => !holds[type]);

  for (const block of drawn(all().filter(({ type }) => type !== 'course'))) block.title += ', revised';
  for (const block of drawn(leaves())) {
    const from = blocks.get(parentsOf(course).get(block.id));
    from.children = from.children.filter((id) => id !== block.id);
    blocks.delete(block.id);
  }
  const parents = parentsOf(course);
  for (const block of drawn(leaves())) {
    const from = blocks.get(parents.get(block.id));
    const to = pick(
      random,
      units().filter(({ id }) => id !== from.id),
    );
    from.children = from.children.filter((id) => id !== block.id);
    to?.children.splice(Math.floor(random() * (to.children.length + 1)), 0, block.id);
    if (!to) from.children.unshift(block.id);
  }
  for (const unit of drawn(units())) unit.children.push(make('problem').id);
  const lists = all().filter(({ type, children }) => (type === 'vertical' || type === 'sequential') && children[1]);
  for (const block of drawn(lists)) block.children.reverse();
  course.versions += 1;
}

const ORIGIN = 'https://lms.example.mw';
const START = '2026-01-12T00:00:00Z';

/** What learning_sequences answers. */
function sequencesAnswer({ courseKey, root, blocks, versions }) {
  const children = (id) => blocks.get(id).children.map((child) => blocks.get(child));
  const chapters = children(root);
  const sequentials = chapters.flatMap(({ id }) => children(id));
  const times = { start: null, effective_start: START };
  const published = new Date(Date.parse('2026-11-02T06:00:00Z') + versions * 60_000).toISOString();
  return JSON.stringify({
    course_key: courseKey,
    course_start: START,
    course_end: null,
    title: blocks.get(root).title,
    published_at: published,
    published_version: `69a5499e7e1a2c4d3b2a${String(versions).padStart(4, '0')}`,
    entrance_exam_id: null,
    days_early_for_beta: null,
    self_paced: true,
    username: 'vault_service',
    user_id: 7,
    at_time: published,
    outline: {
      sections: chapters.map(({ id, title, children }) => ({ id, title, sequence_ids: children, ...times })),
      sequences: Object.fromEntries(
        sequentials.map(({ id, title }) => [
          id,
          { id, title, accessible: true, inaccessible_after_due: false, due: null, ...times },
        ]),
      ),
    },
  });
}

/** What Blocks answers to the query of src/openedx/platform.ts, every field of it. */
export function blocksAnswer({ courseKey, root, blocks }) {
  const answered = {};
  const answer = (id) => {
    const { type, title, children } = blocks.get(id);
    const counts = { problem: 0, video: 0, html: 0 };
    if (type in counts) counts[type] = 1;
    for (const child of children) {
      const below = answer(child);
      for (const name of Object.keys(counts)) counts[name] += below[name];
    }
    const jump = `${ORIGIN}/courses/${courseKey}/jump_to/${id}`;
    answered[id] = {
      id,
      block_id: id.slice(id.lastIndexOf('@') + 1),
      lms_web_url: jump,
      legacy_web_url: `${jump}?experience=legacy`,
      student_view_url: `${ORIGIN}/xblock/${id}`,
      type,
      display_name: title,
      graded: false,
      format: null,
      start: START,
      due: null,
      has_score: type === 'problem',
      weight: type === 'problem' ? 1 : null,
      visible_to_staff_only: false,
      ...(type in under && { hide_from_toc: false }),
      block_counts: counts,
      ...(children.length > 0 && { children }),
    };
    return counts;
  };
  answer(root);
  return JSON.stringify({ root, blocks: answered });
}

/** A platform of big courses: a token for everybody, and the answers of the course that is asked about. */
export function bigPlatform() {
  const courses = new Map();
  const texts = new Map();
  const json = (body) => new Response(body, { headers: { 'content-type': 'application/json' } });
  return {
    /** Shows a course as it is now. */
    show(course) {
      courses.set(course.courseKey, course);
      texts.set(course.courseKey, { sequences: sequencesAnswer(course), blocks: blocksAnswer(course) });
      return texts.get(course.courseKey);
    },
    fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === '/oauth2/access_token')
        return json(JSON.stringify({ access_token: 'aa.bb.cc', expires_in: 36_000, token_type: 'JWT' }));
      if (pathname === '/api/courses/v1/blocks/') return json(texts.get(searchParams.get('course_id')).blocks);
      const key = /^\/api\/learning_sequences\/v1\/course_outline\/(.+)$/.exec(pathname)?.[1];
      if (key) return json(texts.get(decodeURIComponent(key)).sequences);
      return new Response(null, { status: 404 });
    },
  };
}
