import { applyEdit, type BlockSignal, type Course, type Edit, type Edited, latest } from './course.ts';
import { blockOf } from './course-tree.ts';
import { courseNamed } from './learners.ts';
import { hex, objectId } from './random-source.ts';
import type { EventName } from './webhooks.ts';
import { emit, instant, type World } from './world.ts';

const names: Record<BlockSignal['action'], EventName> = {
  created: 'blockCreated',
  updated: 'blockUpdated',
  published: 'blockPublished',
  deleted: 'blockDeleted',
};

/** A block's key in the draft branch, with the version that the edit made. */
const draftVersion = (world: World, id: string) =>
  id.replace('+type@', `+branch@draft-branch+version@${objectId(world.random, world.now())}+type@`);

function sayBlock(world: World, { action, block }: BlockSignal) {
  const isVersioned = action === 'created' || action === 'updated';
  const data = {
    usage_key: block.id,
    block_type: block.type,
    version: isVersioned ? draftVersion(world, block.id) : null,
  };
  emit(world, { type: names[action], data, time: instant(world) });
}

/** The course-level signal, sent after every publication of anything in the course. */
function sayPublished(world: World, course: Course) {
  const { at, tree } = latest(course);
  const { display_name, start } = blockOf(tree, course.root);
  const data = {
    course_key: course.key,
    name: display_name,
    schedule_data: {
      start: start ? `${start.replace('T', ' ').replace('Z', '')}+00:00` : null,
      pacing: 'self',
      end: null,
      enrollment_start: null,
      enrollment_end: null,
    },
    hidden: false,
    invitation_only: false,
  };
  emit(world, { type: 'catalogInfoChanged', data, time: { ms: at, micro: 0 } });
}

/** Makes one edit and sends what Studio sends for it. */
export function editCourse(world: World, courseKey: string, edit: Edit): Edited {
  const course = courseNamed(world, courseKey);
  const edited = applyEdit(course, edit, {
    now: world.now,
    newVersion: () => objectId(world.random, world.now()),
    newBlockId: () => hex(world.random, 32),
  });
  for (const signal of edited.signals) sayBlock(world, signal);
  if (edited.isPublished) sayPublished(world, course);
  if (edited.isImported)
    emit(world, { type: 'importCompleted', data: { course_key: courseKey }, time: instant(world) });
  return edited;
}

/** A new course, published as it is. */
export function addCourse(world: World, course: Course): void {
  world.courses.set(course.key, course);
  const { display_name } = blockOf(latest(course).tree, course.root);
  const data = { course_key: course.key };
  emit(world, { type: 'courseCreated', data, virtueData: { display_name, ...data }, time: instant(world) });
  sayPublished(world, course);
}
